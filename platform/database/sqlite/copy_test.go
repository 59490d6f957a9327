package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"acme.example/webshop/platform/database"
)

func (b *bench) copy() (string, Copied) {
	b.Helper()
	to := filepath.Join(b.TempDir(), "copy.db")
	steps := 0
	copied, err := Copy(b.Context(), b.path, to, func(int, int) { steps++ })
	if err != nil || steps == 0 {
		b.Fatalf("%v after %d steps", err, steps)
	}
	return to, copied
}

// TestACopyUnderLoad has every order acknowledged before it, and is a store like any other. Its new orders get numbers
// that no order of the original got.
func TestACopyUnderLoad(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	stop := b.customers()
	b.eventually("there are orders", func() bool { return len(b.stored()) > 500 })
	before := b.stored()
	path, copied := b.copy()
	after := b.stored()
	acknowledged, refused := stop()
	if refused != 0 || len(acknowledged) <= copied.Orders {
		t.Errorf("%d orders, %d in the copy, %d refused: customers should not notice", len(acknowledged), copied.Orders, refused)
	}
	restored := &bench{T: t, path: path}
	restored.reopen()
	t.Cleanup(restored.close)
	has := restored.stored()
	for id := range before {
		if !has[id] {
			t.Errorf("order %d, acknowledged before the copy, is not in it", id)
		}
	}
	for id := range has {
		if !after[id] {
			t.Errorf("order %d is in the copy only", id)
		}
	}
	for want := copied.FirstNumber; want < copied.FirstNumber+3; want++ {
		if id, err := restored.create(); err != nil || id != want || acknowledged[id] {
			t.Errorf("a new order after the restore has number %d, want %d: %v", id, want, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestACopyOfWhatNoOneServes(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(20)
	b.close()
	if _, copied := b.copy(); copied.Orders != 20 || copied.FirstNumber != 21+database.SpareNumbers {
		t.Errorf("%+v", copied)
	}
	b.reopen()
	if id, err := b.create(); id != 21 || err != nil {
		t.Errorf("the original goes on with %d, %v", id, err)
	}
}

// TestASearchGoesOverTheGap: the second page of a search has the orders from before the backup.
func TestASearchGoesOverTheGap(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(3)
	path, _ := b.copy()
	restored := &bench{T: t, path: path}
	restored.reopen()
	t.Cleanup(restored.close)
	if _, err := restored.create(); err != nil {
		t.Fatal(err)
	}
	newest, err := restored.Search(t.Context(), database.OrderQuery{Limit: 10})
	older, err2 := restored.Search(t.Context(), database.OrderQuery{Limit: 10, Below: newest.Next})
	if err != nil || err2 != nil || len(newest.Orders) != 1 || len(older.Orders) != 3 || older.Next != 0 {
		t.Errorf("found %v, %v, and then %v, %v", newest, err, older, err2)
	}
}

// TestNumbersDoNotRunOut: near the last number, a restored shop skips fewer.
func TestNumbersDoNotRunOut(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.close()
	execute(t, b.path, `PRAGMA user_version = 2147483600`)
	if _, copied := b.copy(); copied.FirstNumber != 2147483601+23 {
		t.Errorf("%+v", copied)
	}
}

func TestWhatCannotBeCopied(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(300)
	b.close()
	nothing := func(int, int) {}
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := Copy(t.Context(), b.path+".none", to, nothing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	write(t, to, []byte("mine"))
	if _, err := Copy(t.Context(), b.path, to, nothing); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	damage(t, b.path)
	_, err := Copy(t.Context(), b.path, to+".2", nothing)
	if trouble, known := errors.AsType[*Trouble](err); !known || trouble.Kind != Damaged || trouble.Path != b.path {
		t.Errorf("of a damaged file: %v", err)
	}
}

// TestARestoredFileKeepsItsNumbersOverRestarts: numbers are skipped once, not at each start.
func TestARestoredFileKeepsItsNumbersOverRestarts(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(3)
	path, copied := b.copy()
	restored := &bench{T: t, path: path}
	for want := copied.FirstNumber; want < copied.FirstNumber+3; want++ {
		restored.reopen()
		if id, err := restored.create(); err != nil || id != want {
			t.Errorf("number %d, want %d: %v", id, want, err)
		}
		restored.close()
	}
}
