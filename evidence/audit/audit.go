package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Config configures an audit. Only the database must be set.
type Config struct {
	Database    string                                // the SQLite file of a running or stopped shop, or a copy
	DatabaseURL string                                // a PostgreSQL database instead, postgres://…; no output has its password
	Login       func(context.Context) (string, error) // returns the password for each connection to it; nil: the address has it

	// The addresses of the partners' records, by name (payments-us, stockist, …): GET URL/records. The partner of real
	// orders and that of test orders may be the same. A partner without an address is not checked, and the report says
	// so.
	Partners, TestPartners map[string]string
	MailURL                string            // viewer of the built-in mailbox, e.g. http://127.0.0.1:8081/mail; "" checks no mails
	MailTestOnly           bool              // real orders' mails go elsewhere
	PrivateURL             string            // private listener of the shop, for its alerts; "" checks none
	Token                  string            // for addresses under PrivateURL
	PartnerTokens          map[string]string // by partner, for the addresses in Partners

	StripeKeys map[string]string // by payment provider: real orders are paid there, at Stripe; a key that may read is enough
	StripeURL  string            // "" means Stripe's own

	Acknowledged string         // file of JSON lines: orders that clients got an answer of 2xx for; "" for none
	Capacity     map[string]int // of a slot, by market, or by market/zone; others are not checked
	Order        int64          // audit this order only, and report its history; 0: all

	Now      func() time.Time // nil: time.Now
	GraceFor time.Duration    // how far beyond its deadline a receipt may be before it counts as late
	LookTime time.Duration    // between the two passes; 0: two seconds
}

// maxSuspects bounds the orders of the second pass; with more, it reads all.
const maxSuspects = 500

// Run audits. An error means that it could not; broken promises are in the report.
func Run(ctx context.Context, c Config) (Report, error) {
	c = c.complete()
	a, err := open(ctx, c)
	if err != nil {
		return Report{}, err
	}
	defer a.close()
	var only []int64
	if c.Order != 0 {
		only = []int64{c.Order}
	}
	first, err := a.look(ctx, only)
	if err != nil {
		return Report{}, err
	}
	if err := first.missing(); err != nil {
		return Report{}, err
	}
	if len(first.findings) == 0 {
		return first.report(), nil
	}
	if err := sleep(ctx, c.LookTime); err != nil {
		return Report{}, err
	}
	second, err := a.look(ctx, suspects(first.findings, only))
	if err != nil {
		return Report{}, err
	}
	first.keep(second.findings)
	return first.report(), nil
}

// missing is an error if the requested order does not exist, and nothing says that it should.
func (k *look) missing() error {
	asked := k.a.Order
	if asked == 0 || k.orders > 0 || slices.ContainsFunc(k.findings, func(f Finding) bool { return f.OrderID == asked }) {
		return nil
	}
	return fmt.Errorf("audit: there is no order %d", asked)
}

func (c Config) complete() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.LookTime <= 0 {
		c.LookTime = 2 * time.Second
	}
	return c
}

// suspects returns the orders to check again; none means all of them.
func suspects(findings []Finding, only []int64) []int64 {
	ids := slices.Clone(only)
	for _, f := range findings {
		if len(only) == 0 && aboutAll(f.Check) {
			return nil
		}
		if !slices.Contains(ids, f.OrderID) {
			ids = append(ids, f.OrderID)
		}
		if len(ids) > maxSuspects {
			return nil
		}
	}
	slices.Sort(ids)
	return ids
}

// aboutAll reports whether a check is about all orders together.
func aboutAll(name string) bool {
	return slices.ContainsFunc(checks, func(c check) bool { return c.name == name && c.whole != nil })
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// auditor is shared by both passes.
type auditor struct {
	Config
	db     *database
	web    *web
	places []*place
	live   map[string]*place // by partner
	test   map[string]*place
	acked  map[int64]*ack
	id     string // of the installation
}

func open(ctx context.Context, c Config) (*auditor, error) {
	a := &auditor{Config: c, web: newWeb(c), live: map[string]*place{}, test: map[string]*place{}}
	err := a.stripe(c.StripeKeys, cmp.Or(c.StripeURL, stripeURL))
	if err != nil {
		return nil, err
	}
	a.place(c.Partners, a.live, c.PartnerTokens)
	a.place(c.TestPartners, a.test, nil)
	if a.acked, err = readAcknowledged(c.Acknowledged); err != nil {
		return nil, err
	}
	if a.db, err = openDatabase(ctx, c); err != nil {
		return nil, fmt.Errorf("audit: database %s: %w", cmp.Or(c.Database, "at --database-url"), err)
	}
	if a.id, err = a.db.installation(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("audit: database: %w", err), a.db.db.Close())
	}
	return a, nil
}

func (a *auditor) close() { a.db.close() }

// look runs one pass over everything, or over some orders.
func (a *auditor) look(ctx context.Context, only []int64) (*look, error) {
	k := newLook(a, only)
	if err := a.readRecords(ctx, true); err != nil {
		return k, err
	}
	mails, err := a.readMails(ctx)
	if err != nil {
		return k, err
	}
	k.at = a.Now()
	snapshot, err := a.db.snapshot(ctx)
	if err != nil {
		return k, err
	}
	defer snapshot.end()
	later, err := a.readMails(ctx)
	if err = errors.Join(err, a.readRecords(ctx, false)); err != nil {
		return k, err
	}
	k.mails = joined(mails, later)
	if k.alerts, err = a.readAlerts(ctx); err != nil {
		return k, err
	}
	return k, k.judge(ctx, snapshot)
}
