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

// hosted is a shop as functions: a host brings requests, events and moments, and the database is PostgreSQL.
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

// orderLink is the address of the shop: a host has no console.
func (hosted) orderLink(c Config, _ int64) string { return c.PublicURL }

// openStore opens the database. Its tables are brought to new versions by Migrate.
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

// openRules opens nothing: the book is looked at with each call (Hosted.Refresh), and Migrate gives a new shop its rules.
func (hosted) openRules(_ context.Context, s *system, _ []byte) error {
	s.rulesAdmin = s.newRulesAdmin()
	return nil
}

func (h hosted) publisher(*system) database.Publisher { return h.Publisher }

func (h hosted) audits(s *system, c *audit.Config) {
	c.DatabaseURL, c.Login = string(s.cfg.DatabaseURL), h.Login
}

// roundEvery is how often a host lets a shop go on, at least.
const roundEvery = time.Minute

// somewhere is a relay that this process knows nothing about.
type somewhere func() time.Time

// Swept is now: whether the relay is called is the host's to tell.
func (s somewhere) Swept() time.Time { return s() }

// alerts are those of a shop whose host calls the relay now and then, and brings events by itself.
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
