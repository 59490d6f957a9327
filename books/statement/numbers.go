package statement

import (
	"maps"
	"slices"
	"unicode"
)

// numbers finds the numbers of invoices in free text.
type numbers struct {
	byKey   map[string]string // the number, by its letters and digits
	lengths []int             // of the keys, longest first
}

func newNumbers(open []OpenInvoice) numbers {
	n := numbers{byKey: map[string]string{}}
	lengths := map[int]bool{}
	for _, invoice := range open {
		key, _ := squeeze(invoice.Number)
		if len(key) > 0 && invoice.Open.Minor >= 0 {
			n.byKey[string(key)] = invoice.Number
			lengths[len(key)] = true
		}
	}
	n.lengths = slices.Sorted(maps.Keys(lengths))
	slices.Reverse(n.lengths)
	return n
}

// in lists the numbers that a text names, each once, in the order in which they first occur. Case, spaces and signs within
// a number do not matter. A number that is a part of a longer word or number is none; of two that begin at one place, the longer counts.
func (n numbers) in(text string) (found []string) {
	letters, begins := squeeze(text)
	for at := 0; at < len(letters); at++ {
		number, length := n.at(letters, begins, at)
		if length == 0 {
			continue
		}
		if !slices.Contains(found, number) {
			found = append(found, number)
		}
		at += length - 1
	}
	return found
}

// at is the number that begins at a letter or digit, and its length; 0 for none.
func (n numbers) at(letters []rune, begins []bool, at int) (string, int) {
	if !begins[at] {
		return "", 0
	}
	for _, length := range n.lengths {
		end := at + length
		if end > len(letters) || end < len(letters) && !begins[end] {
			continue
		}
		if number, ok := n.byKey[string(letters[at:end])]; ok {
			return number, length
		}
	}
	return "", 0
}

// squeeze keeps the letters and digits of a text, in capitals, and tells which of them begin a word.
func squeeze(text string) (letters []rune, begins []bool) {
	before := false
	for _, r := range text {
		is := unicode.IsLetter(r) || unicode.IsDigit(r)
		if is {
			letters, begins = append(letters, unicode.ToUpper(r)), append(begins, !before)
		}
		before = is
	}
	return letters, begins
}
