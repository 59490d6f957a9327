package app

import (
	"context"
	"path/filepath"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/database/postgres"
	"acme.example/webshop/database/sqlite"
)

// openStore opens the database that is configured: PostgreSQL when it has an address, and else a file in the data folder.
func openStore(ctx context.Context, cfg Config, now func() time.Time) (database.Store, error) {
	if cfg.DatabaseURL != "" {
		return postgres.Open(ctx, string(cfg.DatabaseURL), now)
	}
	return sqlite.Open(ctx, filepath.Join(cfg.DataDir, "webshop.db"), now)
}
