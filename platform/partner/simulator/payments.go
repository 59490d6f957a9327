package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"

	"acme.example/webshop/platform/fault"
)

// Statuses of charges and refunds.
const (
	succeeded = "succeeded"
	declined  = "declined"
)

const kindCharge, kindRefund = "charge", "refund"

// payments is a payment provider.
type payments struct{ *partner }

func newPayments(d *partner) *partner {
	d.has = append(d.has, knobDeclineRate)
	p := payments{d}
	serve(d, "/charges", kindCharge, p.charge)
	serve(d, "/refunds", kindRefund, p.refund)
	d.mux.HandleFunc("GET /charges/{key}", p.find)
	return d
}

type charge struct {
	OrderID  int64  `json:"orderId"`
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`
}

func (c charge) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.wantMoney(c.Amount, c.Currency)
	return f.err()
}

// charge takes the money. A declined charge is recorded too: that is what a later question is answered with.
func (p payments) charge(_ charge, record *Record) error {
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
	var taken charge
	if err := json.Unmarshal(made.Request, &taken); err != nil {
		return fmt.Errorf("simulator: %w", err)
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

// find tells what became of a charge; a declined one is told like any other, by its status.
func (p payments) find(w http.ResponseWriter, r *http.Request) {
	if err := p.arrive(r.Context(), nil); err != nil {
		fault.Write(w, err)
		return
	}
	key := r.PathValue("key")
	p.mu.Lock()
	made, found := p.book.find(key)
	p.mu.Unlock()
	if !found || made.Kind != kindCharge {
		fault.Write(w, noCharge(key))
		return
	}
	writeJSON(w, http.StatusOK, made)
}

func noCharge(key string) error { return fault.New(fault.NotFound, "there is no charge %.80q", key) }
