package order

import "time"

// checkDigits are the ways to check that a number was typed as it is, by name. Spaces and hyphens do not count.
var checkDigits = map[string]func(string) bool{
	// luhn is ISO/IEC 7812-1: from the right, every second digit is doubled; the sum of all digits is a multiple of 10.
	"luhn": func(s string) bool { return digitsOf(s, luhn) },
	// mod97 is ISO/IEC 7064 MOD 97-10: the whole number, letters as 10 to 35, leaves 1 when it is divided by 97.
	"mod97": mod97,
	// mod11 has weights 2 to 7 from the digit before the last, again and again; the last digit brings the sum to a
	// multiple of 11. A number whose last digit would be 10 is not given out.
	"mod11": func(s string) bool { return digitsOf(s, mod11) },
	// A day has no check digits, but not every number is one.
	CheckDate: isDay,
}

// CheckDate is the check of a detail that is a day, e.g. 2027-12-31.
const CheckDate = "date"

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// digitsOf runs a check over a text that must be two or more digits, and nothing else.
func digitsOf(text string, check func(digits []int) bool) bool {
	var digits []int
	for _, r := range text {
		switch {
		case r == ' ' || r == '-':
		case r >= '0' && r <= '9':
			digits = append(digits, int(r-'0'))
		default:
			return false
		}
	}
	return len(digits) >= 2 && check(digits)
}

func luhn(digits []int) bool {
	sum := 0
	for i, d := range digits {
		if (len(digits)-i)%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

func mod11(digits []int) bool {
	sum := digits[len(digits)-1]
	for i := range len(digits) - 1 {
		sum += digits[len(digits)-2-i] * (2 + i%6)
	}
	return sum%11 == 0
}

func mod97(text string) bool {
	rest, length := 0, 0
	for _, r := range text {
		switch {
		case r == ' ' || r == '-':
			continue
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
		length++
	}
	return length >= 3 && rest == 1
}
