package app_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	modernc "modernc.org/sqlite"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// handicaps are pragmas for the shop's new writing connections, by the file's path.
var handicaps sync.Map

type handicap struct {
	pragma string
	given  atomic.Int32 // the number of connections that got it
}

func TestMain(m *testing.M) {
	modernc.RegisterConnectionHook(func(conn modernc.ExecQuerierContext, dsn string) error {
		var err error
		handicaps.Range(func(path, h any) bool {
			if strings.Contains(dsn, path.(string)) && strings.Contains(dsn, "_txlock=immediate") {
				_, err = conn.ExecContext(context.Background(), h.(*handicap).pragma, nil)
				h.(*handicap).given.Add(1)
			}
			return err == nil
		})
		return err
	})
	os.Exit(m.Run())
}

// databasePath returns the path of the shop's database.
func (s *shop) databasePath() string { return filepath.Join(s.config.DataDir, "webshop.db") }

// lockDatabase locks the database, as another process would.
func (s *shop) lockDatabase() (release func()) {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+s.databasePath()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		s.Fatal(err)
	}
	conn, err := db.Conn(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	s.eventually("the lock is ours", func() bool { // the shop is quick to take it again
		_, err := conn.ExecContext(s.Context(), `BEGIN IMMEDIATE`)
		return err == nil
	})
	return func() {
		if err := errors.Join(conn.Close(), db.Close()); err != nil {
			s.Error(err)
		}
	}
}

// handicap makes every writing connection of the shop fail: a lock makes it give up its current one.
func (s *shop) handicap(pragma string) (lift func()) {
	s.Helper()
	release := s.lockDatabase()
	s.notReady("locked")
	h := &handicap{pragma: pragma}
	handicaps.Store(s.databasePath(), h)
	s.eventually("the shop has a new connection", func() bool { return h.given.Load() > 0 })
	release()
	return func() { handicaps.Delete(s.databasePath()) }
}

// notReady waits until the shop says that it is not ready, and why.
func (s *shop) notReady(why string) {
	s.Helper()
	s.eventually("not ready: "+why, func() bool {
		a := s.call("GET", s.PublicURL+"/readyz", nil)
		return a.status == 503 && a.header.Get("Retry-After") != "" && strings.Contains(string(a.body), why)
	})
}

// ready waits until the shop says that it is.
func (s *shop) ready() {
	s.Helper()
	s.eventually("ready", func() bool { return s.call("GET", s.PublicURL+"/readyz", nil).status == 204 })
}

// TestOrdersOutliveTroubleWithTheDatabase: the shop refuses orders while it cannot store them, and says so; it recovers
// by itself, and every acknowledged order arrives, once.
func TestOrdersOutliveTroubleWithTheDatabase(t *testing.T) {
	for name, c := range map[string]struct {
		why   string
		begin func(*shop) (end func())
	}{
		"locked":    {"locked", (*shop).lockDatabase},
		"full":      {"disk is full", func(s *shop) func() { return s.handicap(`PRAGMA max_page_count = 1`) }},
		"read-only": {"cannot be written", func(s *shop) func() { return s.handicap(`PRAGMA query_only = 1`) }},
		"moved": {"was moved", func(s *shop) func() {
			away := filepath.Join(s.TempDir(), "away.db")
			s.rename(s.databasePath(), away)
			return func() { s.rename(away, s.databasePath()) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, log := startLogging(t)
			customers := s.crowd(77)
			s.eventually("orders come in", func() bool { acked, _ := customers.count(); return acked > 20 })
			end := c.begin(s)
			s.notReady(c.why)
			s.eventually("customers are refused", func() bool { _, refused := customers.count(); return refused > 20 })
			end()
			s.ready()
			before, _ := customers.count()
			s.eventually("orders come in again", func() bool { acked, _ := customers.count(); return acked > before+20 })
			customers.stop()
			customers.allArrive()
			if n := s.charges("payments-us"); n != len(customers.acked) {
				t.Errorf("%d charges for %d orders", n, len(customers.acked))
			}
			for _, want := range []string{"storage: no orders are taken", c.why, s.databasePath(), " do=", "storage: all is well again"} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log does not say %q", want)
				}
			}
		})
	}
}

func (s *shop) rename(from, to string) {
	s.Helper()
	if err := os.Rename(from, to); err != nil {
		s.Fatal(err)
	}
}

// TestADamagedDatabaseTakesNoOrders, and says how to restore a backup.
func TestADamagedDatabaseTakesNoOrders(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t)
	made := s.create(realOrder("Damaged"))
	s.arrives(made.OrderID, "STOCKED")
	s.stop()
	again, err := app.Start(t.Context(), s.config, testLogger(log))
	if err != nil {
		t.Fatal(err)
	}
	s.Shop = again
	file, err := os.OpenFile(s.databasePath(), os.O_RDWR, 0) // it stays open: closing it would release this process's locks
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte(strings.Repeat("rubbish!", int(info.Size()-4096)/8)), 4096); err != nil {
		t.Fatal(err)
	}
	s.notReady("is damaged")
	a := s.call("POST", s.PublicURL+"/createOrder", realOrder("Late"))
	if a.problem(fault.Unavailable); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if !strings.Contains(log.String(), "docs/operating.md") {
		t.Errorf("the log does not say what to do:\n%s", log)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_ = s.Stop(ctx) // it may not be able to write everything to the file
	s.Shop = nil
	if _, err := app.Start(t.Context(), s.config, testLogger(log)); err == nil || !strings.Contains(err.Error(), "is damaged") || !strings.Contains(err.Error(), "backup") {
		t.Errorf("started again: %v", err)
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.stop()
	db, err := sql.Open("sqlite", "file:"+s.databasePath())
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = app.Start(t.Context(), s.config, testLogger(&sharedLog{}))
	if err == nil || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), "up to") {
		t.Errorf("started: %v", err)
	}
}
