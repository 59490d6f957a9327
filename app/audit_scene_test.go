package app_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/partner/simulator"
)

// scene is a stopped shop as an auditor finds it: its database, and the final records of its partners and its mailbox. It
// can be changed to break a promise.
type scene struct {
	file    string
	url     string    // of its PostgreSQL database, if it has one
	at      time.Time // when the shop stopped
	ids     map[string]int64
	records map[string][]map[string]any
	mails   []map[string]any
	alerts  []any
	acked   string
	real    string // a partner that real orders have at another address, which is its name and -real
	config  audit.Config
}

// scene runs a shop through every kind of order and keeps what is left.
func (s *shop) scene() *scene {
	s.Helper()
	old, corrected := s.sent("old", "US").OrderID, s.sent("corrected", "US").OrderID
	s.corrected(corrected)
	c := s.left(s.lives())
	c.alerts = []any{map[string]any{"rule": "dead-letter", "orders": []any{map[string]any{"orderId": c.ids["parked"]}}, "orderCount": 1}}
	c.ids["old"], c.ids["corrected"] = old, corrected
	s.archives(1)
	return c
}

// left stops a shop, and keeps what is left of its orders.
func (s *shop) left(ids map[string]int64) *scene {
	s.Helper()
	c := &scene{ids: ids, records: map[string][]map[string]any{}, file: filepath.Join(s.config.DataDir, "webshop.db"), url: string(s.config.DatabaseURL)}
	for _, name := range simulator.Names {
		var page struct{ Records []map[string]any }
		s.call("GET", s.PrivateURL+"/partners/"+name+"/records?limit=100", nil).want(200).into(&page)
		c.records[name] = page.Records
	}
	var list struct{ Mails []map[string]any }
	s.call("GET", s.PrivateURL+"/mail?format=json&limit=500", nil).want(200).into(&list)
	c.mails = list.Mails
	s.entered()
	s.stop()
	c.at = time.Now()
	return c
}

// entered waits until all orders are in the books.
func (s *shop) entered() {
	s.Helper()
	s.eventually("all orders are in the books", func() bool {
		var books struct{ Waiting int }
		s.call("GET", s.PrivateURL+"/books/periods", nil).want(200).into(&books)
		return books.Waiting == 0
	})
}

// corrected corrects the mail address of an order, and waits until its delivery company was told.
func (s *shop) corrected(id int64) {
	s.Helper()
	s.call("POST", s.PrivateURL+"/correctOrder", map[string]any{"orderId": id, "customer": map[string]any{"email": "right@example.com"}, "reason": "typing error"}).want(200)
	s.eventually("the delivery company is told", func() bool { return s.delivery(id, "change") != nil })
}

// delivery returns the last request of a kind about an order that the delivery company had; nil for none.
func (s *shop) delivery(id int64, kind string) map[string]any {
	s.Helper()
	var page struct {
		Records []struct {
			Kind    string
			Request map[string]any
		}
	}
	s.call("GET", s.partnersURL()+"/partners/carrier/records?limit=100", nil).want(200).into(&page)
	for _, r := range slices.Backward(page.Records) {
		if r.Kind == kind && r.Request["orderId"] == float64(id) {
			return r.Request
		}
	}
	return nil
}

// archives archives the oldest orders of a stopped shop, as if years had passed.
func (s *shop) archives(orders int) {
	s.Helper()
	open := func() (database.Store, error) {
		return sqlite.Open(s.Context(), filepath.Join(s.config.DataDir, "webshop.db"), time.Now)
	}
	if url := string(s.config.DatabaseURL); url != "" {
		open = func() (database.Store, error) { return postgres.Open(s.Context(), url, time.Now) }
	}
	store, err := open()
	if err != nil {
		s.Fatal(err)
	}
	n, err := store.Archive(s.Context(), time.Now().AddDate(2, 0, 0), orders)
	if err := errors.Join(err, store.Close()); err != nil || n != orders {
		s.Fatalf("%d orders were archived, %v", n, err)
	}
}

// copy returns a copy of the scene to be changed.
func (c *scene) copy(t *testing.T) *scene {
	t.Helper()
	d := &scene{ids: c.ids, at: c.at, records: map[string][]map[string]any{}, alerts: slices.Clone(c.alerts)}
	c.copyDatabase(t, d)
	for name, records := range c.records {
		text, _ := json.Marshal(records) // it came from JSON
		var own []map[string]any
		if err := json.Unmarshal(text, &own); err != nil {
			t.Fatal(err)
		}
		d.records[name] = own
	}
	for _, m := range c.mails {
		d.mails = append(d.mails, maps.Clone(m))
	}
	now := c.at.Add(30 * time.Second) // alerts have had their time, and nothing is late
	d.config = audit.Config{
		Database: d.file, DatabaseURL: d.url, LookTime: time.Millisecond, Now: func() time.Time { return now },
		Capacity: map[string]int{"US": 20, "MX": 15, "DE": 10},
	}
	if d.url != "" {
		d.config.DatabaseURL = pgtest.Pooled(t, d.url)
	}
	return d
}

