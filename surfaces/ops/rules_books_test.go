package ops_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// unbooked is an order that waits for the bookkeeper.
type unbooked struct {
	since time.Time // zero: none
	err   error
}

func (u unbooked) OldestUnbooked(context.Context) (database.Waiting, bool, error) {
	return database.Waiting{OrderID: 7, Since: u.since}, !u.since.IsZero(), u.err
}

func (u unbooked) WaitingForBooks(context.Context) (int, error) { return 3, nil }

// TestBooksThatAreBehindAreTold, with the reason where it is known; that some orders have just come is no reason.
func TestBooksThatAreBehindAreTold(t *testing.T) {
	none, why := func() string { return "" }, func() string { return "no exchange rate of MXN" }
	sees(t, ops.BooksBehind(unbooked{}, why))
	sees(t, ops.BooksBehind(unbooked{since: now.Add(-time.Minute)}, why))
	late := unbooked{since: now.Add(-6 * time.Minute)}
	if c := sees(t, ops.BooksBehind(late, none), "high")[0]; c.What != "3 orders not entered in the books yet" || c.Count != 3 || c.Orders[0] != 7 || !c.Since.Equal(late.since) {
		t.Errorf("%+v", c)
	}
	if c := sees(t, ops.BooksBehind(late, why), "high")[0]; !strings.HasSuffix(c.Do, "no exchange rate of MXN") {
		t.Errorf("%+v", c)
	}
	if _, err := ops.BooksBehind(unbooked{err: errors.New("locked")}, none).Check(t.Context(), now); err == nil {
		t.Error("an error of the store is swallowed")
	}
}

// reports is a store whose progress says how many entries were told.
type reports struct {
	database.Reports
	progress string
	since    time.Time
}

func (r reports) ProgressOf(context.Context, string) (string, error) { return r.progress, nil }

func (r reports) LastBooked(context.Context) (database.BooksHead, error) {
	return database.BooksHead{Number: 9}, nil
}

func (r reports) StoredEntries(_ context.Context, above int64, _ int) ([]database.StoredEntry, error) {
	e := books.Entry{Number: above + 1, Entered: r.since, Lines: []books.Line{{Account: "bank", Amount: 1}, {Account: "fees", Amount: -1}}}
	data, err := e.Seal(books.Entry{Number: above})
	return []database.StoredEntry{{Number: e.Number, Data: data, Hash: e.Hash}}, err
}

// TestWhatTheBookkeepingSystemWasNotToldIsTold when it has waited for long.
func TestWhatTheBookkeepingSystemWasNotToldIsTold(t *testing.T) {
	why := func() string { return "books refuses this" }
	sees(t, ops.BooksUntold(reports{progress: `{"entry":9}`, since: now.Add(-time.Hour)}, why))
	sees(t, ops.BooksUntold(reports{progress: `{"entry":7}`, since: now.Add(-time.Minute)}, why))
	late := reports{progress: `{"entry":7}`, since: now.Add(-time.Hour)}
	if c := sees(t, ops.BooksUntold(late, why), "report high")[0]; c.Count != 2 || !c.Since.Equal(late.since) || !strings.HasSuffix(c.Do, "books refuses this") {
		t.Errorf("%+v", c)
	}
	if _, err := ops.BooksUntold(reports{progress: "junk"}, why).Check(t.Context(), now); err == nil {
		t.Error("progress that cannot be read is no error")
	}
}

// kept is a progress.
type kept string

func (k kept) ProgressOf(context.Context, string) (string, error) { return string(k), nil }
func (kept) SaveProgress(context.Context, string, string) error   { return nil }

// TestDocumentsThatCannotBeMailedAreTold with the reason, once that has lasted.
func TestDocumentsThatCannotBeMailedAreTold(t *testing.T) {
	failing := func(since time.Time) kept {
		p := database.Papers{}
		p.Note(errors.New("the mail server refuses us"), since)
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return kept(text)
	}
	sees(t, ops.PapersUnmailed(kept("")))
	sees(t, ops.PapersUnmailed(failing(now.Add(-time.Minute))))
	if c := sees(t, ops.PapersUnmailed(failing(now.Add(-time.Hour))), "mails high")[0]; !strings.HasSuffix(c.Do, "refuses us") {
		t.Errorf("%+v", c)
	}
	if _, err := ops.PapersUnmailed(kept("junk")).Check(t.Context(), now); err == nil {
		t.Error("progress that cannot be read is no error")
	}
}
