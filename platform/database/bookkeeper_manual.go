package database

import (
	"context"
	"fmt"

	"acme.example/webshop/books"
	"acme.example/webshop/platform/fault"
)

// booksTries is how often an entry is tried while the books go on.
const booksTries = 5

// Record makes the entry of a person, and returns it. One that is there already under its key is returned as it is, if it is the same one;
// else the error is fault.Conflict.
func (b *Bookkeeper) Record(ctx context.Context, m books.Manual) (e books.Entry, err error) {
	for range booksTries {
		if e, err = b.record(ctx, m); fault.CodeOf(err) != fault.Unavailable {
			return e, err
		}
	}
	return e, err
}

func (b *Bookkeeper) record(ctx context.Context, m books.Manual) (books.Entry, error) {
	p, head, err := b.open(ctx)
	if err != nil {
		return books.Entry{}, err
	}
	e, err := p.Manual(m)
	if err != nil {
		return e, err
	}
	there, found, err := b.Store.BookEntryOf(ctx, m.Key)
	if err != nil {
		return e, err
	}
	if found {
		return there, sameEntry(e, there)
	}
	if err := b.Store.WriteBooks(ctx, BooksWrite{After: head, Entries: []books.Entry{e}}); err != nil {
		return e, err
	}
	e, _, err = b.Store.BookEntryOf(ctx, m.Key)
	return e, err
}

// sameEntry compares an entry with that which is there under its key.
func sameEntry(e, there books.Entry) error {
	same := e.Money == there.Money && e.Dated == there.Dated && len(e.Lines) == len(there.Lines)
	for i := 0; same && i < len(e.Lines); i++ {
		same = e.Lines[i].Account == there.Lines[i].Account && e.Lines[i].Amount == there.Lines[i].Amount
	}
	if same {
		return nil
	}
	return fault.New(fault.Conflict, "the books have another entry of the key %q: number %d of %s", there.Key, there.Number, there.Dated)
}

// Reverse takes an entry back by another one, once.
func (b *Bookkeeper) Reverse(ctx context.Context, number int64, author, reason string) (books.Entry, error) {
	of, err := b.Store.BookEntry(ctx, number)
	if err != nil {
		return of, err
	}
	company, err := b.Company()
	if err != nil {
		return of, err
	}
	m, err := books.Reversal(of, author, reason, books.DayOf(b.Now(), company.Zone))
	if err != nil {
		return of, err
	}
	return b.Record(ctx, m)
}

// Close closes a period: one that has ended, whose earlier periods are closed, with all orders entered and the accounts at zero.
func (b *Bookkeeper) Close(ctx context.Context, period books.Period, by string) error {
	p, _, err := b.open(ctx)
	if err != nil {
		return err
	}
	switch today := books.DayOf(b.Now(), p.Zone); {
	case p.Closed[period]:
		return nil
	case today <= period.Last():
		return fault.New(fault.Conflict, "%s has not ended; it can be closed from %s on", period, period.Next().First())
	}
	if err := b.Enter(ctx); err != nil {
		return fault.Wrap(err, fault.Conflict, "some orders are not in the books yet: %v", err)
	}
	earlier, err := b.Store.BookEntries(ctx, "0000-00-00", period.First().Plus(-1), 0, 1)
	if err != nil {
		return err
	}
	if len(earlier) > 0 && !p.Closed[before(period)] {
		return fault.New(fault.Conflict, "%s is not closed; close it first", before(period))
	}
	if err := b.balanced(ctx, period.Last()); err != nil {
		return err
	}
	return b.Store.ClosePeriod(ctx, ClosedPeriod{Period: period, By: by})
}

func before(p books.Period) books.Period { return p.First().Plus(-1).Period() }

// balanced returns fault.Conflict unless the accounts come to zero on a day.
func (b *Bookkeeper) balanced(ctx context.Context, on books.Day) error {
	totals, err := b.Store.BookTotals(ctx, "0000-00-00", on)
	if err != nil {
		return err
	}
	sums, own := map[string]int64{}, int64(0)
	for _, t := range totals {
		sums[t.Currency] += t.Debit - t.Credit
		own += t.Own
	}
	for currency, sum := range sums {
		if sum != 0 || own != 0 {
			return fault.New(fault.Conflict, "the accounts do not come to zero on %s: %s", on, fmt.Sprint(currency, " ", sum, ", in the company's currency ", own))
		}
	}
	return nil
}

// Document returns the document of a number, or fault.NotFound.
func (b *Bookkeeper) Document(ctx context.Context, number string) (books.Document, error) {
	missing := fault.New(fault.NotFound, "the books have no document of this number")
	series, n, ok := books.ParseName(number)
	if !ok {
		return books.Document{}, missing
	}
	found, err := b.Store.BookDocuments(ctx, "0000-00-00", "9999-12-31", books.Document{Series: series, Number: n - 1}, 1)
	if err == nil && (len(found) == 0 || found[0].Name() != number) {
		err = missing
	}
	if err != nil {
		return books.Document{}, err
	}
	return found[0], nil
}
