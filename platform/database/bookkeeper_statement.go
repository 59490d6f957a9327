package database

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/books/statement"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

const (
	// maxReference bounds the name of a receipt in the ledger, in bytes. A longer one of a bank's is kept as its hash.
	maxReference = 200
	// invoicesAtOnce is how many invoices are read at a time.
	invoicesAtOnce = 5000
	// refused is the reason of a receipt that fits an invoice, which does not take it.
	refused statement.Reason = "refused"
)

// Statement is what became of a bank statement.
type Statement struct {
	Booked []BankReceipt       // now
	Before int                 // receipts that were booked before
	Left   []statement.Matched // those that a person must look at, with the reason
}

// ReadStatement reads a bank statement (statement.Read), and enters what it says was paid for invoices. A receipt is entered once, in
// however many statements it is, so a statement that was entered in part goes on where it ended.
func (b *Bookkeeper) ReadStatement(ctx context.Context, from io.Reader, author string) (out Statement, err error) {
	receipts, err := statement.Read(from)
	if err != nil {
		return out, err
	}
	booked, err := b.bookedReceipts(ctx)
	if err != nil {
		return out, err
	}
	invoices, err := b.openInvoices(ctx)
	if err != nil {
		return out, err
	}
	var rest []statement.Receipt
	for _, r := range receipts {
		r.ID = receiptName(r.ID)
		had := booked[r.ID]
		if r.Amount.Minor > 0 && had >= r.Amount.Minor {
			out.Before++
			continue
		}
		r.Amount.Minor -= had
		rest = append(rest, r)
	}
	for _, m := range statement.Match(rest, invoices) {
		if err := b.enterMatched(ctx, m, author, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// enterMatched enters what a receipt pays, or leaves it for a person.
func (b *Bookkeeper) enterMatched(ctx context.Context, m statement.Matched, author string, out *Statement) error {
	for _, part := range m.Parts {
		r := BankReceipt{
			Invoice: part.Invoice, Amount: part.Amount.Minor, Day: books.Day(m.Receipt.BookingDate.Format(time.DateOnly)), Reference: m.Receipt.ID, Author: author,
		}
		_, err := b.PayInvoice(ctx, r)
		switch {
		case err == nil:
			out.Booked = append(out.Booked, r)
			m.Receipt.Amount.Minor -= r.Amount
		case fault.CodeOf(err) == fault.Conflict || fault.CodeOf(err) == fault.Invalid:
			m.Reason, m.Detail = refused, err.Error()
		default:
			return err
		}
	}
	if m.Reason != "" {
		out.Left = append(out.Left, m)
	}
	return nil
}

// bookedReceipts is how much of each bank receipt is entered, by its name.
func (b *Bookkeeper) bookedReceipts(ctx context.Context) (map[string]int64, error) {
	entries, err := b.Store.BankReceipts(ctx)
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.Reason] += e.Amount.Minor
	}
	return sums, err
}

// openInvoices returns all invoices with what is open of them. Those of which nothing is open are there too: a receipt may name them.
func (b *Bookkeeper) openInvoices(ctx context.Context) (all []statement.OpenInvoice, err error) {
	var after books.Document
	for {
		page, err := b.Store.Invoices(ctx, everyInvoice, after, invoicesAtOnce)
		if err != nil {
			return nil, err
		}
		for _, i := range page {
			all = append(all, statement.OpenInvoice{Number: i.Name(), Open: money.Amount{Minor: max(i.Open, 0), Currency: i.Currency}})
			after = i.Document
		}
		if len(page) < invoicesAtOnce {
			return all, nil
		}
	}
}

// everyInvoice is less than is open of any invoice.
const everyInvoice = -1 << 62

// receiptName is the name of a bank receipt in the ledger.
func receiptName(id string) string {
	if len(id) <= maxReference {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}
