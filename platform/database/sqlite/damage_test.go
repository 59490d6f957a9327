package sqlite

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

func (b *bench) rename(from, to string) {
	b.Helper()
	if err := os.Rename(from, to); err != nil {
		b.Fatal(err)
	}
}

// fill stores n orders.
func (b *bench) fill(n int) {
	b.Helper()
	for range n {
		if err := b.store(); err != nil {
			b.Fatal(err)
		}
	}
}

// damage overwrites the file except its first pages.
func damage(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	const kept = 4 * 4096
	_, err = file.WriteAt(bytes.Repeat([]byte("rubbish!"), int(info.Size()-kept)/8), kept)
	if err := errors.Join(err, file.Sync()); err != nil {
		t.Fatal(err)
	}
	// The file is not closed, since that would release this process's locks on it.
	t.Cleanup(func() { _ = file.Close() })
}

// TestADamagedFile: once damage is seen, the file takes no more orders, for good.
func TestADamagedFile(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(200)
	b.close()
	b.reopen() // the file now has everything, the log nothing
	damage(t, b.path)
	if _, err := b.Counts(t.Context()); fault.CodeOf(err) != fault.Unavailable { // the writer may go on from memory until a read finds the damage
		t.Errorf("a read was answered %v", err)
	}
	b.refuses(Damaged)
	time.Sleep(2 * checkEvery) // long enough for a try to find that it has passed
	b.refuses(Damaged)
	_ = b.Close() // it may fail
	b.Store = nil
	b.refusedAtStart(Damaged)
}

// refusedAtStart opens the file, which must fail with a text that says what to do.
func (b *bench) refusedAtStart(kind Kind) {
	b.Helper()
	store, err := Open(b.Context(), b.path, time.Now)
	if err == nil {
		_ = store.Close()
	}
	if t, known := errors.AsType[*Trouble](err); !known || t.Kind != kind || t.Path != b.path {
		b.Errorf("told %v, want %s", err, kind)
	}
}

func TestTroubleAtStart(t *testing.T) {
	for name, c := range map[string]struct {
		kind  Kind
		spoil func(*testing.T, string)
	}{
		"no database": {Damaged, func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("rubbish!"), 1000)) }},
		"cut off": {Damaged, func(t *testing.T, path string) {
			if err := os.Truncate(path, 5*4096); err != nil {
				t.Fatal(err)
			}
		}},
		"locked": {Locked, func(t *testing.T, path string) { t.Cleanup(holdLock(t, path)) }},
		"newer": {Newer, func(t *testing.T, path string) {
			execute(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBench(t)
			b.fill(50)
			b.close()
			c.spoil(t, b.path)
			b.refusedAtStart(c.kind)
		})
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADeletedLogIsSaved: the log with acknowledged orders was deleted; its content is folded into the file.
func TestADeletedLogIsSaved(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(50)
	b.eventually("the writer knows its log", func() bool { _, err := os.Stat(b.path + "-wal"); return err == nil })
	time.Sleep(2 * checkEvery) // it checks each second
	if err := os.Remove(b.path + "-wal"); err != nil {
		t.Fatal(err)
	}
	b.refuses(Moved)
	b.close()
	b.reopen()
	if n := len(b.stored()); n != b.made {
		t.Errorf("%d orders after the restart, want %d", n, b.made)
	}
}

// TestADeletedFileIsSaved under another name when the store is closed.
func TestADeletedFileIsSaved(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(50)
	if err := os.Remove(b.path); err != nil {
		t.Fatal(err)
	}
	b.refuses(Moved)
	b.close()
	b.path += savedAs
	if info, err := os.Stat(b.path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	b.reopen()
	if n := len(b.stored()); n != b.made {
		t.Errorf("%d orders are saved, want %d", n, b.made)
	}
}

func TestTheQueueIsTold(t *testing.T) {
	t.Parallel()
	if used, capacity := openBench(t).Queue(); used != 0 || capacity != maxBatch {
		t.Errorf("%d of %d", used, capacity)
	}
}

func TestTheFileIsItsOwners(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.fill(1)
	for _, name := range []string{b.path, b.path + "-wal", b.path + "-shm"} {
		if info, err := os.Stat(name); err != nil || info.Mode() != fs.FileMode(0o600) {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
}
