package simulation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/memory"
	"acme.example/webshop/platform/database/sqlite"
)

// disk is what outlives the lives of a shop.
type disk interface {
	// chance sets where the random parts of orders' references come from.
	chance(io.Reader)
	// open returns a store on what was committed.
	open() database.Store
	// crash makes the next store see what a killed process leaves behind, whatever becomes of the store that was open.
	crash()
}

// inMemory is a disk without a file.
type inMemory struct{ *memory.Disk }

func (m inMemory) open() database.Store { return memory.Open(m.Disk, time.Now) }
func (inMemory) crash()                 {}
func (m inMemory) chance(r io.Reader)   { m.Random = r }

// onFile is a real SQLite file. A kill leaves the file and its write-ahead log as they are.
type onFile struct {
	folder string
	lives  int
	random io.Reader
}

func (f *onFile) chance(r io.Reader) { f.random = r }

func (f *onFile) path() string { return filepath.Join(f.folder, fmt.Sprintf("%d.db", f.lives)) }

func (f *onFile) open() database.Store {
	store, err := sqlite.OpenWith(context.Background(), f.path(), time.Now, f.random)
	if err != nil {
		panic(err)
	}
	return store
}

func (f *onFile) crash() {
	before := f.path()
	f.lives++
	for _, suffix := range []string{"", "-wal"} {
		if err := copyFile(before+suffix, f.path()+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			panic(err)
		}
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
