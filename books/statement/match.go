package statement

import (
	"fmt"

	"acme.example/webshop/money"
)

// OpenInvoice is an invoice that is not paid in full.
type OpenInvoice struct {
	Number string       // as printed, e.g. DE-2026-000123
	Open   money.Amount // not negative
}

// Reason says why a receipt is left for a person.
type Reason string

// The reasons.
const (
	Outgoing      Reason = "outgoing"       // money went out
	Unknown       Reason = "unknown"        // the reference names no open invoice
	Several       Reason = "several"        // it names several, and is not their sum
	OtherCurrency Reason = "other-currency" // the invoice is in another currency
	TooMuch       Reason = "too-much"       // it is more than is open
)

// Part is what of a receipt pays one invoice.
type Part struct {
	Invoice string
	Amount  money.Amount
	Left    money.Amount // what is open after it
}

// Matched is what becomes of a receipt: it pays the parts, whose amounts add up to its own, or a person must look at it.
type Matched struct {
	Receipt Receipt
	Parts   []Part
	Reason  Reason // "" if it is matched
	Detail  string // the reason in words
}

// Match finds what each receipt pays, in their order, so that a second one finds what the first has left. A receipt must
// name its invoice; one that names several must be exactly their sum. Receipts of an ID that came before are left out.
// Those that are booked already, the caller must leave out.
func Match(receipts []Receipt, open []OpenInvoice) []Matched {
	numbers, left := newNumbers(open), map[string]money.Amount{}
	for _, invoice := range open {
		left[invoice.Number] = invoice.Open
	}
	seen := map[string]bool{}
	matched := make([]Matched, 0, len(receipts))
	for _, r := range receipts {
		if !seen[r.ID] {
			seen[r.ID] = true
			matched = append(matched, match(r, numbers.in(r.Reference), left))
		}
	}
	return matched
}

// match finds what a receipt pays of the invoices that it names, and lowers what is left of them.
func match(r Receipt, named []string, left map[string]money.Amount) Matched {
	switch {
	case r.Amount.Minor <= 0:
		return forPerson(r, Outgoing, "money went out: %s", r.Amount)
	case len(named) == 0:
		return forPerson(r, Unknown, "the reference %q names no open invoice", short(r.Reference))
	case len(named) > 1:
		return matchSum(r, named, left)
	}
	return pay(r, named, r.Amount, left)
}

// matchSum pays several invoices whole.
func matchSum(r Receipt, named []string, left map[string]money.Amount) Matched {
	sum := money.Amount{Currency: r.Amount.Currency}
	for _, number := range named {
		var err error
		if sum, err = sum.Add(left[number]); err != nil {
			return forPerson(r, OtherCurrency, "%s is not the sum of %v: %v", r.Amount, named, err)
		}
	}
	if sum != r.Amount {
		return forPerson(r, Several, "%s names %v, and %s of them is open: split it by hand", r.Amount, named, sum)
	}
	return pay(r, named, sum, left)
}

// pay pays the invoices of an amount: all that is open of each but the last.
func pay(r Receipt, named []string, amount money.Amount, left map[string]money.Amount) Matched {
	m := Matched{Receipt: r}
	for i, number := range named {
		open := left[number]
		part := amount
		if i < len(named)-1 {
			part = open
		}
		switch {
		case part.Minor == 0:
			continue // named, but settled before
		case open.Currency != part.Currency:
			return forPerson(r, OtherCurrency, "%s was paid, but %s is in %s", part, number, open.Currency)
		case part.Minor > open.Minor:
			return forPerson(r, TooMuch, "%s was paid, but only %s of %s is open", part, open, number)
		}
		amount.Minor -= part.Minor
		m.Parts = append(m.Parts, Part{number, part, money.Amount{Minor: open.Minor - part.Minor, Currency: open.Currency}})
	}
	for _, part := range m.Parts {
		left[part.Invoice] = part.Left
	}
	return m
}

func forPerson(r Receipt, reason Reason, detail string, args ...any) Matched {
	return Matched{Receipt: r, Reason: reason, Detail: fmt.Sprintf(detail, args...)}
}
