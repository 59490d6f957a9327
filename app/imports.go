package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"acme.example/webshop/imports"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
)

// Importing configures an import.
type Importing struct {
	File        string
	DataDir     string // of a shop on SQLite
	DatabaseURL Secret // of a shop on PostgreSQL instead
	ShopFile    string // rules of a new shop; "" means the built-in ones

	DryRun  bool // write nothing
	SkipBad bool // skip rows that cannot be read, and import the others
	Escapes bool // a backslash escapes in CSV
	JSON    bool
	Out     io.Writer
}

// ErrUnreadable means that rows of an import cannot be read as orders.
var ErrUnreadable = errors.New("some rows cannot be read")

// Import imports the orders of a file into a shop. It checks the whole file before it writes anything. If rows cannot be
// read, it fails with ErrUnreadable, whether the others were imported (SkipBad) or nothing was.
func Import(ctx context.Context, i Importing) (err error) {
	file, err := os.Open(i.File)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	to, err := i.open(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer func() { err = errors.Join(err, to.close()) }()
	run := &importRun{Importing: i, importTarget: to, file: file, report: newImportReport(i)}
	err = run.all(ctx)
	if told := run.report.end(err); err == nil {
		err = told
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if run.report.Wrong > 0 {
		return ErrUnreadable
	}
	return nil
}

// importTarget is the shop that gets the orders.
type importTarget struct {
	store   database.Store // nil: a dry run for a shop that does not exist yet
	rules   *order.Rules
	version int64
	lock    *flock.Flock // of the data folder; nil if a running shop has it, or none is needed
	beside  bool         // whether a shop runs on the same file
}

func (t *importTarget) close() (err error) {
	if t.store != nil {
		err = t.store.Close()
	}
	if t.lock != nil {
		err = errors.Join(err, t.lock.Unlock())
	}
	return err
}

func (i Importing) open(ctx context.Context) (*importTarget, error) {
	t := &importTarget{}
	open := i.openFile
	if i.DatabaseURL != "" {
		open = i.openServer
	}
	err := open(ctx, t)
	if err == nil {
		err = i.readRules(ctx, t)
	}
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

func (i Importing) openServer(ctx context.Context, t *importTarget) error {
	store, err := postgres.OpenWith(ctx, string(i.DatabaseURL), postgres.Options{Migrated: i.DryRun}, time.Now)
	if err != nil {
		return err
	}
	t.store = store
	if i.DryRun {
		if _, err := store.ActiveRules(ctx); err != nil {
			return fmt.Errorf("%w (a dry run makes no tables: start the shop, or run webshop migrate, first)", err)
		}
		return nil
	}
	return store.Locate(ctx)
}

// errOtherRelease means that a file's tables are those of another release.
var errOtherRelease = errors.New("the shop's file is of another release: start the shop with this release first")

// openFile opens the file in the data folder, as the only process or beside a running shop.
func (i Importing) openFile(ctx context.Context, t *importTarget) error {
	path := filepath.Join(i.DataDir, datafolder.Database)
	if i.DryRun && !datafolder.Exists(path) {
		return nil
	}
	if !i.DryRun {
		if err := datafolder.Make(i.DataDir, 0o700); err != nil {
			return datafolder.Fault(i.DataDir, err)
		}
		lock := flock.New(filepath.Join(i.DataDir, "lock"))
		held, err := lock.TryLock()
		if err != nil {
			return datafolder.Fault(i.DataDir, err)
		}
		if t.beside = !held; held {
			t.lock = lock
		}
	}
	if i.DryRun || t.beside {
		if is, err := sqlite.UpToDate(ctx, path); err != nil || !is {
			return errors.Join(err, errOtherRelease)
		}
	}
	store, err := sqlite.Open(ctx, path, time.Now)
	if err != nil {
		return err
	}
	t.store = store
	return nil
}

// readRules reads the active rules. A new shop gets its first ones.
func (i Importing) readRules(ctx context.Context, t *importTarget) error {
	text, err := Config{ShopFile: i.ShopFile}.firstRules()
	if err != nil {
		return err
	}
	if t.store != nil {
		if !i.DryRun {
			admin := rules.Admin{Store: t.store, Versions: &rules.Versions{Providers: Providers}, Now: time.Now}
			if _, err := admin.Found(ctx, text, "with the first import"); err != nil {
				return err
			}
		}
		if t.version, err = t.store.ActiveRules(ctx); err != nil {
			return err
		}
	}
	if t.version > 0 {
		v, err := t.store.RulesOf(ctx, t.version)
		if err != nil {
			return err
		}
		text = []byte(v.Text)
	}
	set, err := rules.Parse(text)
	if err != nil {
		return err
	}
	t.rules = set.Orders
	return nil
}

// importRun is one import.
type importRun struct {
	Importing
	*importTarget
	file    *os.File
	report  *importReport
	batch   []order.Order
	at      map[int64]imports.Row // rows of the batch
	highest int64
}

var errChanged = errors.New("the file changed while it was read; import it again when it is complete")

func (r *importRun) all(ctx context.Context) error {
	before, err := r.file.Stat()
	if err != nil {
		return err
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	if r.DryRun || r.report.Wrong > 0 && !r.SkipBad {
		return nil
	}
	if err := r.store.LeaveNumbers(ctx, r.highest); err != nil {
		return err
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if now, err := os.Stat(r.File); err != nil || !now.ModTime().Equal(before.ModTime()) || now.Size() != before.Size() {
		return errors.Join(err, errChanged)
	}
	return r.write(ctx)
}

// look checks all rows. A dry run also asks the store for each result.
func (r *importRun) look(ctx context.Context) error {
	return r.read(func(row imports.Row, o order.Order, ok bool, found []imports.Finding) error {
		r.report.Rows++
		if err := r.report.tell(found...); err != nil || !ok {
			return err
		}
		r.highest = max(r.highest, o.ID)
		if !r.DryRun {
			return nil
		}
		return r.add(ctx, row, o, r.try)
	}, func() error { return r.flush(ctx, r.try) })
}

// write imports the readable rows.
func (r *importRun) write(ctx context.Context) error {
	r.report.Imported = true
	put := func(ctx context.Context, batch []order.Order) ([]database.Import, error) {
		begun := time.Now()
		results, err := r.insist(ctx, batch)
		if r.beside && err == nil {
			time.Sleep(time.Since(begun)) // lets the running shop write as long as the import did
		}
		return results, err
	}
	return r.read(func(row imports.Row, o order.Order, ok bool, _ []imports.Finding) error {
		if !ok && !r.SkipBad {
			return errChanged
		}
		if !ok {
			return nil
		}
		return r.add(ctx, row, o, put)
	}, func() error { return r.flush(ctx, put) })
}

const (
	// insistFor is how often a batch is tried if the database cannot be reached, and insistEvery the pause between tries.
	insistFor   = 10
	insistEvery = 2 * time.Second
)

// insist imports a batch, and tries again if the database cannot be reached or is busy: orders imported by an earlier try
// are then unchanged.
func (r *importRun) insist(ctx context.Context, batch []order.Order) (results []database.Import, err error) {
	for try := 1; ; try++ {
		results, err = r.store.Import(ctx, batch)
		if fault.CodeOf(err) != fault.Unavailable || try == insistFor || ctx.Err() != nil {
			return results, err
		}
		time.Sleep(insistEvery)
	}
}

// try returns the results that an import of orders would have.
func (r *importRun) try(ctx context.Context, batch []order.Order) ([]database.Import, error) {
	if r.store != nil {
		return r.store.TryImport(ctx, batch)
	}
	return database.PlanImport(batch, nil, nil, time.Now()).Results, nil
}

// read reads the file from its current position to the end.
func (r *importRun) read(each func(imports.Row, order.Order, bool, []imports.Finding) error, end func() error) error {
	maker := &imports.Maker{Rules: r.rules, Version: r.version, Now: time.Now()}
	err := imports.Read(r.file, r.Escapes, func(row imports.Row) error {
		o, ok, found := maker.Make(row)
		return each(row, o, ok, found)
	})
	if err != nil {
		return err
	}
	return end()
}

// add adds an order to the batch, and calls do for a full one.
func (r *importRun) add(ctx context.Context, row imports.Row, o order.Order, do func(context.Context, []order.Order) ([]database.Import, error)) error {
	if r.at == nil {
		r.at = map[int64]imports.Row{}
	}
	r.batch, r.at[o.ID] = append(r.batch, o), imports.Row{Number: row.Number, Line: row.Line}
	if len(r.batch) < database.ImportBatch {
		return nil
	}
	return r.flush(ctx, do)
}

// flush calls do for the batch, and reports the results.
func (r *importRun) flush(ctx context.Context, do func(context.Context, []order.Order) ([]database.Import, error)) error {
	if err := ctx.Err(); err != nil || len(r.batch) == 0 {
		return err
	}
	results, err := do(ctx, r.batch)
	if err != nil {
		return err
	}
	for _, result := range results {
		if err := r.report.became(r.at[result.OrderID], result); err != nil {
			return err
		}
	}
	r.batch = r.batch[:0]
	clear(r.at)
	return nil
}
