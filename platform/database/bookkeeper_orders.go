package database

import (
	"cmp"

	"acme.example/webshop/books"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// bookOrder is an order as the books see it.
func bookOrder(o order.Order) books.Order {
	b := books.Order{ID: o.ID, Market: o.Market, Currency: o.Total.Currency, Total: o.Total.Minor, Business: len(o.Attempts()) == 0}
	for _, l := range o.Terms.Lines {
		b.Lines = append(b.Lines, soldLine(l))
	}
	for _, t := range o.Terms.Taxes {
		b.Taxes = append(b.Taxes, books.Tax{
			Key: t.Key(), Name: t.Name, Rate: t.Rate, Treatment: t.Treatment, Point: t.DueAt(), Base: t.Base, Amount: t.Amount,
		})
	}
	return b
}

// movements is the ledger of an order as the books see it.
func movements(u Unbooked) []books.Movement {
	all := make([]books.Movement, len(u.Entries))
	for i, e := range u.Entries {
		_, corrects := e.Kind.Corrected()
		all[i] = books.Movement{
			Kind: string(e.Kind), Of: string(e.Kind.Of()), Debit: string(e.Debit), Credit: string(e.Credit), Amount: e.Amount.Minor, At: e.Time,
			Author: e.Author, Reason: e.Reason, Corrects: corrects, Entered: u.Entered[e.Kind],
		}
	}
	return all
}

// soldLine is a line of an order: what is paid for it without taxes, and what offers took off that. Where prices include taxes, so does what
// offers take off.
func soldLine(l event.Line) books.Sold {
	s := books.Sold{Account: cmp.Or(l.Account, l.Class), Net: l.Total - l.Tax}
	for _, t := range l.Taxes {
		s.Taxes = append(s.Taxes, books.Tax{Name: t.Name, Rate: t.Rate, Treatment: t.Treatment, Base: t.Base, Amount: t.Amount})
	}
	for _, off := range l.Off {
		s.Off += off.Amount
	}
	if included := l.UnitPrice*l.Quantity - s.Off - l.Relief; included == l.Total && l.Total > 0 {
		s.Off = money.Share(s.Off, s.Net, l.Total)
	}
	return s
}
