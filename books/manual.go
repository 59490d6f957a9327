package books

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// Manual is an entry that a person makes.
type Manual struct {
	Key      string // the entry of a key is made once
	Text     string
	Reason   string
	Author   string
	Dated    Day
	Currency money.Currency
	Lines    []Line // accounts and amounts
	Undoes   int64  // number of the entry that it takes back; 0: none
}

const (
	maxLines = 50
	maxText  = 500               // characters
	maxSum   = 1_000_000_000_000 // minor units of a line
)

var (
	keyPattern     = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	accountPattern = regexp.MustCompile(`^(receivable|deposits|billed|discounts|refunds|chargebacks|bank|fees|write-offs|rounding|exchange-differences|opening|` +
		`revenue:[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{1,32}|clearing:[A-Za-z0-9_-]{1,40}|tax:[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{1,20}(@[0-9.]{1,10})?(:[a-z-]{1,20})?)$`)
)

// check returns what is wrong with it.
func (m Manual) check(today Day) error {
	var wrong []fault.Field
	require := func(so bool, field, detail string, args ...any) {
		if !so {
			wrong = append(wrong, fault.Field{Name: field, Detail: fmt.Sprintf(detail, args...)})
		}
	}
	short := func(s string) bool { return strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= maxText }
	_, isDay := ParseDay(string(m.Dated))
	require(keyPattern.MatchString(m.Key), "key", "must be 1 to 64 letters, digits and . _ : -, such as the number of the document")
	require(short(m.Text), "text", "must say what it is, in at most %d characters", maxText)
	require(short(m.Reason), "reason", "must say why it is made, in at most %d characters", maxText)
	require(isDay && m.Dated >= "2000-01-01" && m.Dated <= today, "day", "must be a day such as 2026-12-31, and not after %s", today)
	require(m.Currency.Known(), "currency", "is not a currency that the shop knows")
	require(len(m.Lines) >= 2 && len(m.Lines) <= maxLines, "lines", "must be 2 to %d", maxLines)
	var sum int64
	for i, l := range m.Lines {
		require(accountPattern.MatchString(string(l.Account)), fmt.Sprintf("lines[%d].account", i), "%q is not an account of the books", l.Account)
		require(l.Amount != 0 && l.Amount <= maxSum && l.Amount >= -maxSum, fmt.Sprintf("lines[%d].amount", i), "must not be 0, and at most %d", int64(maxSum))
		sum += max(min(l.Amount, maxSum+1), -maxSum-1)
	}
	require(sum == 0, "lines", "must come to zero: debits are positive, credits negative; they come to %d", sum)
	if len(wrong) > 0 {
		return fault.InvalidFields(wrong...)
	}
	return nil
}

// Manual returns the entry that a person makes, or fault.Invalid. One of a closed period is booked on the first day that is open.
func (p *Poster) Manual(m Manual) (Entry, error) {
	if err := m.check(DayOf(p.Now, p.Zone)); err != nil {
		return Entry{}, err
	}
	e := Entry{
		Day: FirstOpen(m.Dated, p.Closed), Dated: m.Dated, Text: m.Text, Author: m.Author, Reason: m.Reason, Key: m.Key, Undoes: m.Undoes,
		Money: string(m.Currency), Lines: m.Lines, Entered: p.Now.UTC(),
	}
	err := p.finish(&e, nil, &Posting{})
	return e, err
}

// Reversal is what takes an entry back that a person made. An entry of an order follows the order, and is corrected in its ledger; the
// opening stays: fault.Conflict.
func Reversal(of Entry, author, reason string, on Day) (Manual, error) {
	if of.Order != 0 {
		return Manual{}, fault.New(fault.Conflict, "entry %d follows order %d; correct the order's ledger, and the books follow (POST /ledger/corrections)", of.Number, of.Order)
	}
	if of.Key == "" {
		return Manual{}, fault.New(fault.Conflict, "entry %d is the opening of the books; make an entry that corrects it (POST /books/entries)", of.Number)
	}
	m := Manual{
		Key: fmt.Sprintf("reversal:%d", of.Number), Text: fmt.Sprintf("Reversal of entry %d", of.Number), Reason: reason, Author: author, Dated: on,
		Currency: of.Currency(), Undoes: of.Number,
	}
	for _, l := range of.Lines {
		if l.Amount != 0 {
			m.Lines = append(m.Lines, Line{Account: l.Account, Amount: -l.Amount, Base: -l.Base})
		}
	}
	return m, nil
}

// Payout is what a payment provider paid out to the bank, and kept as its fee. Amounts are minor units.
type Payout struct {
	Provider, Reference string
	Amount, Fee         int64 // what came to the bank; what the provider kept
	Currency            money.Currency
	Dated               Day
	Author              string
}

// Manual is the entry of the payout, once for each provider and reference.
func (o Payout) Manual() Manual {
	m := Manual{
		Key: "payout:" + o.Provider + ":" + o.Reference, Text: "Payout " + o.Reference + " of " + o.Provider, Reason: "payout", Author: o.Author,
		Dated: o.Dated, Currency: o.Currency,
	}
	for _, l := range []Line{{Account: Bank, Amount: o.Amount}, {Account: Fees, Amount: o.Fee}, {Account: Clearing(o.Provider), Amount: -o.Amount - o.Fee}} {
		if l.Amount != 0 {
			m.Lines = append(m.Lines, l)
		}
	}
	return m
}
