package app

import (
	"context"
	"path/filepath"

	"acme.example/webshop/database"
	"acme.example/webshop/database/postgres"
	"acme.example/webshop/database/sqlite"
)

// openStore opens the database that is configured: PostgreSQL when it has an address, and else a file in the data folder.
func (s *system) openStore(ctx context.Context, cfg Config) (database.Store, error) {
	if cfg.DatabaseURL != "" {
		return postgres.Open(ctx, string(cfg.DatabaseURL), s.now)
	}
	store, err := sqlite.Open(ctx, filepath.Join(cfg.DataDir, databaseFile), s.now)
	if err != nil {
		return nil, err
	}
	store.OnTrouble(s.storage)
	store.OnGroup(s.groups())
	return store, nil
}
