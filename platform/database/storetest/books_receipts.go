package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// invoiced returns an order that is paid by invoice, and the number of its invoice.
func (f *fixture) invoiced(minor int64) (order.Order, string) {
	f.Helper()
	o := f.created(func(o *order.Order) { o.PaymentProvider, o.Total.Minor = "", minor })
	f.move(o.ID, order.Placed)
	f.entered()
	documents, err := f.DocumentsOf(ctx, o.ID)
	f.must(err)
	if len(documents) != 1 || documents[0].Kind != books.Invoice {
		f.Fatalf("the documents are %+v", documents)
	}
	return o, documents[0].Name()
}

func (f *fixture) receipt400(number string) database.BankReceipt {
	return database.BankReceipt{Invoice: number, Amount: 40000, Day: books.DayOf(f.now(), time.UTC), Reference: "one", Author: "ann"}
}

// anInvoiceIsPaidInParts: 600 as 400 and then 200. What is not possible changes nothing.
func anInvoiceIsPaidInParts(t *testing.T, f *fixture) {
	b := f.bookkeeper()
	o, number := f.invoiced(60000)
	f.wantBooks("billed", map[books.Account]int64{"receivable": 60000, "billed": -60000})
	f.wantOpen(number, 60000)
	first := f.receipt400(number)
	for range 2 { // the same reference counts once
		if i, err := b.PayInvoice(ctx, first); err != nil || i.Open != 20000 || i.OrderID != o.ID {
			t.Errorf("%+v, %v", i, err)
		}
	}
	f.entered()
	f.wantBooks("paid in part", map[books.Account]int64{"receivable": 20000, "billed": -20000, "deposits": -40000, "bank": 40000})
	f.wantOpen(number, 20000)
	second := database.BankReceipt{Invoice: number, Amount: 20001, Day: first.Day, Reference: "two", Author: "bo"}
	f.wantField(b, second, "amount")
	other := first
	other.Amount--
	_, err := b.PayInvoice(ctx, other)
	f.wantCode(err, fault.Conflict)
	second.Amount--
	i, err := b.PayInvoice(ctx, second)
	if f.must(err); i.Open != 0 {
		t.Errorf("%+v", i)
	}
	f.entered()
	f.wantBooks("paid", map[books.Account]int64{"deposits": -60000, "bank": 60000})
	f.wantOpen(number, 0)
	if _, err := b.PayInvoice(ctx, first); err != nil { // it is there
		t.Error(err)
	}
	second.Reference = "three"
	_, err = b.PayInvoice(ctx, second)
	f.wantCode(err, fault.Conflict)
	f.wantFaults()
	if e := f.entry(o.ID, "bank.2"); e.Author != "bo" || e.Reason != "two" || e.Debit != finance.Bank {
		t.Errorf("%+v", e)
	}
}

// wantOpen expects what is open of an invoice.
func (f *fixture) wantOpen(number string, want int64) {
	f.Helper()
	all, err := f.Invoices(ctx, -1<<40, books.Document{}, 10)
	if f.must(err); len(all) != 1 || all[0].Open != want || all[0].Name() != number {
		f.Errorf("%+v, want %d open", all, want)
	}
	open, err := f.Invoices(ctx, 1, books.Document{}, 10)
	if f.must(err); (len(open) == 1) != (want > 0) {
		f.Errorf("open are %+v", open)
	}
}

func (f *fixture) wantField(b *database.Bookkeeper, r database.BankReceipt, field string) {
	f.Helper()
	_, err := b.PayInvoice(ctx, r)
	if e, is := errors.AsType[*fault.Error](err); !is || e.Code != fault.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
		f.Errorf("%v, want a wrong %s", err, field)
	}
}

// whatIsNoOpenInvoiceIsNotPaid, nor is one on a day that cannot be.
func whatIsNoOpenInvoiceIsNotPaid(t *testing.T, f *fixture) {
	b := f.bookkeeper()
	paid := f.paid()
	f.move(paid.ID, order.Placed)
	o, number := f.invoiced(60000)
	receipts, err := f.DocumentsOf(ctx, paid.ID)
	f.must(err)
	for name, code := range map[string]fault.Code{
		"": fault.NotFound, "US-2026": fault.NotFound, "US-1999-000001": fault.NotFound, number + "0": fault.NotFound, receipts[0].Name(): fault.Conflict,
	} {
		_, err := b.PayInvoice(ctx, f.receipt400(name))
		f.wantCode(err, code)
	}
	for _, day := range []books.Day{"", "soon", "2026-02-30", "1999-01-01", books.DayOf(f.now(), time.UTC).Plus(2)} {
		r := f.receipt400(number)
		r.Day = day
		f.wantField(b, r, "day")
	}
	f.cancel(o.ID)
	f.entered()
	_, err = b.PayInvoice(ctx, f.receipt400(number))
	f.wantCode(err, fault.Conflict)
	f.wantOpen(number, 0)
}

// aReceiptIsBookedOnItsDay, not on that of its entry.
func aReceiptIsBookedOnItsDay(t *testing.T, f *fixture) {
	o, number := f.invoiced(60000)
	r := f.receipt400(number)
	f.pass(72 * time.Hour)
	r.Day = r.Day.Plus(1)
	_, err := f.bookkeeper().PayInvoice(ctx, r)
	f.must(err)
	f.entered()
	entries, err := f.EntriesOfOrder(ctx, o.ID)
	if last := entries[len(entries)-1]; err != nil || last.Day != r.Day || last.Author != "ann" || last.Reason != "one" {
		t.Errorf("%+v, %v", last, err)
	}
}

// manyPayOneInvoice at the same time: each reference counts once, and no more is paid than is open.
func manyPayOneInvoice(t *testing.T, f *fixture) {
	b := f.bookkeeper()
	o, number := f.invoiced(60000)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			r := f.receipt400(number)
			r.Reference, r.Amount = fmt.Sprint("reference ", i/3), 25000
			for {
				_, err := b.PayInvoice(ctx, r)
				if code := fault.CodeOf(err); code == fault.Unavailable {
					continue
				} else if err != nil && code != fault.Invalid {
					t.Error(err)
				}
				return
			}
		})
	}
	all.Wait()
	entries, err := f.EntriesOf(ctx, o.ID)
	f.must(err)
	var plain []finance.Entry
	for _, e := range entries {
		plain = append(plain, e.Entry)
	}
	if receipts := finance.BankReceipts(plain); len(receipts) != 2 || finance.Owed(plain) != 10000 || receipts[0].Reason == receipts[1].Reason {
		t.Errorf("the receipts are %+v", receipts)
	}
}
