package app

import (
	"context"
	"errors"
	"path/filepath"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/datafolder"
)

// standalone is a shop in one process: all services, and an SQLite file in its data folder.
type standalone struct{ served }

func (standalone) check(c Config) error {
	var missing error
	if !c.whole() {
		missing = errors.New("--services without all of them needs --database-url (WEBSHOP_DATABASE_URL): the PostgreSQL database that all processes of the shop share; " +
			"an SQLite file in the data folder does not reach the others")
	}
	return errors.Join(missing, c.checkPrivate(), c.checkBus(), c.checkShared())
}

func (standalone) keepsFiles(Config) bool { return true }

func (standalone) sharesSecrets() bool { return false }

func (standalone) copies() bool { return false }

func (standalone) openStore(ctx context.Context, s *system) (database.Store, error) {
	store, err := sqlite.Open(ctx, s.databaseFile(), s.now)
	if err != nil {
		return nil, err
	}
	store.OnTrouble(s.storage)
	store.OnGroup(s.groups())
	return store, nil
}

func (standalone) audits(s *system, c *audit.Config) { c.Database = s.databaseFile() }

func (s *system) databaseFile() string { return filepath.Join(s.cfg.DataDir, datafolder.Database) }
