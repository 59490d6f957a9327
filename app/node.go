package app

import (
	"context"
	"errors"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/postgres"
)

// node is one of the processes that share a PostgreSQL database: an identical copy of the shop, or some of its services.
type node struct{ served }

func (node) check(c Config) error {
	return errors.Join(c.checkPrivate(), c.checkBus(), c.checkShared())
}

func (node) keepsFiles(c Config) bool {
	return len(c.NATSURL) == 0 || c.whole() && len(c.LinkSecret) == 0
}

func (node) sharesSecrets() bool { return true }

func (node) copies() bool { return true }

// openStore opens PostgreSQL. A process without the service database waits for it.
func (node) openStore(ctx context.Context, s *system) (store database.Store, err error) {
	if s.cfg.runs(databaseService) {
		return s.openPostgres(ctx)
	}
	err = await(ctx, s.log, "the database", func(ctx context.Context) (err error) {
		store, err = s.openPostgres(ctx)
		return err
	})
	return store, err
}

func (node) audits(s *system, c *audit.Config) { c.DatabaseURL = string(s.cfg.DatabaseURL) }

func (s *system) openPostgres(ctx context.Context) (database.Store, error) {
	store, err := postgres.OpenWith(ctx, string(s.cfg.DatabaseURL), postgres.Options{Log: s.log}, s.now)
	if err != nil {
		return nil, err
	}
	store.OnMoved(s.moved)
	if s.cfg.runs(orderService, databaseService) { // they create orders
		if err := store.Locate(ctx); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	store.OnGroup(s.groups())
	return store, nil
}
