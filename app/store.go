package app

import (
	"context"
	"errors"
	"path/filepath"

	"acme.example/webshop/crash"
	"acme.example/webshop/database"
	"acme.example/webshop/database/postgres"
	"acme.example/webshop/database/sqlite"
	"acme.example/webshop/platform/datafolder"
)

// openStore opens the database. Every process has it; what is about the shop as a whole (engine) is done by those with the
// service database.
func (s *system) openStore(ctx context.Context) error {
	store, err := s.openEngine(ctx)
	if err != nil {
		return err
	}
	s.journal, s.store = store, s.observed(store)
	if s.cfg.runs(databaseService) {
		s.engine = store
	}
	s.undo.add(store.Close)
	crash.At("start.after-migrations")
	return nil
}

// openEngine opens PostgreSQL when it has an address, and else a file in the data folder.
func (s *system) openEngine(ctx context.Context) (database.Store, error) {
	switch {
	case s.cfg.hosted:
		return s.openHosted(ctx)
	case s.cfg.usesSQLite():
		return s.openFile(ctx)
	case s.cfg.runs(databaseService):
		return s.openPostgres(ctx)
	}
	var store database.Store
	err := await(ctx, s.log, "the database", func(ctx context.Context) (err error) {
		store, err = s.openPostgres(ctx)
		return err
	})
	return store, err
}

func (s *system) openPostgres(ctx context.Context) (database.Store, error) {
	store, err := postgres.OpenWith(ctx, string(s.cfg.DatabaseURL), postgres.Options{Log: s.log}, s.now)
	if err != nil {
		return nil, err
	}
	store.OnMoved(s.moved)
	if err := store.Locate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	store.OnGroup(s.groups())
	return store, nil
}

func (s *system) openFile(ctx context.Context) (database.Store, error) {
	store, err := sqlite.Open(ctx, filepath.Join(s.cfg.DataDir, datafolder.Database), s.now)
	if err != nil {
		return nil, err
	}
	store.OnTrouble(s.storage)
	store.OnGroup(s.groups())
	return store, nil
}
