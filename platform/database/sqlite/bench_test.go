package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	modernc "modernc.org/sqlite"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// handicaps make new connections to a file fail: from a file's path to a pragma.
var handicaps sync.Map

func TestMain(m *testing.M) {
	modernc.RegisterConnectionHook(func(conn modernc.ExecQuerierContext, dsn string) error {
		var err error
		handicaps.Range(func(path, pragma any) bool {
			if strings.Contains(dsn, path.(string)) && strings.Contains(dsn, "_txlock=immediate") {
				_, err = conn.ExecContext(context.Background(), pragma.(string), nil)
			}
			return err == nil
		})
		return err
	})
	m.Run()
}

// bench is a store whose file can be damaged or blocked, and the trouble that it reported.
type bench struct {
	*Store
	*testing.T
	path string
	mu   sync.Mutex
	told []*Trouble
	made int // acknowledged orders, except those of customers
}

func openBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, path: filepath.Join(t.TempDir(), "shop.db")}
	b.reopen()
	t.Cleanup(b.close)
	return b
}

func (b *bench) reopen() {
	b.Helper()
	var err error
	if b.Store, err = Open(b.Context(), b.path, time.Now); err != nil {
		b.Fatal(err)
	}
	b.OnTrouble(func(t *Trouble) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, t)
	})
}

func (b *bench) close() {
	b.Helper()
	if b.Store == nil {
		return
	}
	if err := b.Close(); err != nil {
		b.Error(err)
	}
	b.Store = nil
}

// handicap makes the writer's connection fail, and each of its successors, until it is lifted.
func (b *bench) handicap(pragma string) {
	b.Helper()
	handicaps.Store(b.path, pragma)
	b.Cleanup(b.lift)
	_, _ = b.do(b.Context(), func(t *tx) error { return t.exec(pragma) }) // it may fail because of the pragma
}

func (b *bench) lift() { handicaps.Delete(b.path) }

func someOrder() order.Order {
	now := time.Now()
	return order.Order{
		Status: order.Created, CreatedAt: now, StatusAt: now, Total: money.Amount{Minor: 1, Currency: "USD"},
		Products: event.ParseItems(strings.Repeat("BB001,", 40)),
	}
}

func (b *bench) create() (int64, error) {
	o, _, err := b.CreateOrder(b.Context(), someOrder(), order.IdempotencyKey{})
	return o.ID, err
}

// store stores an order and counts it.
func (b *bench) store() error {
	_, err := b.create()
	if err == nil {
		b.made++
	}
	return err
}

// eventually waits until a condition holds.
func (b *bench) eventually(what string, holds func() bool) {
	b.Helper()
	for end := time.Now().Add(15 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("not within 15 s: %s; told %v", what, b.all())
		}
	}
}

func (b *bench) all() []*Trouble {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*Trouble(nil), b.told...)
}

// refuses waits until orders are refused because of a kind of trouble, and checks how it is reported.
func (b *bench) refuses(kind Kind) {
	b.Helper()
	var err error
	b.eventually("orders are refused: "+string(kind), func() bool {
		err = b.store()
		t, known := errors.AsType[*Trouble](err)
		return known && t.Kind == kind
	})
	e, _ := errors.AsType[*fault.Error](err)
	if e.Code != fault.Unavailable || e.RetryAfter == 0 || strings.Contains(e.Message, b.path) {
		b.Errorf("the caller is told %q %q, come back after %s", e.Code, e.Message, e.RetryAfter)
	}
	if !strings.Contains(err.Error(), b.path) || !strings.Contains(err.Error(), remedies[kind]) {
		b.Errorf("the operator is told %q", err)
	}
	if ready, _ := errors.AsType[*fault.Error](b.Ping(b.Context())); ready == nil || ready.Message != string(kind) {
		b.Errorf("ping tells %v", ready)
	}
	all := b.all()
	if last := all[len(all)-1]; last == nil || last.Kind != kind {
		b.Errorf("told of %v", last)
	}
}

// goesOn waits until orders are stored again.
func (b *bench) goesOn() {
	b.Helper()
	b.eventually("orders are stored again", func() bool { return b.store() == nil })
	all := b.all()
	if all[len(all)-1] != nil || b.Ping(b.Context()) != nil {
		b.Errorf("ping tells %v; told %v", b.Ping(b.Context()), all)
	}
}

// stored returns the numbers of all orders in the file.
func (b *bench) stored() map[int64]bool {
	b.Helper()
	ids, err := collect(b.Context(), b.read, func(row scanner) (id int64, err error) {
		err = row.Scan(&id)
		return id, err
	}, `SELECT order_id FROM orders`)
	if err != nil {
		b.Fatal(err)
	}
	all := map[int64]bool{}
	for _, id := range ids {
		all[id] = true
	}
	return all
}

// customers order concurrently until stop, and record which orders were acknowledged.
func (b *bench) customers() (stop func() (acknowledged map[int64]bool, refused int)) {
	var quit atomic.Bool
	var mu sync.Mutex
	var all sync.WaitGroup
	acknowledged, refused := map[int64]bool{}, 0
	for range 16 {
		all.Go(func() {
			for !quit.Load() {
				id, err := b.create()
				mu.Lock()
				if err == nil {
					acknowledged[id] = true
				} else {
					refused++
				}
				mu.Unlock()
				if err != nil {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	stop = func() (map[int64]bool, int) { quit.Store(true); all.Wait(); return acknowledged, refused }
	b.Cleanup(func() { stop() })
	return stop
}

// execute runs a statement on a file, as another process would.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
