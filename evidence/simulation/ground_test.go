package simulation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/platform/database/sqlite"
)

// disk outlives the shop's processes: an SQLite file. A kill leaves the file and its write-ahead log as they are.
type disk struct {
	folder string
	lives  int
	random io.Reader // for the random parts of orders' references
}

// newDisk returns a disk with an empty database.
func newDisk(t *testing.T) *disk {
	d := &disk{folder: t.TempDir()}
	if err := os.WriteFile(d.path(), empty(), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// empty is an empty database. It is made once, and copied for each seed, since migrations take longer than a seed.
var empty = sync.OnceValue(func() []byte {
	folder, err := os.MkdirTemp("", "simulation")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "empty.db")
	store, err := sqlite.OpenWith(context.Background(), path, sqlite.Options{Random: rand.NewChaCha8([32]byte{})}, time.Now)
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		panic(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return file
})

func (d *disk) path() string { return filepath.Join(d.folder, fmt.Sprintf("%d.db", d.lives)) }

// open returns a store with what was committed.
func (d *disk) open() *sqlite.Store {
	store, err := sqlite.OpenWith(context.Background(), d.path(), sqlite.Options{Random: d.random, Disposable: true}, time.Now)
	if err != nil {
		panic(err)
	}
	return store
}

// crash makes the next store see what a killed process leaves, whatever happens to the open store.
func (d *disk) crash() {
	before := d.path()
	d.lives++
	for _, suffix := range []string{"", "-wal"} {
		file, err := os.ReadFile(before + suffix)
		if err == nil {
			err = os.WriteFile(d.path()+suffix, file, 0o600)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			panic(err)
		}
	}
}
