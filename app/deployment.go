package app

import (
	"context"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// deployment is a way of running the shop. There are three: standalone (one process with an SQLite file), node (one of
// the processes that share a PostgreSQL database: identical copies, or split by service) and hosted (functions that a
// host calls with requests and events). Each method is a difference between them.
type deployment interface {
	check(Config) error             // returns which settings are missing, and which have no effect
	keepsFiles(Config) bool         // whether the process needs its data folder
	copies() bool                   // whether the shop may have other processes
	sharesSecrets() bool            // whether its processes must check that they have the same link secret
	process(Config) string          // the name of this process for operators
	orderLink(Config, int64) string // the address of an order's page for operators

	openStore(context.Context, *system) (database.Store, error)
	openBus(context.Context, *system) error
	openRules(ctx context.Context, s *system, first []byte) error // a new shop gets the first rules
	publisher(*system) database.Publisher                         // publishes events
	alerts(*system) []ops.Rule                                    // the alert rules
	audits(*system, *audit.Config)                                // sets the audit's database
}

// deployment returns how a shop with this configuration runs. Only this function decides it.
func (c Config) deployment() deployment {
	switch {
	case c.host != nil:
		return hosted{*c.host}
	case c.DatabaseURL == "":
		return standalone{}
	}
	return node{}
}
