package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// goods are what a market sells, with its taxes in tenths of a percent.
type goods struct {
	market   string
	currency money.Currency
	class    string
	taxes    map[string]int64
}

var sells = []goods{
	{market: "US", currency: "USD", class: "plant", taxes: map[string]int64{"State": 62, "City": 17}},
	{market: "CA", currency: "CAD", class: "plant", taxes: map[string]int64{"GST": 50, "PST": 70}},
	{market: "MX", currency: "MXN", class: "plant", taxes: map[string]int64{"IVA": 0}},
	{market: "MX", currency: "MXN", class: "pot", taxes: map[string]int64{"IVA": 160}},
	{market: "DE", currency: "EUR", class: "plant", taxes: map[string]int64{"VAT": 70}},
	{market: "DE", currency: "EUR", class: "pot", taxes: map[string]int64{"VAT": 190}},
}

// sold makes an order of a price without taxes.
func (g goods) sold(net int64, byInvoice bool) func(*order.Order) {
	return func(o *order.Order) {
		line := event.Line{SKU: "LB001", Quantity: 1, UnitPrice: net, Class: g.class, Total: net}
		for _, name := range []string{"State", "City", "GST", "PST", "IVA", "VAT"} {
			if rate, has := g.taxes[name]; has {
				tax := money.Share(net, rate, 1000)
				line.Tax, line.Total = line.Tax+tax, line.Total+tax
				o.Terms.Taxes = append(o.Terms.Taxes, event.Tax{Name: name, Rate: fmt.Sprintf("%d.%d", rate/10, rate%10), Treatment: "rate", Base: net, Amount: tax, Point: event.PointPayment})
			}
		}
		o.Market, o.Total, o.Terms.Lines = g.market, money.Amount{Minor: line.Total, Currency: g.currency}, []event.Line{line}
		if byInvoice {
			o.PaymentProvider = ""
		}
	}
}

// aMonthIsClosed: whatever was sold, taken back and delivered in it, in four markets, its accounts come to zero, what it owes to
// authorities is what the orders have, its documents have no gaps, and nothing is booked in it any more.
func aMonthIsClosed(t *testing.T, f *fixture) {
	dice := rand.New(rand.NewPCG(21, 7))
	b := f.bookkeeper()
	b.Rate = func(c money.Currency) (string, string) {
		return map[money.Currency]string{"CAD": "1.4", "MXN": "17.3925", "EUR": "0.86"}[c], "a bank"
	}
	f.pass(midnight(books.DayOf(f.now(), time.UTC).Period().Next()).Sub(f.now()))
	month := books.DayOf(f.now(), time.UTC).Period()
	for range 60 {
		f.pass(time.Duration(dice.IntN(11)) * time.Hour)
		f.lives(dice, sells[dice.IntN(len(sells))])
		if dice.IntN(3) == 0 {
			f.must(b.Enter(ctx))
		}
	}
	payout := books.Payout{Provider: "payments-us", Reference: "po_1", Amount: 14535, Fee: 465, Currency: "USD", Dated: month.First(), Author: "ann"}
	for range 2 { // once
		_, err := b.Record(ctx, payout.Manual())
		f.must(err)
	}
	f.wantCode(b.Close(ctx, month, "ann"), fault.Conflict)
	f.pass(midnight(month.Next()).Add(24 * time.Hour).Sub(f.now()))
	f.must(b.Close(ctx, month, "ann"))
	f.must(b.Close(ctx, month, "bo")) // it is closed
	all := f.wantSound()
	f.wantZero(month.Last())
	f.wantTaxesOf(all)
	f.wantNoGaps()
	late := books.Manual{Key: "late", Text: "A late invoice", Reason: "it came late", Author: "ann", Dated: month.Last(), Currency: "USD", Lines: []books.Line{{Account: books.Fees, Amount: 5}, {Account: books.Bank, Amount: -5}}}
	if e, err := b.Record(ctx, late); err != nil || e.Day != month.Next().First() || e.Dated != month.Last() {
		t.Errorf("%+v, %v", e, err)
	}
	e, err := b.Reverse(ctx, int64(len(all)+1), "bo", "it was not ours")
	if err != nil || e.Undoes != int64(len(all)+1) || e.Lines[0].Amount != -late.Lines[0].Amount && e.Lines[1].Amount != -late.Lines[0].Amount {
		t.Errorf("%+v, %v", e, err)
	}
	_, err = b.Reverse(ctx, 1, "bo", "an order's")
	f.wantCode(err, fault.Conflict)
	f.wantSound()
}