func (c *scene) copyDatabase(t *testing.T, to *scene) {
	t.Helper()
	if c.url != "" {
		to.url = pgtest.Copy(t, c.url)
		return
	}
	data, err := os.ReadFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	to.file = filepath.Join(t.TempDir(), "webshop.db")
	if err := os.WriteFile(to.file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// unguarded are the statements that remove the tables' protection.
func (c *scene) unguarded() []string {
	if c.url != "" {
		return []string{"SET session_replication_role = replica", "DROP INDEX journal_of_order",
			"ALTER TABLE journal ALTER COLUMN seq SET GENERATED BY DEFAULT", "ALTER TABLE receipts DROP CONSTRAINT receipts_state_check"}
	}
	return []string{"PRAGMA foreign_keys = 0", "PRAGMA ignore_check_constraints = 1", "DROP INDEX journal_of_order",
		"DROP TRIGGER journal_keeps_what_is_written", "DROP TRIGGER journal_keeps_all", "DROP TRIGGER ledger_keeps_what_is_written", "DROP TRIGGER ledger_keeps_all", "DROP TRIGGER ledger_is_to_be_booked",
		"DROP TRIGGER journal_replaces_nothing",
		"DROP TRIGGER archive_keeps_what_is_written", "DROP TRIGGER book_entries_keep_what_is_written", "DROP TRIGGER book_entries_keep_all",
		"DROP TRIGGER book_documents_keep_all"}
}

// open opens the database to be changed.
func (c *scene) open() (*sql.DB, error) {
	if c.url != "" {
		return sql.Open("pgx", c.url)
	}
	return sql.Open("sqlite", "file:"+c.file)
}

// sql changes the database as no shop would. {name} is the number of an order.
func (c *scene) sql(t *testing.T, statements ...string) {
	t.Helper()
	db, err := c.open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range append(c.unguarded(), statements...) {
		for name, id := range c.ids {
			statement = strings.ReplaceAll(statement, "{"+name+"}", fmt.Sprint(id))
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// record returns a partner's record under a key of an order, e.g. "charge:" of "delivered".
func (c *scene) record(t *testing.T, partner, key, name string) map[string]any {
	t.Helper()
	for _, r := range c.records[partner] {
		if strings.HasPrefix(fmt.Sprint(r["key"]), fmt.Sprint(key, c.ids[name], "-")) {
			return r
		}
	}
	t.Fatalf("%s has no %s of %s: %v", partner, key, name, c.records[partner])
	return nil
}

// forget removes such a record from a partner.
func (c *scene) forget(t *testing.T, partner, key, name string) {
	r := c.record(t, partner, key, name)
	c.records[partner] = slices.DeleteFunc(c.records[partner], func(one map[string]any) bool { return one["key"] == r["key"] })
}

// again adds a changed copy of a record to a partner.
func (c *scene) again(t *testing.T, partner, key, name string, change func(record, request map[string]any)) {
	made := maps.Clone(c.record(t, partner, key, name))
	request := maps.Clone(made["request"].(map[string]any))
	made["request"] = request
	change(made, request)
	c.records[partner] = append(c.records[partner], made)
}

// serve serves partners, mailbox and alerts.
func (c *scene) serve(t *testing.T) string {
	mux := http.NewServeMux()
	tell := func(path string, what func(r *http.Request) any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { _ = json.NewEncoder(w).Encode(what(r)) })
	}
	for name, records := range c.records {
		tell("/partners/"+name+"/records", func(r *http.Request) any {
			if r.URL.Query().Get("after") != "0" {
				return map[string]any{"records": []any{}}
			}
			return map[string]any{"records": records, "next": len(records)}
		})
	}
	tell("/partners/real", func(*http.Request) any { return map[string]any{} })
	tell("/mail", func(*http.Request) any { return map[string]any{"mails": c.mails} })
	tell("/alerts", func(*http.Request) any { return map[string]any{"alerts": c.alerts} })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// broken audits the scene, and returns the names of the checks that found something.
func (c *scene) broken(t *testing.T) (names []string, r audit.Report) {
	t.Helper()
	c.config.PrivateURL = c.serve(t)
	if err := c.config.AskShop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.real != "" {
		c.config.Partners[c.real] = c.config.PrivateURL + "/partners/" + c.real + "-real"
	}
	if c.acked != "" {
		c.config.Acknowledged = filepath.Join(t.TempDir(), "acked.jsonl")
		for name, id := range c.ids {
			c.acked = strings.ReplaceAll(c.acked, "{"+name+"}", fmt.Sprint(id))
		}
		if err := os.WriteFile(c.config.Acknowledged, []byte(c.acked), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := audit.Run(t.Context(), c.config)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range r.Checks {
		if check.Broken > 0 {
			names = append(names, check.Name)
		}
	}
	return names, r
}
