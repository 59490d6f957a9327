package app

import (
	"context"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// deployment is a way of running the shop. There are three: standalone (one process with an SQLite file), node (one of the
// processes that share a PostgreSQL database: identical copies, or split by service) and hosted (functions to which a host
// brings requests and events). What differs between them is a method here.
type deployment interface {
	check(Config) error             // says which settings are missing, and which are of no use
	keepsFiles(Config) bool         // whether the process needs its data folder
	copies() bool                   // whether the shop may have other processes
	sharesSecrets() bool            // whether its processes must tell each other that they have the same link secret
	process(Config) string          // what operators call this process
	orderLink(Config, int64) string // where an operator sees an order

	openStore(context.Context, *system) (database.Store, error)
	openBus(context.Context, *system) error
	openRules(ctx context.Context, s *system, first []byte) error // a new shop gets the first ones
	publisher(*system) database.Publisher                         // where events are published
	alerts(*system) []ops.Rule                                    // which alerts there are
	audits(*system, *audit.Config)                                // tells the audit where the database is
}

// deployment is how the shop runs with this configuration. This is the one place that decides it.
func (c Config) deployment() deployment {
	switch {
	case c.host != nil:
		return hosted{*c.host}
	case c.DatabaseURL == "":
		return standalone{}
	}
	return node{}
}
