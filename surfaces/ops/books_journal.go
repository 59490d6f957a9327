package ops

import (
	"context"

	"acme.example/webshop/books"
)

type entriesInput struct {
	Span
	Above int64 `query:"above" minimum:"0" doc:"Entries with higher numbers: 'next' of the answer before"`
	Late  bool  `query:"late" doc:"Only those of documents of an earlier, closed period"`
}

// Journal is a page of entries.
type Journal struct {
	Entries []books.Entry `json:"entries"`
	Next    int64         `json:"next,omitempty" doc:"Go on above this number; missing at the end"`
}

func (b Books) entries(ctx context.Context, in *entriesInput) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	found, err := b.Store.BookEntries(ctx, from, to, in.Above, in.most())
	if err == nil {
		err = in.whole("period", len(found))
	}
	page := Journal{Entries: []books.Entry{}}
	for _, e := range found {
		if !in.Late || e.Dated.Period() < e.Day.Period() {
			page.Entries = append(page.Entries, e)
		}
	}
	if len(found) == booksPage {
		page.Next = found[len(found)-1].Number
	}
	return report(in.As, "entries", journalTable(page.Entries), page, err)
}

type entryOutput struct{ Body books.Entry }

func (b Books) entry(ctx context.Context, in *struct {
	Number int64 `path:"number" minimum:"1"`
}) (*entryOutput, error) {
	e, err := b.Store.BookEntry(ctx, in.Number)
	return &entryOutput{e}, err
}

// Issued is a document.
type Issued struct {
	Number   string `json:"number" example:"DE-2026-000123"`
	Kind     string `json:"kind" doc:"invoice, receipt or credit-note"`
	OrderID  int64  `json:"orderId"`
	Of       string `json:"of" doc:"The entry of the order's ledger that it is about"`
	Day      string `json:"day"`
	Due      string `json:"due,omitempty"`
	Currency string `json:"currency"`
	Total    int64  `json:"total" doc:"In minor units"`
	Tax      int64  `json:"tax" doc:"All taxes in it"`
}

func (b Books) documents(ctx context.Context, in *struct {
	Span
	After  string `query:"after" maxLength:"60" doc:"The series of the last document: nextSeries of the answer before"`
	Number int64  `query:"number" minimum:"0" doc:"Its number in the series: nextNumber"`
}) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	found, err := b.Store.BookDocuments(ctx, from, to, books.Document{Series: in.After, Number: in.Number}, in.most())
	if err == nil {
		err = in.whole("period", len(found))
	}
	var page struct {
		Documents  []Issued `json:"documents"`
		NextSeries string   `json:"nextSeries,omitempty" doc:"Go on after this one; missing at the end"`
		NextNumber int64    `json:"nextNumber,omitempty"`
	}
	page.Documents = []Issued{}
	t := table{{"number", "kind", "order", "day", "due", "currency", "total", "tax"}}
	for _, d := range found {
		page.Documents = append(page.Documents, Issued{
			Number: d.Name(), Kind: d.Kind, OrderID: d.OrderID, Of: d.Of, Day: string(d.Day), Due: string(d.Due), Currency: string(d.Currency), Total: d.Total, Tax: d.Tax,
		})
		c := string(d.Currency)
		t = append(t, []string{d.Name(), d.Kind, number(d.OrderID), string(d.Day), string(d.Due), c, units(d.Total, c), units(d.Tax, c)})
	}
	if n := len(found); n == booksPage {
		page.NextSeries, page.NextNumber = found[n-1].Series, found[n-1].Number
	}
	return report(in.As, "documents", t, page, err)
}
