package sqlite

import (
	"database/sql"
	"errors"
	"testing"
	"time"
)

// TestTroubleThatPasses: whatever the trouble, exactly the acknowledged orders are in the file, before, during and after,
// and the store recovers by itself.
func TestTroubleThatPasses(t *testing.T) {
	for name, c := range map[string]struct {
		kind  Kind
		begin func(*bench)
		end   func(*bench)
	}{
		"full":      {DiskFull, func(b *bench) { b.handicap(`PRAGMA max_page_count = 1`) }, (*bench).lift},
		"read-only": {ReadOnly, func(b *bench) { b.handicap(`PRAGMA query_only = 1`) }, (*bench).lift},
		"moved":     {Moved, func(b *bench) { b.rename(b.path, b.path+".away") }, func(b *bench) { b.rename(b.path+".away", b.path) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBench(t)
			stop := b.customers()
			for range 2 {
				before := len(b.stored())
				b.eventually("there are orders", func() bool { return len(b.stored()) > before+100 })
				c.begin(b)
				b.refuses(c.kind)
				c.end(b)
				b.goesOn()
			}
			acknowledged, refused := stop()
			stored := b.stored()
			for id := range acknowledged {
				if !stored[id] {
					t.Errorf("order %d was acknowledged and lost", id)
				}
			}
			if refused == 0 || len(stored) < len(acknowledged) {
				t.Errorf("%d acknowledged, %d refused, %d stored", len(acknowledged), refused, len(stored))
			}
			if extra := len(stored) - len(acknowledged) - b.made; extra != 0 {
				t.Errorf("%d orders are stored that were refused", extra)
			}
			b.close()
			b.reopen()
			if again := b.stored(); len(again) != len(stored) {
				t.Errorf("%d orders after the restart, want %d", len(again), len(stored))
			}
		})
	}
}

// TestTroubleIsToldThoughNoOneOrders, and so is its end.
func TestTroubleIsToldThoughNoOneOrders(t *testing.T) {
	for kind, begin := range map[Kind]func(*bench) (end func()){
		DiskFull: func(b *bench) func() { b.handicap(`PRAGMA max_page_count = 1`); return b.lift },
		ReadOnly: func(b *bench) func() { b.handicap(`PRAGMA query_only = 1`); return b.lift },
		Locked:   func(b *bench) func() { return holdLock(b.T, b.path) },
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			b := openBench(t)
			end := begin(b)
			b.eventually("it is told", func() bool {
				trouble, known := errors.AsType[*Trouble](b.Ping(b.Context()))
				return known && trouble.Kind == kind
			})
			end()
			b.eventually("all is well", func() bool { return b.Ping(b.Context()) == nil })
			b.goesOn()
		})
	}
}

// holdLock locks the file as another process would.
func holdLock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(conn.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestALockedFile(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	release := holdLock(t, b.path)
	b.refuses(Locked)
	began := time.Now()
	if _, err := b.create(); err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("refused after %s: %v; who comes while it is locked should not wait for the lock", time.Since(began), err)
	}
	if n := len(b.stored()); n != 0 {
		t.Errorf("%d orders were stored", n)
	}
	release()
	b.goesOn()
}
