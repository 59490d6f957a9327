// Package simulator simulates the shop's partners over HTTP: two payment providers, the fraud check, the stockist, the delivery
// company and the bookkeeping system, each with knobs that make it slow, failing, refusing or late. A payment provider has a page
// too (Partners.Pages), where customers pay, decline, use 3-D Secure or take a voucher; it says that it is a simulation.
//
// It guarantees:
//   - The same Idempotency-Key with the same body gets the same answer and has no second effect; with another body, 422. A refusal
//     has no effect and is not remembered, so the same request can succeed later; a declined charge or a refused check is an
//     outcome, and is remembered. A refill or check that was "later" has its outcome once its time has come, also for callers that
//     ask again.
//   - A payment on the page is paid once, however often its buttons are pressed, and not after its time. Only its address, which
//     nobody guesses, opens it.
//   - GET /records returns everything that a partner has recorded, whatever its knobs.
//   - Memory is bounded: each partner keeps its newest records in 4 MiB (Config.KeepBytes: some 20,000 charges, 10,000
//     consignments or 5,000 payments on the page) and forgets the oldest with its key. A forgotten key works once more, and the charge under it can neither be
//     found nor refunded, and its page is gone. Payment providers, stockist and fraud check have at most 20,000 pending callbacks each,
//     some 10 MB, and accept no more; a webhook that finds no place is not sent.
//   - It is safe for concurrent use; nothing outlives Close, and nothing is kept on disk.
package simulator

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The names of the partners: each is served under "/" and its name.
const (
	PaymentsUS  = "payments-us"
	PaymentsMX  = "payments-mx"
	Screening   = "screening"
	Stockist    = "stockist"
	Carrier     = "carrier"
	Bookkeeping = "books"
)

// Payments lists the payment providers.
var Payments = []string{PaymentsUS, PaymentsMX}

// Names lists the partners in the order of the flow.
var Names = append(slices.Clone(Payments), Screening, Stockist, Carrier, Bookkeeping)

const (
	defaultKeepBytes = 4 << 20
	minSecret        = 24 // bytes, the minimum of Standard Webhooks
)

// Config configures the partners. Only the secrets must be set.
type Config struct {
	StockistSecret, ScreeningSecret []byte // sign these partners' callbacks; at least 24 bytes each
	CarrierSecret                   []byte // signs the delivery company's reports; nil: it makes none
	// PaymentSecrets sign the webhooks of the payment providers, by name. PagesURL is where customers reach Pages. A provider
	// without both has no page, and charges everything at once.
	PaymentSecrets map[string][]byte
	PagesURL       string
	Callback       *http.Client     // sends them; nil means http.DefaultClient
	Now            func() time.Time // nil means time.Now
	Source         rand.Source      // of all chance; nil means a random one. Used by New only.
	KeepBytes      int              // of records per partner; 0 means 4 MiB
	Log            *slog.Logger     // nil discards

	seeded bool // Source was given
}

// Partners are the simulated partners.
type Partners struct {
	all     []*partner // in the order of the flow
	handler *http.ServeMux
	pages   *http.ServeMux
}

// New returns the partners, with all knobs at zero.
func New(c Config) (*Partners, error) {
	byStockist, err := signer(Stockist, c.StockistSecret)
	if err != nil {
		return nil, err
	}
	byScreening, err := signer(Screening, c.ScreeningSecret)
	if err != nil {
		return nil, err
	}
	c = c.withDefaults()
	p := &Partners{handler: http.NewServeMux(), pages: http.NewServeMux()}
	for _, name := range Payments {
		pays, err := newPayments(newPartner(name, c), c, c.PaymentSecrets[name])
		if err != nil {
			return nil, err
		}
		p.open(pays)
	}
	p.open(newScreening(newPartner(Screening, c), newCallbacks(c, byScreening)))
	p.open(newStockist(newPartner(Stockist, c), newCallbacks(c, byStockist)))
	carrier, err := newCarrier(newPartner(Carrier, c), c)
	if err != nil {
		return nil, err
	}
	p.open(carrier)
	p.open(newBookkeeping(newPartner(Bookkeeping, c)))
	return p, nil
}

func signer(partner string, secret []byte) (*standardwebhooks.Webhook, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("simulator: the secret of %s must have at least %d bytes", partner, minSecret)
	}
	s, err := standardwebhooks.NewWebhookRaw(secret)
	if err != nil {
		return nil, fmt.Errorf("simulator: the secret of %s: %w", partner, err)
	}
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Callback == nil {
		c.Callback = http.DefaultClient
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.seeded = c.Source != nil
	if !c.seeded {
		c.Source = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	if c.KeepBytes <= 0 {
		c.KeepBytes = defaultKeepBytes
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func (p *Partners) open(d *partner) {
	p.all = append(p.all, d)
	p.handler.Handle("/"+d.name+"/", http.StripPrefix("/"+d.name, d.mux))
	if d.payments != nil {
		p.pages.Handle("/"+d.name+"/pay/", http.StripPrefix("/"+d.name, d.payments.pages))
	}
}

// Handler serves each partner under "/" and its name, e.g. POST /payments-us/charges.
func (p *Partners) Handler() http.Handler { return p.handler }

// Pages serves the payment pages, under "/", the provider's name and "/pay/", and nothing else: it may be public.
func (p *Partners) Pages() http.Handler { return p.pages }

// Close ends all callbacks, waiting ones included, and returns when they have ended. After that, partners answer 503 to
// what they would have answered later.
func (p *Partners) Close() {
	for _, d := range p.all {
		if d.callbacks != nil {
			d.callbacks.close()
		}
	}
}
