package database

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/order"
)

const (
	// ReportJob is the name of the progress of the reports.
	ReportJob = "report"
	// reportEvery is how often the reporter looks for what is new in the books; after a failure it waits for reportAgain.
	reportEvery, reportAgain = 2 * time.Second, 10 * time.Second
	// reportDocuments and reportEntries bound what is told at a time.
	reportDocuments, reportEntries = 25, 100
)

// Reports is what the reporter needs of a store.
type Reports interface {
	LastBooked(ctx context.Context) (BooksHead, error)
	LastDocuments(ctx context.Context) (map[string]int64, error)
	BookDocuments(ctx context.Context, from, to books.Day, after books.Document, limit int) ([]books.Document, error)
	DocumentsOf(ctx context.Context, orderID int64) ([]books.Document, error)
	StoredEntries(ctx context.Context, above int64, limit int) ([]StoredEntry, error)
	EntriesOf(ctx context.Context, orderID int64) ([]LedgerEntry, error)
	Order(ctx context.Context, id int64) (order.Order, error)
	Progress
}

// Reporter tells the bookkeeping system what is new in the books: documents, each once and the sale's before its credit notes, and then
// the journal, by number. What it is told twice, after a crash or by two copies, it must know by the numbers.
type Reporter struct {
	Store Reports
	Tell  func(context.Context, books.Report) error
	Lead  func(context.Context) (bool, error) // as of the Housekeeper
	Log   *slog.Logger

	lastFailure // why it cannot be told
}

// told is how far the bookkeeping system was told.
type told struct {
	Entry     int64            `json:"entry"`     // the number of the last one
	Documents map[string]int64 `json:"documents"` // the last number of each series
}

// Run tells until the context ends.
func (r *Reporter) Run(ctx context.Context) {
	for ctx.Err() == nil {
		err := r.Report(ctx)
		r.note(ctx, r.Log, "reporter: the bookkeeping system was not told all that is in the books; trying again", err)
		if err != nil {
			pause(ctx, reportAgain)
			continue
		}
		pause(ctx, reportEvery)
	}
}

// Report tells all that is new.
func (r *Reporter) Report(ctx context.Context) error {
	if r.Lead != nil {
		if leads, err := r.Lead(ctx); err != nil || !leads {
			return err
		}
	}
	so, err := toldSoFar(ctx, r.Store)
	if err != nil {
		return err
	}
	head, err := r.Store.LastBooked(ctx) // before the documents, which entries name
	if err != nil {
		return err
	}
	if err := r.documents(ctx, so); err != nil {
		return err
	}
	return r.entries(ctx, so, head.Number)
}

// toldSoFar reads how far the bookkeeping system was told.
func toldSoFar(ctx context.Context, from Progress) (*told, error) {
	so := &told{Documents: map[string]int64{}}
	return so, readProgress(ctx, from, ReportJob, so)
}

// documents tells those that are new, sales before what is taken back of them.
func (r *Reporter) documents(ctx context.Context, so *told) error {
	last, err := r.Store.LastDocuments(ctx)
	if err != nil {
		return err
	}
	all := slices.SortedFunc(maps.Keys(last), func(a, b string) int {
		return strings.Compare(books.SeriesKind(a)+a, books.SeriesKind(b)+b)
	})
	for _, series := range all {
		for so.Documents[series] < last[series] {
			if err := r.batch(ctx, so, series, last[series]); err != nil {
				return fmt.Errorf("documents %s: %w", series, err)
			}
		}
	}
	return nil
}

// batch tells the next documents of a series, up to a number.
func (r *Reporter) batch(ctx context.Context, so *told, series string, last int64) error {
	from := so.Documents[series]
	found, err := r.Store.BookDocuments(ctx, "", books.LastDay, books.Document{Series: series, Number: from}, int(min(reportDocuments, last-from)))
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].Series != series {
		return fmt.Errorf("number %d is missing", from+1)
	}
	var report books.Report
	for _, d := range found {
		if d.Series != series {
			break
		}
		detailed, err := Detail(ctx, r.Store, d)
		if err != nil {
			return err
		}
		report.Documents = append(report.Documents, detailed)
		so.Documents[series] = d.Number
	}
	return r.tell(ctx, so, report)
}

// Detail tells a document with its lines.
func Detail(ctx context.Context, store Reports, d books.Document) (books.Detailed, error) {
	o, err := store.Order(ctx, d.OrderID)
	if err != nil {
		return books.Detailed{}, err
	}
	all, err := store.DocumentsOf(ctx, d.OrderID)
	if err != nil {
		return books.Detailed{}, err
	}
	ledger, err := store.EntriesOf(ctx, d.OrderID)
	if err != nil {
		return books.Detailed{}, err
	}
	return books.Detail(d, all, bookOrder(o), movements(Unbooked{Entries: ledger}))
}

// entries tells those that are new, up to a number.
func (r *Reporter) entries(ctx context.Context, so *told, last int64) error {
	for so.Entry < last {
		found, err := r.Store.StoredEntries(ctx, so.Entry, int(min(reportEntries, last-so.Entry)))
		if err != nil {
			return err
		}
		var report books.Report
		for _, e := range found {
			report.Entries = append(report.Entries, books.Sealed{Entry: json.RawMessage(e.Data), Hash: e.Hash})
			so.Entry = e.Number
		}
		if len(found) == 0 {
			return fmt.Errorf("entry %d is missing", so.Entry+1)
		}
		if err := r.tell(ctx, so, report); err != nil {
			return fmt.Errorf("entries %d to %d: %w", found[0].Number, so.Entry, err)
		}
	}
	return nil
}

// tell tells a part, and notes how far that is. Then it rests, so that customers' orders come first.
func (r *Reporter) tell(ctx context.Context, so *told, part books.Report) error {
	begun := time.Now()
	if err := r.Tell(ctx, part); err != nil {
		return err
	}
	err := saveProgress(ctx, r.Store, ReportJob, so)
	pause(ctx, bookRest*time.Since(begun))
	return err
}

// Untold returns how many entries of the books the bookkeeping system was not told yet, and since when the first of them is there.
func Untold(ctx context.Context, store Reports) (n int64, since time.Time, err error) {
	so, err := toldSoFar(ctx, store)
	if err != nil {
		return 0, since, err
	}
	head, err := store.LastBooked(ctx)
	if err != nil || head.Number <= so.Entry {
		return 0, since, err
	}
	next, err := store.StoredEntries(ctx, so.Entry, 1)
	if err != nil || len(next) == 0 {
		return 0, since, err
	}
	first, err := books.Read(next[0].Data, next[0].Hash)
	return head.Number - so.Entry, first.Entered, err
}
