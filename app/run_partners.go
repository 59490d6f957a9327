package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/platform/partner/simulator"
	"acme.example/webshop/surfaces/edge"
)

// Partners and their mail receiver keep more in a process of their own than within a shop: each partner keeps the records
// of some 200,000 orders, for the audit of a long run.
const (
	keptByPartners = 96 << 20
	keptMails      = 64 << 20
)

// ThirdParties are all partners of a shop, simulated in a process of their own.
type ThirdParties struct {
	Addr                string // of the partners
	MailAddr            string // of the mail receiver; "": none
	Stockist, Screening Secret // sign the callbacks of these partners
	// PaymentsUS and PaymentsMX sign those of the payment providers; "": they have no page, and charge at once. PagesURL is where
	// customers reach the pages; "": where the partners listen.
	PaymentsUS, PaymentsMX Secret
	Carrier                Secret // signs the delivery company's reports; "": it makes none
	PagesURL               string
	Mail                   Secret // signs the reports of the mail receiver, which go to MailCallbackURL; "": it makes none
	MailCallbackURL        string
	Seed                   uint64           // of all chance; 0 means a new one each time
	Now                    func() time.Time // nil is time.Now
	Out                    io.Writer
}

// Run serves the partners until the context ends.
func (t ThirdParties) Run(ctx context.Context) (err error) {
	stockist, err := partner.Key(string(t.Stockist))
	if err != nil {
		return fmt.Errorf("--stockist-secret: %w", err)
	}
	screening, err := partner.Key(string(t.Screening))
	if err != nil {
		return fmt.Errorf("--screening-secret: %w", err)
	}
	us, usErr := optionalKey(t.PaymentsUS)
	mx, mxErr := optionalKey(t.PaymentsMX)
	carrier, carrierErr := optionalKey(t.Carrier)
	mailKey, mailErr := optionalKey(t.Mail)
	if err := errors.Join(usErr, mxErr, carrierErr, mailErr); err != nil {
		return fmt.Errorf("--payments-us-secret, --payments-mx-secret, --carrier-secret, --mail-secret: %w", err)
	}
	listener, err := net.Listen("tcp", t.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	config := simulator.Config{
		PaymentSecrets: map[string][]byte{simulator.PaymentsUS: us, simulator.PaymentsMX: mx},
		PagesURL:       cmp.Or(t.PagesURL, "http://"+listener.Addr().String()+simulatedPages), Now: t.Now,
		StockistSecret: stockist, ScreeningSecret: screening, CarrierSecret: carrier, Callback: &http.Client{Timeout: 10 * time.Second}, KeepBytes: keptByPartners, Log: slog.Default(),
	}
	if t.Seed != 0 {
		config.Source = rand.NewPCG(t.Seed, t.Seed)
	}
	partners, err := simulator.New(config)
	if err != nil {
		return err
	}
	defer partners.Close()
	mux := http.NewServeMux()
	mux.Handle("/", partners.Handler())
	mux.Handle(simulatedPages+"/", http.StripPrefix(simulatedPages, partners.Pages()))
	mux.Handle("/partners", partners.Knobs())
	mux.Handle("/partners/", partners.Knobs())
	var mails *mailbox.Mailbox
	if t.MailAddr != "" {
		received := mailbox.Config{Addr: t.MailAddr, KeepBytes: keptMails}
		if mailKey != nil && t.MailCallbackURL != "" {
			provider, err := simulator.NewMailProvider(simulator.MailProviderConfig{Secret: mailKey, CallbackURL: t.MailCallbackURL, Callback: config.Callback, Now: t.Now, Log: config.Log})
			if err != nil {
				return err
			}
			defer provider.Close()
			received.Received = provider.Received
		}
		if mails, err = mailbox.New(received); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, mails.Close()) }()
		mux.Handle("/mail", mails.Handler())
		mux.Handle("/mail/", mails.Handler())
	}
	fmt.Fprintf(t.Out, "Partners at http://%[1]s/NAME, their knobs at http://%[1]s/partners\n", listener.Addr())
	if mails != nil {
		fmt.Fprintf(t.Out, "Mails are received at %s, and shown at http://%s/mail\n", mails.Addr(), listener.Addr())
	}
	return serveUntil(ctx, listener, edge.Chain(mux, edge.ReadBody))
}

// serveUntil serves until the context ends. There is nothing to drain.
func serveUntil(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // ends Serve
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// optionalKey is the key of a secret that may be missing.
func optionalKey(secret Secret) ([]byte, error) {
	if secret == "" {
		return nil, nil
	}
	return partner.Key(string(secret))
}
