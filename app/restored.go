package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/datafolder"
)

// Restored marks the database of a shop as an older copy: the numbers of orders made since are skipped. It is the
// database at the address or, without one, the file in the data folder, which no shop may use meanwhile.
func Restored(ctx context.Context, dataDir string, databaseURL Secret, out io.Writer) (err error) {
	var first int64
	if databaseURL != "" {
		first, err = restoredPostgres(ctx, string(databaseURL), postgres.Options{})
	} else {
		first, err = restoredFile(ctx, dataDir)
	}
	if err != nil {
		return fmt.Errorf("restored: %w", err)
	}
	_, err = fmt.Fprintf(out, `New orders begin at number %d: lower ones may have been given to orders that are lost.
Start the shop, and run webshop audit: it names money that was taken for such orders.
`, first)
	return err
}

func restoredPostgres(ctx context.Context, url string, o postgres.Options) (first int64, err error) {
	store, err := postgres.OpenWith(ctx, url, o, time.Now)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.Restored(ctx)
}

func restoredFile(ctx context.Context, dataDir string) (first int64, err error) {
	file := filepath.Join(dataDir, datafolder.Database)
	if !datafolder.Exists(file) {
		return 0, fmt.Errorf("there is no %s in %s", datafolder.Database, dataDir)
	}
	unlock, err := datafolder.Lock(dataDir)
	if err != nil {
		return 0, fmt.Errorf("%w; stop it first", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	told, err := sqlite.Restored(ctx, file)
	return told.FirstNumber, err
}

// HostedRestored is Restored for a hosted shop.
func HostedRestored(ctx context.Context, cfg Config, login func(context.Context) (string, error)) (first int64, err error) {
	return restoredPostgres(ctx, string(cfg.DatabaseURL), postgres.Options{Connections: 1, Login: login})
}
