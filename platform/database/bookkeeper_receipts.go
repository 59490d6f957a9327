package database

import (
	"context"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// BankReceipt is money that came to the bank for an invoice.
type BankReceipt struct {
	Invoice   string // its number as printed, such as US-2026-000001
	Amount    int64  // minor units of the invoice's currency
	Day       books.Day
	Reference string // the bank's name for it, or one that a person gives: it counts once for each invoice
	Author    string
}

const (
	// maxBankReceipts bounds those of an invoice.
	maxBankReceipts = 999
	// bankDays is by how many days a bank's calendar may differ from the company's: its zone may be another.
	bankDays = 1
)

// PayInvoice enters that an invoice was paid, whole or in part, and returns it. The receipt of a reference is entered once.
//
// The error is fault.NotFound if there is no such document, and fault.Conflict if it is no invoice, is paid already, or has a receipt of
// that reference and another amount. It is fault.Invalid with the field if more is paid than is open, or on an impossible day. A credit
// note that is issued in the same moment counts as issued after it.
func (b *Bookkeeper) PayInvoice(ctx context.Context, r BankReceipt) (Invoice, error) {
	of, err := b.invoice(ctx, r.Invoice)
	if err != nil {
		return Invoice{}, err
	}
	at, err := b.receivedAt(of, r.Day)
	if err != nil {
		return Invoice{}, err
	}
	for range booksTries {
		i, entered, err := b.payInvoice(ctx, Invoice{Document: of}, r, at)
		if entered || err != nil {
			return i, err
		}
	}
	return Invoice{}, fault.New(fault.Unavailable, "others are paying %s; please try again", r.Invoice)
}

// payInvoice enters a receipt, unless another one takes its number meanwhile.
func (b *Bookkeeper) payInvoice(ctx context.Context, i Invoice, r BankReceipt, at time.Time) (_ Invoice, entered bool, err error) {
	entries, err := b.ledgerOf(ctx, i.OrderID)
	if err != nil {
		return i, false, err
	}
	i.Open = finance.Owed(entries)
	receipts, amount := finance.BankReceipts(entries), money.Amount{Minor: r.Amount, Currency: i.Currency}
	for _, there := range receipts {
		if there.Reason == r.Reference {
			return i, true, sameReceipt(there, amount, i)
		}
	}
	if err := i.takes(amount, len(receipts)); err != nil {
		return i, false, err
	}
	e := finance.BankReceipt(i.OrderID, len(receipts)+1, amount, false)
	e.Author, e.Reason = r.Author, r.Reference
	err = b.Store.Receive(ctx, LedgerEntry{Entry: e, Time: at})
	if fault.CodeOf(err) == fault.Conflict {
		return i, false, nil
	}
	i.Open -= r.Amount
	return i, true, err
}

// takes returns an error unless an amount may be paid of the invoice.
func (i Invoice) takes(amount money.Amount, receipts int) error {
	switch {
	case i.Open <= 0:
		return fault.New(fault.Conflict, "%s is paid already", i.Name())
	case amount.Minor <= 0:
		return fault.InvalidField("amount", "must be above 0")
	case amount.Minor > i.Open:
		return fault.InvalidField("amount", "is more than is open of %s: %s", i.Name(), money.Amount{Minor: i.Open, Currency: i.Currency})
	case receipts >= maxBankReceipts:
		return fault.New(fault.Conflict, "%s was paid in %d parts, and takes no more", i.Name(), receipts)
	}
	return nil
}

// sameReceipt compares a receipt with that which is there under its reference.
func sameReceipt(there finance.Entry, amount money.Amount, i Invoice) error {
	if there.Amount == amount {
		return nil
	}
	return fault.New(fault.Conflict, "%s has another receipt of the reference %q: %s", i.Name(), there.Reason, there.Amount)
}

// invoice finds an invoice by its number.
func (b *Bookkeeper) invoice(ctx context.Context, name string) (books.Document, error) {
	d, err := b.Document(ctx, name)
	if err == nil && d.Kind != books.Invoice {
		err = fault.New(fault.Conflict, "%s is no invoice, but a %s", name, d.Kind)
	}
	return d, err
}

// receivedAt is when a receipt of a day came: noon of it, so that it is that day in the books; of today, now.
func (b *Bookkeeper) receivedAt(of books.Document, day books.Day) (time.Time, error) {
	company, err := b.Company()
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation(time.DateOnly, string(day), company.Zone)
	if err != nil {
		return at, fault.InvalidField("day", "must be a day such as 2026-11-30")
	}
	now := b.Now()
	if day < of.Day.Plus(-bankDays) || day > books.DayOf(now, company.Zone).Plus(bankDays) {
		return at, fault.InvalidField("day", "must be from the day of the invoice, %s, until today", of.Day)
	}
	if at = at.Add(12 * time.Hour); at.After(now) {
		at = now
	}
	return at, nil
}

// Today is the day in the company's zone.
func (b *Bookkeeper) Today() (books.Day, error) {
	company, err := b.Company()
	if err != nil {
		return "", err
	}
	return books.DayOf(b.Now(), company.Zone), nil
}

// ledgerOf returns the entries of an order.
func (b *Bookkeeper) ledgerOf(ctx context.Context, orderID int64) ([]finance.Entry, error) {
	stored, err := b.Store.EntriesOf(ctx, orderID)
	entries := make([]finance.Entry, len(stored))
	for i, e := range stored {
		entries[i] = e.Entry
	}
	return entries, err
}
