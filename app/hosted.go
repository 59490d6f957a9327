package app

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/surfaces/ops"
)

// hosted is a shop as functions: a host calls them with requests, events and ticks, and the database is PostgreSQL.
type hosted struct{ Host }

func (hosted) check(c Config) error {
	var missing error
	if c.DatabaseURL == "" || c.PublicURL == "" {
		missing = errors.New("WEBSHOP_DATABASE_URL and WEBSHOP_PUBLIC_URL must be given")
	}
	return errors.Join(missing, c.checkShared())
}

func (hosted) keepsFiles(Config) bool { return false }

func (hosted) sharesSecrets() bool { return false }

func (hosted) copies() bool { return true }

// process is the same for all instances of a function.
func (hosted) process(c Config) string { return "function of " + c.running() }

// orderLink returns the address of the shop, since a host has no console.
func (hosted) orderLink(c Config, _ int64) string { return c.PublicURL }

// openStore opens the database. Migrate makes its tables.
func (h hosted) openStore(ctx context.Context, s *system) (database.Store, error) {
	store, err := postgres.OpenWith(ctx, string(s.cfg.DatabaseURL), postgres.Options{
		Connections: h.Connections, Login: h.Login, Migrated: true,
	}, s.now)
	if err != nil {
		return nil, err
	}
	store.OnMoved(s.moved)
	return store, nil
}

func (hosted) openBus(context.Context, *system) error { return nil }

// openRules does nothing: the rules are loaded with each call (Hosted.Refresh), and Migrate gives a new shop its rules.
func (hosted) openRules(_ context.Context, s *system, _ []byte) error {
	s.rulesAdmin = s.newRulesAdmin()
	return nil
}

func (h hosted) publisher(*system) database.Publisher { return h.Publisher }

func (h hosted) audits(s *system, c *audit.Config) {
	c.DatabaseURL, c.Login = string(s.cfg.DatabaseURL), h.Login
}

// roundEvery is the longest time between two rounds of a host.
const roundEvery = time.Minute

// somewhere is a relay in another process.
type somewhere func() time.Time

// Swept returns the current time: the host reports whether the relay runs.
func (s somewhere) Swept() time.Time { return s() }

// alerts are the rules for a shop whose host calls the relay regularly, and delivers events by itself.
func (hosted) alerts(s *system) []ops.Rule {
	return []ops.Rule{
		ops.PaymentsSimulated(s.cfg.simulatedPayments()), // a hosted shop is public
		ops.StorageFails(s.store.Ping),
		ops.OverdueStep(s.watchdog),
		ops.DeadLetterKept(s.store),
		ops.PaymentInDoubt(s.engine, s.orders.DoubtAfter+roundEvery),
		ops.LedgerOutOfBalance(s.store),
		ops.AuditFinds(s.audited),
		ops.PartnerFailing(s.vitals),
		s.manyRefused(),
		ops.OutboxOld(s.engine, somewhere(s.now), roundEvery+outboxLimit),
	}
}
