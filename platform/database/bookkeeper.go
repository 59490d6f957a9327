package database

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

const (
	// bookEvery is how often the bookkeeper looks for what is new in the ledger.
	bookEvery = time.Second
	// bookRest is how many times longer than it worked the bookkeeper rests, so that customers' orders come first.
	bookRest = 3
)

// Bookkeeper enters in the books what is new in the ledger. One of many copies does it at a time; if two do, one of them enters nothing.
type Bookkeeper struct {
	Store Books
	// Company returns whose books they are, by the active rules.
	Company func() (books.Company, error)
	// Rate is the exchange rate of a day by the rules, for days of which no rate is stored; "" if there is none.
	Rate func(money.Currency) (rate, source string)
	Lead func(context.Context) (bool, error) // as of the Housekeeper
	Now  func() time.Time
	Log  *slog.Logger

	lastFailure             // why some orders are not in the books
	opened      atomic.Bool // whether the opening entry was made, or there was nothing to open with
}

// Run enters until the context ends.
func (b *Bookkeeper) Run(ctx context.Context) {
	for ctx.Err() == nil {
		begun := time.Now()
		more, err := b.pass(ctx)
		b.note(ctx, b.Log, "bookkeeper: some orders are not in the books; trying again", err)
		if more && err == nil {
			pause(ctx, bookRest*time.Since(begun))
			continue
		}
		pause(ctx, max(bookEvery, bookRest*time.Since(begun)))
	}
}

// pass enters a batch after the other, until no order waits or the time for others has come.
func (b *Bookkeeper) pass(ctx context.Context) (more bool, err error) {
	if b.Lead != nil {
		if leads, err := b.Lead(ctx); err != nil || !leads {
			return false, err
		}
	}
	refused := b.handOver(ctx)
	for above := int64(0); ; {
		waiting, err := b.Store.Unbooked(ctx, above)
		if err == nil && len(waiting) == 0 && !b.opened.Load() {
			_, err = b.enter(ctx, nil) // what there was before is there to be seen
		}
		if err != nil || len(waiting) == 0 {
			return false, errors.Join(refused, err)
		}
		above = waiting[len(waiting)-1].Order.ID
		out, err := b.enter(ctx, waiting)
		if err != nil {
			return false, errors.Join(refused, err)
		}
		refused = errors.Join(refused, out)
		if refused == nil {
			return len(waiting) == BooksBatch, nil
		}
	}
}

// handOver enters in the ledger which orders were handed over since.
func (b *Bookkeeper) handOver(ctx context.Context) error {
	due, err := b.Store.DueHandovers(ctx, b.Now(), BooksBatch)
	for _, id := range due {
		err = errors.Join(err, b.Store.HandOver(ctx, id))
	}
	return err
}

// Enter enters what is new in the ledger, all of it.
func (b *Bookkeeper) Enter(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = b.pass(ctx); err != nil {
			return err
		}
	}
	return nil
}

// enter enters a batch. Orders that cannot be entered, such as those in a currency without a rate, wait: refused says why.
func (b *Bookkeeper) enter(ctx context.Context, waiting []Unbooked) (refused, err error) {
	p, head, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	w := BooksWrite{After: head}
	if head.Number == 0 {
		if w.Entries, err = b.opening(ctx, p); err != nil {
			return nil, err
		}
	}
	for _, u := range waiting {
		out, err := p.Post(bookOrder(u.Order), movements(u), u.Earlier)
		if err != nil {
			refused = errors.Join(refused, err)
			continue
		}
		w.Entries, w.Documents = append(w.Entries, out.Entries...), append(w.Documents, out.Documents...)
		for kind, entered := range u.Entered {
			if !entered {
				w.Entered = append(w.Entered, Entered{u.Order.ID, kind})
			}
		}
	}
	if err = b.Store.WriteBooks(ctx, w); err == nil {
		b.opened.Store(true)
	}
	return refused, err
}

// open returns a poster at the end of the books.
func (b *Bookkeeper) open(ctx context.Context) (*books.Poster, BooksHead, error) {
	head, err := b.Store.LastBooked(ctx)
	if err != nil {
		return nil, head, err
	}
	closed, err := b.Store.ClosedPeriods(ctx)
	if err != nil {
		return nil, head, err
	}
	company, err := b.company(ctx, head)
	if err != nil {
		return nil, head, err
	}
	p := &books.Poster{Company: company, Closed: map[books.Period]bool{}, Now: b.Now()}
	for _, c := range closed {
		p.Closed[c.Period] = true
	}
	if p.Last, err = b.Store.LastDocuments(ctx); err != nil {
		return nil, head, err
	}
	stored, err := b.Store.BookRates(ctx)
	p.Rate = b.rates(stored, p.Currency)
	return p, head, err
}

// company is whose books they are. The currency that they are kept in stays: else amounts of two would be added up.
func (b *Bookkeeper) company(ctx context.Context, head BooksHead) (books.Company, error) {
	company, err := b.Company()
	if err != nil || head.Number == 0 {
		return company, err
	}
	last, err := b.Store.BookEntry(ctx, head.Number)
	if err == nil && last.Company != string(company.Currency) {
		err = fault.New(fault.Conflict, "the books are kept in %s; the rules say %s (books.currency), which cannot change once they have begun", last.Company, company.Currency)
	}
	return company, err
}

// rates finds exchange rates: those that are stored, else those of the rules.
func (b *Bookkeeper) rates(stored []BookRate, own money.Currency) func(money.Currency, books.Day) (books.Rate, error) {
	all := make([]books.Rate, len(stored))
	for i, r := range stored {
		all[i] = r.Rate
	}
	return func(c money.Currency, d books.Day) (books.Rate, error) {
		if r, ok := books.RateOn(all, c, d); ok {
			return r, nil
		}
		if rate, source := b.Rate(c); rate != "" {
			return books.Rate{Currency: c, Day: d, Rate: rate, Source: source}, nil
		}
		return books.Rate{}, fault.New(fault.Unavailable, "no exchange rate of %s to %s is known on %s; store one (webshop books rate)", c, own, d)
	}
}

// opening is the entries with which the books begin: what the ledger had before, one of each currency.
func (b *Bookkeeper) opening(ctx context.Context, p *books.Poster) (entries []books.Entry, err error) {
	before, err := b.Store.LedgerBefore(ctx)
	if err != nil {
		return nil, err
	}
	sums := map[money.Currency][]books.Line{}
	for _, l := range before {
		sums[l.Amount.Currency] = append(sums[l.Amount.Currency], books.Line{Account: books.Account(l.Account), Amount: l.Amount.Minor})
	}
	for _, c := range money.Currencies() {
		e, err := p.Opening(c, sums[c])
		if err != nil {
			return nil, err
		}
		if len(e.Lines) > 0 {
			entries = append(entries, e)
		}
	}
	return entries, nil
}
