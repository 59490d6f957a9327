package books

import (
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// Company is whose books they are.
type Company struct {
	Zone        *time.Location
	Currency    money.Currency
	PaymentDays int // until an invoice is due
}

// Poster enters what has happened to orders. It is for one batch: numbers of documents go on from Last.
type Poster struct {
	Company
	Closed map[Period]bool
	Rate   func(money.Currency, Day) (Rate, error) // on a day
	Last   map[string]int64                        // the last number of each series
	Now    time.Time
}

// Posting is what enters one order: entries without numbers, and documents.
type Posting struct {
	Entries   []Entry
	Documents []Document
}

// Post enters the movements of an order that the books do not have. Those that were there before the books began were
// earned then: such an order is taken as handed over.
func (p *Poster) Post(o Order, movements []Movement, earlier []Entry) (out Posting, err error) {
	s, has := newState(o), map[Account]carried{}
	opened := len(earlier) == 0 && slices.ContainsFunc(movements, func(m Movement) bool { return m.Entered })
	for _, e := range earlier {
		opened = opened || e.Opened
		carry(has, e.Lines)
	}
	if s.handed = opened; opened {
		s.order.Taxes = slices.Clone(o.Taxes)
		for i := range s.order.Taxes {
			s.order.Taxes[i].Point = event.PointOrder
		}
	}
	all := sorted(movements)
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].part() == all[0].part() && all[n].At.Equal(all[0].At) {
			n++
		}
		if err := p.step(s, all[:n], has, opened, &out); err != nil {
			for _, d := range out.Documents { // their numbers are for others
				p.Last[d.Series]--
			}
			return Posting{}, fmt.Errorf("order %d, %s: %w", o.ID, all[0].Kind, err)
		}
		all = all[n:]
	}
	return out, nil
}

// step enters movements that belong together.
func (p *Poster) step(s *state, part []Movement, has map[Account]carried, opened bool, out *Posting) error {
	before := s.balances()
	for _, m := range part {
		s.add(m)
	}
	first := part[0]
	if first.Entered {
		return nil
	}
	dated := DayOf(first.At, p.Zone)
	e := Entry{
		Day: FirstOpen(dated, p.Closed), Dated: dated, Order: s.order.ID, Text: first.name(), Author: first.Author, Reason: first.Reason,
		Money: string(s.order.Currency), Lines: diff(before, s.balances()), Entered: p.Now.UTC(), Opened: opened,
	}
	for _, m := range part {
		e.Kinds = append(e.Kinds, m.Kind)
	}
	if d, is := p.document(s, first, e.Day); is {
		for _, m := range part[1:] { // its taxes
			d.Tax += m.Amount
		}
		out.Documents = append(out.Documents, d)
		e.Paper = d.Name()
	}
	if len(e.Lines) == 0 {
		return nil // as a sale that was paid before: it moves nothing until the plants are handed over
	}
	if len(e.Lines) == 1 { // the base of a tax of nothing, on what was paid
		e.Lines = append(e.Lines, Line{Account: Deposits})
	}
	return p.finish(&e, has, out)
}

// finish values an entry.
func (p *Poster) finish(e *Entry, has map[Account]carried, out *Posting) error {
	if slices.ContainsFunc(e.Lines, func(l Line) bool { return l.Account.IsTax() }) {
		e.TaxDay = e.Dated
	}
	if err := p.Value(e, has); err != nil {
		return err
	}
	carry(has, e.Lines)
	out.Entries = append(out.Entries, *e)
	return nil
}

// Value sets what an entry is in the company's currency.
func (p *Poster) Value(e *Entry, has map[Account]carried) (err error) {
	e.Company = string(p.Currency)
	r := Rate{Currency: p.Currency}
	if e.Currency() != p.Currency {
		if r, err = p.Rate(e.Currency(), e.Dated); err != nil {
			return err
		}
		e.Rate, e.Source = r.Rate, r.Source
	}
	e.Lines, err = value(e.Lines, has, r, p.Currency)
	return err
}

// document is the document of a sale, or of what is taken back of it.
func (p *Poster) document(s *state, m Movement, day Day) (Document, bool) {
	if m.Corrects || m.name() != kindSale && m.name() != kindReversal {
		return Document{}, false
	}
	d := Document{Kind: Receipt, OrderID: s.order.ID, Of: m.Kind, Day: day, Total: m.Amount, Currency: s.order.Currency}
	switch {
	case m.name() == kindReversal:
		d.Kind = CreditNote
	case s.order.Business:
		d.Kind, d.Due = Invoice, day.Plus(p.PaymentDays)
	}
	d.Series = Series(s.order.Market, day.Year(), d.Kind)
	p.Last[d.Series]++
	d.Number = p.Last[d.Series]
	return d, true
}
