package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
)

type auditCommand struct {
	privateFlags `embed:""` // the shop returns the addresses of partners, mails and alerts

	Database    string     `help:"Database to audit instead of the data folder's, e.g. a copy." type:"existingfile" placeholder:"FILE"`
	DatabaseURL app.Secret `name:"database-url" help:"PostgreSQL database to audit, postgres://USER:PASSWORD@HOST/DATABASE; a user who may only read is enough. Not used with --database." placeholder:"@FILE"`
	app.PartnerTokens
	app.StripeKeys
	Offline      bool          `help:"Do not ask the shop: check the database, and the partners that are named."`
	PartnersURL  string        `name:"partners-url" help:"Where all partners of real orders are, each under its name, as 'webshop partners' serves them." placeholder:"URL"`
	Partner      []string      `help:"Where a partner of real orders tells its records; may be given more than once." placeholder:"NAME=URL"`
	TestPartner  []string      `help:"The same for test orders." placeholder:"NAME=URL"`
	ShopFile     string        `help:"Rules, for the capacity of delivery slots. Default: all versions that the shop has; with --offline, the built-in ones." type:"existingfile" placeholder:"FILE"`
	Acknowledged string        `help:"Orders that clients were told of, JSON lines: orderId, and where known amount, currency, testId, key." type:"existingfile" placeholder:"FILE"`
	Order        int64         `help:"Audit this order alone, and show its whole life." placeholder:"NUMBER"`
	Grace        time.Duration `default:"0s" help:"How much later than its deadline something may be."`
	JSON         bool          `name:"json" help:"Print the report as JSON, and nothing else."`
}

// Help is shown by webshop audit -h.
func (auditCommand) Help() string {
	return `Reads the database, the partners' own records, the mails and the alerts, and tells for each promise what was
checked and what is broken. It changes nothing, and runs beside a live shop.

The exit code is 0 when all that could be checked is as promised, 1 when a promise is broken, and 2 when it could
not audit.`
}

// exit is an error with an exit code.
type exit struct {
	error
	code int
}

// ExitCode returns the code.
func (e exit) ExitCode() int { return e.code }

func (c *auditCommand) Run(ctx context.Context) error {
	config, err := c.config(ctx)
	if err != nil {
		return exit{err, 2}
	}
	report, err := audit.Run(ctx, config)
	if err != nil {
		return exit{err, 2}
	}
	write := report.WriteText
	if c.JSON {
		write = report.WriteJSON
	}
	if err := write(os.Stdout); err != nil {
		return exit{err, 2}
	}
	if !report.OK {
		return errors.New("promises are broken")
	}
	return nil
}

// capacities returns how many deliveries a slot of each market holds.
func (c *auditCommand) capacities(ctx context.Context) (map[string]int, error) {
	if c.ShopFile == "" && !c.Offline {
		room, err := c.client().Capacities(ctx)
		if err != nil {
			err = fmt.Errorf("%w (--offline audits the database alone)", err)
		}
		return room, err
	}
	return app.Capacities(c.ShopFile)
}

func (c *auditCommand) config(ctx context.Context) (audit.Config, error) {
	token, err := c.token()
	if err != nil {
		return audit.Config{}, err
	}
	a := audit.Config{
		Database: c.Database, DatabaseURL: string(c.DatabaseURL), Token: string(token), PartnerTokens: c.Tokens(), Acknowledged: c.Acknowledged,
		Order: c.Order, GraceFor: c.Grace, StripeKeys: c.Keys(), StripeURL: c.StripeURL,
	}
	if a.Database == "" && a.DatabaseURL == "" {
		a.Database = filepath.Join(c.DataDir, "webshop.db")
	}
	var wrong [3]error
	a.Partners, wrong[0] = app.PartnersAt(c.PartnersURL, c.Partner)
	a.TestPartners, wrong[1] = app.PartnersAt("", c.TestPartner)
	a.Capacity, wrong[2] = c.capacities(ctx)
	if err := errors.Join(wrong[:]...); err != nil {
		return a, err
	}
	if c.Offline {
		return a, nil
	}
	a.PrivateURL = c.PrivateURL
	if err := a.AskShop(ctx); err != nil {
		return a, fmt.Errorf("%w (--offline audits the database alone)", err)
	}
	return a, nil
}
