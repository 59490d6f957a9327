package app

import (
	"context"
	"errors"
	"path/filepath"

	"acme.example/webshop/crash"
	"acme.example/webshop/database"
	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/database/postgres"
	"acme.example/webshop/database/sqlite"
	"acme.example/webshop/platform/datafolder"
)

// openStore opens the database: the engine in a process that runs database, and else a client of those that do.
func (s *system) openStore(ctx context.Context) (err error) {
	if s.cfg.runs(databaseService) {
		if s.engine, err = s.openEngine(ctx); err != nil {
			return err
		}
		s.store = s.observed(s.engine)
	} else {
		store, err := s.openClient(ctx)
		if err != nil {
			return err
		}
		s.store = s.observed(store)
	}
	s.undo.add(s.store.Close)
	crash.At("start.after-migrations")
	return nil
}

// openEngine opens PostgreSQL when it has an address, and else a file in the data folder.
func (s *system) openEngine(ctx context.Context) (database.Store, error) {
	if s.cfg.hosted {
		return s.openHosted(ctx)
	}
	if s.cfg.DatabaseURL != "" {
		store, err := postgres.OpenWith(ctx, string(s.cfg.DatabaseURL), postgres.Options{Log: s.log}, s.now)
		if err != nil {
			return nil, err
		}
		store.OnGroup(s.groups())
		store.OnMoved(s.moved)
		if err := store.Locate(ctx); err != nil {
			return nil, errors.Join(err, store.Close())
		}
		return store, nil
	}
	store, err := sqlite.Open(ctx, filepath.Join(s.cfg.DataDir, datafolder.Database), s.now)
	if err != nil {
		return nil, err
	}
	store.OnTrouble(s.storage)
	store.OnGroup(s.groups())
	return store, nil
}

// openClient connects to the processes that run database, and waits until one of them is ready.
func (s *system) openClient(ctx context.Context) (database.Services, error) {
	store, err := client.Open(client.Config{
		URLs: s.cfg.GraphQLURL, Token: string(s.cfg.ServiceToken), Now: s.now, Log: s.log,
	})
	if err != nil {
		return nil, err
	}
	if err := await(ctx, s.log, "the database processes", store.Ping); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}