// midnight is when a period begins.
func midnight(p books.Period) time.Time {
	at, err := time.Parse(time.DateOnly, string(p.First()))
	if err != nil {
		panic(err)
	}
	return at
}

// lives makes an order, and lets something become of it.
func (f *fixture) lives(dice *rand.Rand, g goods) {
	f.Helper()
	byInvoice := dice.IntN(3) == 0
	change := g.sold(100+dice.Int64N(50000), byInvoice)
	var o order.Order
	if byInvoice {
		o = f.created(change)
	} else {
		o = f.paid(change)
	}
	f.move(o.ID, order.Placed)
	switch dice.IntN(4) {
	case 0:
		f.cancel(o.ID)
		if !byInvoice {
			f.refunded(o.ID, 1)
		}
	case 1, 2:
		f.move(o.ID, order.Stocked)
		_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(time.Hour)}, delivery.Room{Slot: 1000})
		f.must(err)
		f.move(o.ID, order.DeliveryBooked)
		f.pass(2 * time.Hour)
		if !byInvoice && dice.IntN(2) == 0 {
			f.must(f.HandOver(ctx, o.ID))
			_, err := f.RequestRefund(ctx, wish(o, 1+dice.Int64N(o.Total.Minor)))
			f.must(err)
			f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: fmt.Sprint("re_", o.ID)}))
		}
	}
}

// wantZero expects that the accounts come to zero, in each currency and in the company's.
func (f *fixture) wantZero(on books.Day) {
	f.Helper()
	totals, err := f.BookTotals(ctx, "0000-00-00", on)
	f.must(err)
	sums, own := map[string]int64{}, int64(0)
	for _, t := range totals {
		sums[t.Currency], own = sums[t.Currency]+t.Debit-t.Credit, own+t.Own
	}
	for currency, sum := range sums {
		if sum != 0 || own != 0 {
			f.Errorf("the accounts come to %d %s, and %d in the company's", sum, currency, own)
		}
	}
	if len(sums) != 4 {
		f.Errorf("currencies %v", sums)
	}
}

// wantTaxesOf compares the accounts of taxes with what the ledgers of the orders say is owed: of what was paid or handed over.
func (f *fixture) wantTaxesOf(entries []books.Entry) {
	f.Helper()
	want, got, seen := map[string]int64{}, map[string]int64{}, map[int64]bool{}
	for _, e := range entries {
		for _, l := range e.Lines {
			if l.Account.IsTax() {
				market, t := l.Account.TaxOf()
				got[market+" "+t.Name+" "+t.Rate] -= l.Amount
			}
		}
		if e.Order == 0 || seen[e.Order] {
			continue
		}
		seen[e.Order] = true
		o, err := f.Order(ctx, e.Order)
		f.must(err)
		ledger, err := f.EntriesOf(ctx, e.Order)
		f.must(err)
		due, back := false, map[string]int64{}
		for _, l := range ledger {
			due = due || l.Kind == "payment" || l.Kind == "handover"
			for _, t := range o.Terms.Taxes {
				if name := "tax-reversal:" + t.Key(); string(l.Kind) == name || string(l.Kind) == name+".1" {
					back[t.Key()] += l.Amount.Minor
				}
			}
		}
		for _, t := range o.Terms.Taxes {
			want[o.Market+" "+t.Name+" "+t.Rate] += 0
			if due {
				want[o.Market+" "+t.Name+" "+t.Rate] += t.Amount - back[t.Key()]
			}
		}
	}
	for name, sum := range want {
		if got[name] != sum {
			f.Errorf("%s: the accounts have %d, the orders %d", name, got[name], sum)
		}
	}
	if len(want) < 7 {
		f.Errorf("only %v", want)
	}
}

func (f *fixture) wantNoGaps() {
	f.Helper()
	documents, err := f.BookDocuments(ctx, "0000-00-00", "9999-12-31", books.Document{}, 1000)
	f.must(err)
	last := map[string]int64{}
	for _, d := range documents {
		if last[d.Series]++; d.Number != last[d.Series] {
			f.Errorf("%s follows number %d", d.Name(), last[d.Series]-1)
		}
	}
	kept, err := f.LastDocuments(ctx)
	if f.must(err); len(documents) < 60 || len(kept) != len(last) {
		f.Errorf("%d documents in %v, kept as %v", len(documents), last, kept)
	}
}
