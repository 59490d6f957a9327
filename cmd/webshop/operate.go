package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/crash"
)

type deadLettersCommand struct {
	privateFlags `embed:""`

	List    listCommand    `cmd:"" default:"1" help:"List the dead letters, oldest first (the default)."`
	Show    oneCommand     `cmd:"" help:"Show one, with its event."`
	Replay  replayCommand  `cmd:"" help:"Try one again, or all of a subscriber, from the beginning."`
	Discard discardCommand `cmd:"" help:"Give one up, for good, and keep the reason."`
}

// Help is shown by webshop deadletters -h.
func (deadLettersCommand) Help() string {
	return `A dead letter is an event that a subscriber could not handle: because trying again cannot help, or because it
was tried often enough. It is kept until it is replayed or discarded. Replaying one whose work was done already
changes nothing.`
}

type listCommand struct{}

func (listCommand) Run(ctx context.Context, all *commands) error {
	return all.Deadletters.client().List(ctx)
}

type oneCommand struct {
	Event      string `arg:"" help:"The event's id."`
	Subscriber string `arg:"" help:"The subscriber's name, e.g. email.OrderCreated."`
}

func (c oneCommand) Run(ctx context.Context, all *commands) error {
	return all.Deadletters.client().Show(ctx, c.Event, c.Subscriber)
}

type replayCommand struct {
	Event      string `arg:"" optional:"" help:"The event's id."`
	Subscriber string `arg:"" optional:"" help:"The subscriber's name, e.g. email.OrderCreated."`
	All        string `help:"Try all dead letters of this subscriber again, the oldest first, at most 1000." placeholder:"SUBSCRIBER"`
}

// Help is shown by webshop deadletters replay -h.
func (replayCommand) Help() string {
	return `What was done already is not done twice, and replaying what is no dead letter any more changes nothing.`
}

// Validate wants either one dead letter or all of a subscriber.
func (c replayCommand) Validate() error {
	if one := c.Event != "" && c.Subscriber != ""; one == (c.All != "") || (c.All != "" && c.Event != "") {
		return errors.New("expected \"<event> <subscriber>\" or --all SUBSCRIBER")
	}
	return nil
}

func (c replayCommand) Run(ctx context.Context, all *commands) error {
	if c.All != "" {
		return all.Deadletters.client().ReplayAll(ctx, c.All)
	}
	return all.Deadletters.client().Replay(ctx, c.Event, c.Subscriber)
}

type discardCommand struct {
	oneCommand
	Reason string `required:"" help:"Why it may be given up."`
}

func (c discardCommand) Run(ctx context.Context, all *commands) error {
	return all.Deadletters.client().Discard(ctx, c.Event, c.Subscriber, c.Reason)
}

type alertsCommand struct {
	privateFlags `embed:""`

	JSON bool `name:"json" help:"Print open and ended alerts as JSON."`
}

// Help is shown by webshop alerts -h.
func (alertsCommand) Help() string {
	return `Tells what is wrong with a running shop, and what to do about it. The exit code is 0 when nothing is wrong, 2 when
alerts are open, and 1 when the shop could not be asked or has not evaluated them.`
}

func (c *alertsCommand) Run(ctx context.Context) error {
	return c.client().Alerts(ctx, c.JSON)
}

type partnersCommand struct {
	Addr            string       `default:"127.0.0.1:8090" help:"Where the partners listen, as HOST:PORT."`
	MailAddr        string       `help:"Where mails are received, as HOST:PORT, for shops with --test-smtp-addr; they are shown at /mail. Default: nowhere." placeholder:"HOST:PORT"`
	StockistSecret  []app.Secret `help:"Signs the stockist's callbacks, as the shop knows it; the first one is used." placeholder:"@FILE" required:""`
	ScreeningSecret []app.Secret `help:"Signs the fraud check's callbacks; the first one is used." placeholder:"@FILE" required:""`

	CarrierSecret    []app.Secret `help:"Signs the reports of the delivery company, which then makes some (POST /partners/carrier/deliveries); the first one is used." placeholder:"@FILE"`
	MailSecret       []app.Secret `help:"Signs what the mail receiver reports of mails to bounce@, full@ and confirm@ any domain; the first one is used. Takes --mail-callback-url too." placeholder:"@FILE"`
	MailCallbackURL  string       `name:"mail-callback-url" help:"Where it reports: /callbacks/mail of the shop." placeholder:"URL"`
	PaymentsUSSecret []app.Secret `name:"payments-us-secret" help:"Signs the webhooks of the payment provider of the US, which then has a page where customers pay; the first one is used." placeholder:"@FILE"`
	PaymentsMXSecret []app.Secret `name:"payments-mx-secret" help:"Signs the webhooks of the payment provider of Mexico." placeholder:"@FILE"`
	PagesURL         string       `name:"pages-url" help:"Where customers reach the payment pages, under /simulated. Default: the address of the partners." placeholder:"URL"`

	Seed uint64 `default:"0" help:"Seed of all chance; 0 is a new one each time."`
}

// Help is shown by webshop partners -h.
func (partnersCommand) Help() string {
	return `Each partner is under its name: /payments-us, /payments-mx, /stockist, /carrier, /books. Give these addresses to
a shop with --payments-us-url and so on, or all at once with --simulators-url, where test orders go too. GET /partners tells the knobs; PUT /partners/NAME/knobs turns them.
What the partners have recorded is in memory, and gone when they end.`
}

func (c *partnersCommand) Run(ctx context.Context) error {
	pages := cmp.Or(c.PagesURL, "http://"+c.Addr) + "/simulated"
	third := app.ThirdParties{Mail: firstSecret(c.MailSecret), MailCallbackURL: c.MailCallbackURL, Carrier: firstSecret(c.CarrierSecret), PaymentsUS: firstSecret(c.PaymentsUSSecret), PaymentsMX: firstSecret(c.PaymentsMXSecret), PagesURL: pages, Addr: c.Addr, MailAddr: c.MailAddr, Stockist: c.StockistSecret[0], Screening: c.ScreeningSecret[0], Seed: c.Seed, Out: os.Stdout}
	return third.Run(ctx)
}

func firstSecret(all []app.Secret) app.Secret {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

type versionCommand struct{}

func (versionCommand) Run() error {
	build := "unknown build"
	if info, ok := debug.ReadBuildInfo(); ok {
		build = info.Main.Version + ", " + info.GoVersion
	}
	if crash.Built {
		build += ", with crash points"
	}
	_, err := fmt.Printf("webshop %s (%s)\n", app.Version, build)
	return err
}
