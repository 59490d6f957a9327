package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"acme.example/webshop/platform/fault"
)

// Statuses of charges and refunds.
const (
	succeeded      = "succeeded"
	declined       = "declined"
	actionRequired = "action-required" // the customer has to pay on the page, or with the voucher
	failed         = "failed"
	expired        = "expired"
)

const kindCharge, kindRefund = "charge", "refund"

// The methods of payment that have a page.
const (
	card         = "card"
	cashVoucher  = "cash-voucher"
	bankTransfer = "bank-transfer"
)

// payments is a payment provider.
type payments struct {
	*partner
	address string         // of its pages; "": it has none
	pages   *http.ServeMux // serves them
	token   func() string  // returns a text that nobody can guess
}

// newPayments returns a payment provider. With a secret and an address for pages it has a page where customers pay.
func newPayments(d *partner, c Config, secret []byte) (*partner, error) {
	d.has = append(d.has, knobDeclineRate)
	p := payments{partner: d, token: c.token(d)}
	if len(secret) > 0 && c.PagesURL != "" {
		signs, err := signer(d.name, secret)
		if err != nil {
			return nil, err
		}
		d.has, d.callbacks = append(d.has, knobWebhookDelay, knobWebhookLossRate, knobPayWithin), newCallbacks(c, signs)
		p.address, p.pages, d.payments = c.PagesURL+"/"+d.name+"/pay/", http.NewServeMux(), &p
		p.pages.HandleFunc("GET /pay/{token}", p.show)
		p.pages.HandleFunc("POST /pay/{token}", p.act)
		d.mux.Handle("/pay/", p.pages)
	}
	serve(d, "/charges", kindCharge, p.charge)
	serve(d, "/refunds", kindRefund, p.refund)
	d.mux.HandleFunc("GET /charges/{key}", p.showing(p.expire))
	d.mux.HandleFunc("POST /charges/{key}/close", p.showing(p.close))
	return d, nil
}

type charge struct {
	OrderID  int64  `json:"orderId"`
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`

	// Only of charges that are paid on the page.
	Method      string    `json:"method,omitempty"`
	Until       time.Time `json:"until,omitzero"`
	Email       string    `json:"email,omitempty"`
	Language    string    `json:"language,omitempty"`
	Back        string    `json:"back,omitempty"`        // where the page sends the customer
	CallbackURL string    `json:"callbackUrl,omitempty"` // where to send webhooks
}

// hosted reports whether the customer pays on the page.
func (c charge) hosted() bool {
	return c != charge{OrderID: c.OrderID, Amount: c.Amount, Currency: c.Currency}
}

func (c charge) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.wantMoney(c.Amount, c.Currency)
	if c.hosted() {
		f.want(c.Amount != 0, "amount", "must not be 0 for a payment on the page")
		f.want(slices.Contains([]string{card, cashVoucher, bankTransfer}, c.Method), "method", "must be %s, %s or %s", card, cashVoucher, bankTransfer)
		f.want(!c.Until.IsZero(), "until", "must be set")
		f.wantURL("back", c.Back)
		f.wantURL("callbackUrl", c.CallbackURL)
	}
	return f.err()
}

// charge charges at once, or opens a page. A declined charge is recorded too.
func (p payments) charge(c charge, record *Record) error {
	if c.hosted() {
		return p.open(c, record)
	}
	record.Status = succeeded
	if p.chance(p.knobs.DeclineRate) {
		record.Status = declined
		p.counters.Refused++
	}
	return nil
}

type refund struct {
	ChargeKey string `json:"chargeKey"`
	Amount    int64  `json:"amount"` // minor units
	Currency  string `json:"currency"`
}

func (r refund) check() error {
	var f fields
	f.wantText("chargeKey", r.ChargeKey)
	f.wantMoney(r.Amount, r.Currency)
	f.want(r.Amount != 0, "amount", "must not be 0")
	return f.err()
}

// refund gives money back: of one charge, in its currency, and in all at most what was charged.
func (p payments) refund(r refund, record *Record) error {
	made, found := p.book.find(r.ChargeKey)
	if !found || made.Kind != kindCharge {
		return noCharge(r.ChargeKey)
	}
	taken, err := asked(made)
	if err != nil {
		return err
	}
	if left := taken.Amount - made.Refunded; made.Status != succeeded || r.Currency != taken.Currency || r.Amount > left {
		return fault.New(fault.Refused, "of this %s charge in %s, %d can still be refunded in minor units",
			made.Status, taken.Currency, left)
	}
	made.Refunded += r.Amount
	p.book.change(made)
	record.Status = succeeded
	return nil
}

// asked decodes the request of a charge.
func asked(r Record) (c charge, err error) {
	if err := json.Unmarshal(r.Request, &c); err != nil {
		return charge{}, fmt.Errorf("simulator: %w", err)
	}
	return c, nil
}

// showing answers with what became of a charge, once it is up to date; a declined one is told like any other, by its status.
func (p payments) showing(update func(Record) Record) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := p.arrive(r.Context(), nil); err != nil {
			fault.Write(w, err)
			return
		}
		key := r.PathValue("key")
		p.mu.Lock()
		made, found := p.book.find(key)
		if found = found && made.Kind == kindCharge; found {
			made = update(made)
		}
		p.mu.Unlock()
		if !found {
			fault.Write(w, noCharge(key))
			return
		}
		writeJSON(w, http.StatusOK, made)
	}
}

func noCharge(key string) error { return fault.New(fault.NotFound, "there is no charge %.80q", key) }
