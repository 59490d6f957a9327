package database

import "acme.example/webshop/books"

// The tables of the books.
var (
	BookEntryRows = &Table[StoredEntry]{Name: "book_entries", Key: 1, Columns: []Column[StoredEntry]{
		{"number", func(e *StoredEntry) any { return &e.Number }},
		{"order_id", func(e *StoredEntry) any { return &e.OrderID }},
		{"day", func(e *StoredEntry) any { return (*string)(&e.Day) }},
		{"entry_key", func(e *StoredEntry) any { return (*maybeText)(&e.Key) }},
		{"data", func(e *StoredEntry) any { return &e.Data }},
		{"hash", func(e *StoredEntry) any { return &e.Hash }},
	}}
	BookDocumentRows = &Table[books.Document]{Name: "book_documents", Key: 2, Columns: []Column[books.Document]{
		{"series", func(d *books.Document) any { return &d.Series }},
		{"number", func(d *books.Document) any { return &d.Number }},
		{"kind", func(d *books.Document) any { return &d.Kind }},
		{"order_id", func(d *books.Document) any { return &d.OrderID }},
		{"about", func(d *books.Document) any { return &d.Of }},
		{"day", func(d *books.Document) any { return (*string)(&d.Day) }},
		{"due", func(d *books.Document) any { return (*string)(&d.Due) }},
		{"total", func(d *books.Document) any { return &d.Total }},
		{"tax", func(d *books.Document) any { return &d.Tax }},
		{"currency", func(d *books.Document) any { return (*string)(&d.Currency) }},
	}}
	BookTotals = &Table[BookTotal]{Name: "book_totals", Key: 3, Columns: []Column[BookTotal]{
		{"day", func(t *BookTotal) any { return (*string)(&t.Day) }},
		{"account", func(t *BookTotal) any { return (*string)(&t.Account) }},
		{"currency", func(t *BookTotal) any { return &t.Currency }},
		{"debit", func(t *BookTotal) any { return &t.Debit }},
		{"credit", func(t *BookTotal) any { return &t.Credit }},
		{"own", func(t *BookTotal) any { return &t.Own }},
		{"base", func(t *BookTotal) any { return &t.Base }},
	}}
	ClosedPeriodRows = &Table[ClosedPeriod]{Name: "book_periods", Key: 1, Columns: []Column[ClosedPeriod]{
		{"period", func(p *ClosedPeriod) any { return (*string)(&p.Period) }},
		{"closed_by", func(p *ClosedPeriod) any { return &p.By }},
		{"closed_at", func(p *ClosedPeriod) any { return &p.At }},
	}}
	BookRateRows = &Table[BookRate]{Name: "book_rates", Key: 2, Columns: []Column[BookRate]{
		{"currency", func(r *BookRate) any { return (*string)(&r.Currency) }},
		{"day", func(r *BookRate) any { return (*string)(&r.Day) }},
		{"rate", func(r *BookRate) any { return &r.Rate.Rate }},
		{"source", func(r *BookRate) any { return &r.Source }},
		{"author", func(r *BookRate) any { return &r.Author }},
	}}
	enteredRows = &Table[Entered]{Name: "unbooked", Key: 2, Columns: []Column[Entered]{
		{"order_id", func(e *Entered) any { return &e.OrderID }},
		{"kind", func(e *Entered) any { return (*string)(&e.Kind) }},
	}}
)
