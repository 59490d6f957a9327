package finance

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// Correction is what a person enters to make up for a wrong entry: what it lacks, from the same account to the same, or
// what it has too much, the other way round.
type Correction struct {
	Number        int  // of the order's corrections of that kind, from 1: a repeat of one is not entered twice
	Of            Kind // of the entry that is wrong, or missing
	Debit, Credit Account
	Minor         int64 // in the order's currency
	Author        string
	Reason        string
}

const (
	maxCorrections = 99
	maxReason      = 500 // characters
)

var (
	kindPattern    = regexp.MustCompile(`^[a-z-]{1,20}(:[A-Za-z0-9_-]{1,20}(@[0-9]{1,3}(,[0-9]{1,4})?)?)?(\.[0-9]{1,3}){0,2}$`)
	accountPattern = regexp.MustCompile(`^(receivable|revenue|refunds|chargebacks|cash:[A-Za-z0-9_-]{1,40}|tax:[A-Za-z0-9_-]{1,40}:[A-Za-z0-9_-]{1,20}(@[0-9]{1,3}(,[0-9]{1,4})?)?)$`)
)

// Entry is the entry of a correction of an order's money, or fault.Invalid.
func (c Correction) Entry(of Sale) (Entry, error) {
	var wrong []fault.Field
	require := func(so bool, field, detail string) {
		if !so {
			wrong = append(wrong, fault.Field{Name: field, Detail: detail})
		}
	}
	const account = "must be receivable, revenue, refunds, chargebacks, cash:PROVIDER or tax:MARKET:NAME, of an authority tax:MARKET:NAME@RATE"
	require(c.Number >= 1 && c.Number <= maxCorrections, "number", "must be from 1 to 99: one more than the corrections that there are")
	require(kindPattern.MatchString(string(c.Of)), "kind", "must be the kind of the entry that is wrong, such as sale or refund.2")
	require(accountPattern.MatchString(string(c.Debit)), "debit", account)
	require(accountPattern.MatchString(string(c.Credit)), "credit", account)
	require(c.Debit != c.Credit, "credit", "must be another account than the one that is debited")
	require(c.Minor > 0, "amount", "must be above 0; to take something back, exchange debit and credit")
	require(c.Author != "", "author", "must say who enters it")
	require(strings.TrimSpace(c.Reason) != "" && utf8.RuneCountInString(c.Reason) <= maxReason, "reason", "must say why it is entered, in at most 500 characters")
	if len(wrong) > 0 {
		return Entry{}, fault.InvalidFields(wrong...)
	}
	return Entry{
		OrderID: of.OrderID, Kind: c.Of.Correction(c.Number), Debit: c.Debit, Credit: c.Credit,
		Amount: money.Amount{Minor: c.Minor, Currency: of.Amount.Currency}, Test: of.Test, Author: c.Author, Reason: c.Reason,
	}, nil
}
