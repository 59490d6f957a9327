package database

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// The words under which an order is found stand in the table search: one row for each real order, made of the order alone.
// Rows are written in the background (Indexer), many in one transaction, since that costs a tenth of writing each
// with its order; who changes an order's words writes its row anew in the same transaction (Tx.changed). Orders that have
// no row yet are the newest ones, and are looked through one by one.
const (
	// IndexJob is the name of the progress of the index: the highest number of an order that it covers.
	IndexJob = "search"
	// IndexBatch bounds the orders that one transaction adds to the index.
	IndexBatch = 200
	// IndexAfter is the age at which an order is indexed: no order with a lower number is stored after that.
	IndexAfter = 10 * time.Second
	// MostUncovered bounds the orders that a search looks through one by one. Those between them and the index, of which
	// there are some after an upgrade, are found when they are indexed.
	MostUncovered = 5000
)

// The marks before some words.
const (
	whole    = "=" // found as a whole and not by its beginning: words that very many orders have
	backward = "<" // the digits of a telephone number, the last one first
)

// leastBeginning is the length of the shortest beginning of a word by which it is found.
const leastBeginning = 3

// Fold returns the words of a text: lower case, without accents, separated by all but letters, digits and the signs in
// names of mailboxes.
func Fold(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("@.-_+", r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		words[i] = strings.Trim(w, ".-_+@")
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// SearchWords returns the words under which an order is found, separated by spaces; "" for a test order.
func SearchWords(o order.Order) string {
	if o.TestID != 0 {
		return ""
	}
	words := mailWords(o.Customer.Email)
	for _, text := range []string{o.Customer.Name, o.Address.RecipientName, o.Address.Company, o.Address.PostalCode, o.OrgNumber} {
		words = append(words, Fold(text)...)
	}
	for _, number := range []string{o.Customer.Phone, o.Address.RecipientPhone} {
		if digits := onlyDigits(number); digits != "" {
			words = append(words, digits, backward+reversed(digits))
		}
	}
	amount := o.Total.Decimal()
	texts := []string{o.Customer.Street, o.Customer.City, o.Address.Line2, o.Address.Neighborhood, o.Address.Region, amount, strings.TrimSuffix(amount, ".00"), o.CreatedAt.UTC().Format(time.DateOnly)}
	for _, text := range append(texts, o.Products.SKUs()...) {
		words = append(words, wholeWords(text)...)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

func wholeWords(text string) []string {
	words := Fold(text)
	for i := range words {
		words[i] = whole + words[i]
	}
	return words
}

// mailWords returns a mail address, the words before its @, and its domain.
func mailWords(address string) []string {
	words := Fold(address)
	if at := strings.LastIndex(address, "@"); at > 0 {
		words = append(words, strings.FieldsFunc(strings.Join(Fold(address[:at]), "."), func(r rune) bool { return strings.ContainsRune(".-_+@", r) })...)
		words = append(words, wholeWords(address[at+1:])...)
	}
	return words
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
}

func reversed(text string) string {
	letters := []byte(text)
	slices.Reverse(letters)
	return string(letters)
}

// Term is what one word of a search finds: orders that have one of these words.
type Term struct {
	Words      []string
	Beginnings []string // beginnings of words, which count in a second look
}

// Sought is what a text typed into the search asks for: an order by its number, or by the number of its payment; or orders
// that have a word of each term.
type Sought struct {
	Number  int64 // 0: none
	Payment string
	Terms   []Term
}

// maxTerms bounds the words of a search. More are left out.
const maxTerms = 8

var (
	telephone = regexp.MustCompile(`^[+(]?[0-9][0-9 ()./-]{5,}$`)
	date      = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	thousands = regexp.MustCompile(`([0-9]),([0-9]{3})`)
)

// ParseSearch reads a text typed into the search.
func ParseSearch(text string) Sought {
	text = strings.TrimSpace(text)
	s := Sought{Payment: text}
	name := strings.TrimPrefix(text, "#")
	if at := strings.LastIndex(name, ":"); at >= 0 {
		name = name[at+1:] // a partner's key: charge:7-4fk29x0qmtzb-9c1d5n0tz6ce
	}
	if _, number, ok := ref.Parse(name); ok {
		s.Number = number
	}
	if telephone.MatchString(text) && !date.MatchString(text) {
		s.Terms = []Term{telephoneTerm(text)}
		return s
	}
	for _, word := range Fold(thousands.ReplaceAllString(text, "$1$2")) {
		s.Terms = append(s.Terms, termOf(word))
	}
	s.Terms = s.Terms[:min(len(s.Terms), maxTerms)]
	return s
}

func termOf(word string) Term {
	t := Term{Words: []string{word, whole + word}}
	if len(word) >= leastBeginning {
		t.Beginnings = []string{word}
	}
	return t
}

// telephoneTerm finds a number by its beginning or its end. It may also be another number.
func telephoneTerm(text string) Term {
	t := termOf(strings.Join(Fold(text), ""))
	if digits := onlyDigits(text); len(digits) > 5 {
		t.Words = append(t.Words, digits)
		t.Beginnings = append(t.Beginnings, digits, backward+reversed(digits))
	}
	return t
}

// Finds reports whether the words of an order have one of each term.
func (s Sought) Finds(words string, beginnings bool) bool {
	have := strings.Fields(words)
	return len(s.Terms) > 0 && !slices.ContainsFunc(s.Terms, func(t Term) bool { return !t.in(have, beginnings) })
}

func (t Term) in(have []string, beginnings bool) bool {
	return slices.ContainsFunc(have, func(w string) bool {
		return slices.Contains(t.Words, w) ||
			beginnings && slices.ContainsFunc(t.Beginnings, func(b string) bool { return strings.HasPrefix(w, b) })
	})
}

// SearchRow is the words of an order in the index.
type SearchRow struct {
	OrderID int64
	Words   string
}

// SearchRows is the index of orders.
var SearchRows = &Table[SearchRow]{Name: "search", Key: 1, Columns: []Column[SearchRow]{
	{"rowid", func(r *SearchRow) any { return &r.OrderID }},
	{"words", func(r *SearchRow) any { return &r.Words }},
}}

// Reworded reports whether a change of an order may change its words.
func Reworded(before, after *order.Order) bool {
	return after.TestID == 0 && (before.Customer != after.Customer || before.Address != after.Address || before.OrgNumber != after.OrgNumber || before.Total != after.Total)
}

// reword writes an order's row of the index anew.
func (t *Tx) reword(o *order.Order) {
	t.add(SearchRows.delete(deleteWords, &SearchRow{OrderID: o.ID}, SearchRows.Key))
	if words := SearchWords(*o); words != "" {
		t.add(SearchRows.change(insertWords, &SearchRow{o.ID, words}))
	}
}

// SearchRowsOf returns the rows of orders; test orders have none.
func SearchRowsOf(orders []order.Order) (rows []SearchRow) {
	for _, o := range orders {
		if words := SearchWords(o); words != "" {
			rows = append(rows, SearchRow{o.ID, words})
		}
	}
	return rows
}
