package database

import (
	"context"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// Books is what the bookkeeper, the accountant's pages and reports need of a store.
type Books interface {
	// LastBooked returns the number and hash of the last entry of the books; the zero Head if there is none.
	LastBooked(ctx context.Context) (BooksHead, error)
	// Unbooked returns at most BooksBatch orders above a number whose ledger has entries that the books do not have, by number.
	Unbooked(ctx context.Context, above int64) ([]Unbooked, error)
	// LedgerBefore returns what the ledger had in its accounts before the books began, of real orders. What customers owe, and what they
	// paid too much, are two balances.
	LedgerBefore(ctx context.Context) ([]Balance, error)
	// LastDocuments returns the last number of each series.
	LastDocuments(ctx context.Context) (map[string]int64, error)
	// WriteBooks enters a batch: all of it, or nothing. If the books have gone on since the batch was made, the error is
	// fault.Unavailable; if they have an entry of a person's with the same key, fault.Conflict.
	WriteBooks(ctx context.Context, b BooksWrite) error
	// DueHandovers returns orders whose window has ended before a time, and HandOver enters in the ledger that such an order was handed
	// over: unless it was cancelled, or is to be delivered later.
	DueHandovers(ctx context.Context, before time.Time, limit int) ([]int64, error)
	HandOver(ctx context.Context, orderID int64) error
	// EntriesOf is as in Ledger.
	EntriesOf(ctx context.Context, orderID int64) ([]LedgerEntry, error)
	// Receive writes a bank receipt (finance.BankReceipt) into the ledger, with the time at which it came to the bank. Writing the same
	// again changes nothing; another one of its number is fault.Conflict. If the order does not exist, the error is fault.NotFound.
	Receive(ctx context.Context, e LedgerEntry) error
	// BankReceipts returns all bank receipts of invoices.
	BankReceipts(ctx context.Context) ([]finance.Entry, error)
	BooksReports
}

// BooksReports is what accountants read and write.
type BooksReports interface {
	// BookTotals returns what came into each account and went out, from a day to another, both included.
	BookTotals(ctx context.Context, from, to books.Day) ([]BookTotal, error)
	// BookEntries returns entries of days, by number, at most limit above a number.
	BookEntries(ctx context.Context, from, to books.Day, above int64, limit int) ([]books.Entry, error)
	// StoredEntries returns entries as they are stored, by number, at most limit above a number.
	StoredEntries(ctx context.Context, above int64, limit int) ([]StoredEntry, error)
	// BookEntry returns an entry, or fault.NotFound.
	BookEntry(ctx context.Context, number int64) (books.Entry, error)
	// BookEntryOf returns the entry that a person made under a key, if there is one.
	BookEntryOf(ctx context.Context, key string) (e books.Entry, found bool, err error)
	// EntriesOfOrder returns the entries of an order.
	EntriesOfOrder(ctx context.Context, orderID int64) ([]books.Entry, error)
	// BookDocuments returns documents of days, by series and number, at most limit after one; DocumentsOf those of an order,
	// that of its sale first.
	BookDocuments(ctx context.Context, from, to books.Day, after books.Document, limit int) ([]books.Document, error)
	DocumentsOf(ctx context.Context, orderID int64) ([]books.Document, error)
	// Invoices returns invoices of which at least some minor units are open, by series and number, at most limit after one.
	Invoices(ctx context.Context, least int64, after books.Document, limit int) ([]Invoice, error)
	// InvoicesDue returns the invoices that were due on a day and are open, by series and number, at most limit after one.
	InvoicesDue(ctx context.Context, day books.Day, after books.Document, limit int) ([]Invoice, error)
	// ClosedPeriods returns the periods that are closed, by month.
	ClosedPeriods(ctx context.Context) ([]ClosedPeriod, error)
	// ClosePeriod closes a period. Closing it again changes nothing.
	ClosePeriod(ctx context.Context, p ClosedPeriod) error
	// Waiting counts the orders that wait for the bookkeeper, up to a bound.
	WaitingForBooks(ctx context.Context) (int, error)
	// OldestUnbooked returns the order that comes next in the books, and since when what is new in its ledger waits.
	OldestUnbooked(ctx context.Context) (oldest Waiting, waits bool, err error)
	// BookRates returns the exchange rates; SetBookRate stores one, in place of another one of its day.
	BookRates(ctx context.Context) ([]BookRate, error)
	SetBookRate(ctx context.Context, r BookRate) error
}

// BooksBatch bounds the orders that the bookkeeper enters in one transaction.
const BooksBatch = 50

// BooksHead is how far the books are: their last entry, and how many periods are closed.
type BooksHead struct {
	Number int64
	Hash   string
	Closed int64
}

// Unbooked is an order with what its ledger has.
type Unbooked struct {
	Order   order.Order
	Entries []LedgerEntry
	Entered map[finance.Kind]bool // what the books have
	Earlier []books.Entry
}

// BooksWrite is what one transaction enters. The entries have no numbers yet.
type BooksWrite struct {
	After     BooksHead
	Entries   []books.Entry
	Documents []books.Document
	Entered   []Entered
}

// Invoice is an invoice with what is open of it.
type Invoice struct {
	books.Document
	Open int64 // what is still to be paid, in minor units; if negative, the shop owes the customer
}

// Entered is an entry of the ledger that the books have from now on.
type Entered struct {
	OrderID int64
	Kind    finance.Kind
}

// BookTotal is what came into an account on a day, or in a time, and went out. Amounts are minor units.
type BookTotal struct {
	Day           books.Day
	Account       books.Account
	Currency      string
	Debit, Credit int64
	Own           int64 // debits less credits in the company's currency
	Base          int64 // of a tax
}

// StoredEntry is an entry of the books as it is stored.
type StoredEntry struct {
	Number, OrderID int64
	Day             books.Day
	Key             string // "": none
	Data, Hash      string
}

// ClosedPeriod is a month that is closed.
type ClosedPeriod struct {
	Period books.Period
	By     string
	At     int64 // milliseconds since 1970
}

// BookRate is an exchange rate with who stored it.
type BookRate struct {
	books.Rate
	Author string
}

// booksLock is the lock under which the books go on.
const booksLock = "books"

// WriteBooks enters a batch.
func (u UseCases) WriteBooks(ctx context.Context, b BooksWrite) error {
	_, err := u.do(ctx, Rows{Lock: booksLock, Books: true}, func(t *Tx) error {
		if t.Books != b.After {
			return fault.New(fault.Unavailable, "someone else has made an entry meanwhile; please try again")
		}
		return t.book(b)
	})
	return err
}

// book writes a batch.
func (t *Tx) book(b BooksWrite) error {
	last := books.Entry{Number: b.After.Number, Hash: b.After.Hash}
	totals := newTotals()
	for _, e := range b.Entries {
		data, err := e.Seal(last)
		if err != nil {
			return err
		}
		t.add(BookEntryRows.change(insertBookEntry, &StoredEntry{Number: e.Number, OrderID: e.Order, Day: e.Day, Key: e.Key, Data: data, Hash: e.Hash}))
		totals.add(e)
		last = e
	}
	for i := range b.Documents {
		t.add(BookDocumentRows.change(insertDocument, &b.Documents[i]))
	}
	for _, total := range totals.sorted() {
		t.add(BookTotals.change(addToTotal, &total))
	}
	for i := range b.Entered {
		t.add(enteredRows.delete(deleteUnbooked, &b.Entered[i], 2))
	}
	return nil
}

var (
	insertBookEntry = BookEntryRows.InsertSQL(1)
	insertDocument  = BookDocumentRows.InsertSQL(1)
	addToTotal      = BookTotals.SaveSQL("+debit", "+credit", "+own", "+base")
	deleteUnbooked  = enteredRows.DeleteSQL(2)
)

// ClosePeriod closes a period, between two batches of the bookkeeper.
func (u UseCases) ClosePeriod(ctx context.Context, p ClosedPeriod) error {
	_, err := u.do(ctx, Rows{Lock: booksLock}, func(t *Tx) error {
		p.At = t.now.UnixMilli()
		t.add(ClosedPeriodRows.change(insertPeriod, &p))
		return nil
	})
	return err
}

// SetBookRate stores an exchange rate.
func (u UseCases) SetBookRate(ctx context.Context, r BookRate) error {
	_, err := u.do(ctx, Rows{Lock: booksLock}, func(t *Tx) error {
		t.add(BookRateRows.change(saveRate, &r))
		return nil
	})
	return err
}

var (
	insertPeriod = ClosedPeriodRows.AbsentSQL()
	saveRate     = BookRateRows.SaveSQL()
)
