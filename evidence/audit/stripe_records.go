package audit

import (
	"cmp"
	"context"
	"maps"
	"strings"
	"time"
)

// stripeSession is a payment at Stripe: a Checkout Session with what has come of it.
type stripeSession struct {
	stripeObject
	Amount        int64             `json:"amount_total"`
	Currency      string            `json:"currency"`
	Status        string            `json:"status"`
	PaymentStatus string            `json:"payment_status"`
	Reference     string            `json:"client_reference_id"`
	Metadata      map[string]string `json:"metadata"`
	Payment       struct {
		stripeObject
		Status string       `json:"status"`
		Charge stripeObject `json:"latest_charge"`
	} `json:"payment_intent"`
}

// stripeRefund is money that Stripe gives back.
type stripeRefund struct {
	stripeObject
	Amount   int64             `json:"amount"`
	Currency string            `json:"currency"`
	Status   string            `json:"status"`
	Payment  string            `json:"payment_intent"`
	Metadata map[string]string `json:"metadata"`
}

// atStripe is what else is known of a record, to find what it moved in the balance.
type atStripe struct {
	source   string // of the movement: a charge or a refund
	made, at int64  // when it was begun, and when money moved, in seconds
	counted  bool   // in the cash of the sums
}

// movement is an entry of the account's balance.
type movement struct {
	stripeObject
	Amount   int64    `json:"amount"`
	Fee      int64    `json:"fee"`
	Currency string   `json:"currency"`
	Category string   `json:"reporting_category"`
	Source   string   `json:"source"`
	Rate     *float64 `json:"exchange_rate"` // not nil: of another currency than the payment's

	before bool // read before the snapshot
}

// The lists that are read.
const (
	stripeSessions  = "/v1/checkout/sessions"
	stripeRefunds   = "/v1/refunds"
	stripeMovements = "/v1/balance_transactions"
)

// readStripe reads on: sessions as charges, refunds, and what moved.
func (p *place) readStripe(ctx context.Context, installation string, before bool) error {
	a := p.stripe
	sessions, err := stripeList(ctx, a, stripeSessions, "data.payment_intent.latest_charge", func(s stripeSession) { p.session(s, installation, before) })
	if err != nil {
		return err
	}
	refunds, err := stripeList(ctx, a, stripeRefunds, "", func(r stripeRefund) { p.givenBack(r, installation, before) })
	if err != nil {
		return err
	}
	moves, err := stripeList(ctx, a, stripeMovements, "", func(m movement) { a.moved(m, before) })
	for _, since := range []time.Time{sessions, refunds, moves} {
		if since.After(p.since) {
			p.since = since
		}
	}
	a.from = p.readFrom()
	return err
}

// session keeps a session as the record of a charge.
func (p *place) session(s stripeSession, installation string, before bool) {
	key := cmp.Or(s.Metadata["payment_key"], s.Reference)
	if s.Payment.ID != "" {
		p.stripe.keys[s.Payment.ID] = key
	}
	if foreign(key, installation) {
		p.stripe.others[s.Payment.Charge.ID] = true
		return
	}
	p.put(&record{
		kind: "charge", key: key, reference: s.ID, status: s.status(), amount: s.Amount, currency: strings.ToUpper(s.Currency), orderID: numberIn(key),
		before: before, atStripe: atStripe{source: s.Payment.Charge.ID, at: cmp.Or(s.Payment.Charge.Created, s.Created), made: s.Created},
	})
}

// status is what a session is in the words of the other providers.
func (s stripeSession) status() string {
	switch {
	case s.PaymentStatus == "paid":
		return "succeeded"
	case s.Status == "expired":
		return "expired"
	case s.Status == "open":
		return "action-required"
	case s.Payment.Status == "requires_payment_method" || s.Payment.Status == "canceled":
		return "failed"
	}
	return "pending"
}

// givenBack keeps a refund. One that was made by hand names no payment of the shop's, but Stripe's.
func (p *place) givenBack(r stripeRefund, installation string, before bool) {
	charge := cmp.Or(r.Metadata["payment_key"], p.stripe.keys[r.Payment])
	if foreign(charge, installation) {
		p.stripe.others[r.ID] = true
		return
	}
	p.put(&record{
		kind: "refund", key: r.Metadata["refund_key"], reference: r.ID, status: r.Status, amount: r.Amount, currency: strings.ToUpper(r.Currency),
		orderID: numberIn(charge), content: charge, before: before, atStripe: atStripe{source: r.ID, at: r.Created, made: r.Created},
	})
}

// put keeps a record, or what has become of it since it was read.
func (p *place) put(made *record) {
	for r := p.records[recordKey{made.kind, made.orderID}]; r != nil; r = r.more {
		if r.reference == made.reference {
			made.before, made.seen, made.counted, made.more = made.before || r.before, r.seen, r.counted, r.more
			*r = *made
			return
		}
	}
	p.add(made)
}

func (a *stripeAccount) moved(m movement, before bool) {
	if known := a.movements[m.ID]; known != nil {
		m.before = known.before
	}
	m.before = m.before || before
	a.movements[m.ID] = &m
}

// anew marks all known movements as older than the coming snapshot.
func (a *stripeAccount) anew() {
	for _, m := range a.movements {
		m.before = true
	}
}

// readFrom is from where each list is read the next time: from the oldest object that may change, or the newest one.
func (p *place) readFrom() map[string]int64 {
	newest, changes := map[string]int64{}, map[string]int64{}
	for _, r := range p.records {
		for ; r != nil; r = r.more {
			list := map[string]string{"charge": stripeSessions, "refund": stripeRefunds}[r.kind]
			newest[list] = max(newest[list], r.made)
			if open := changes[list]; r.status == "action-required" || r.status == "pending" || r.status == "requires_action" {
				changes[list] = cmp.Or(min(open, r.made), r.made)
			}
		}
	}
	for _, m := range p.stripe.movements {
		newest[stripeMovements] = max(newest[stripeMovements], m.Created)
	}
	maps.Copy(newest, changes)
	return newest
}
