package harness

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// care does what a customer wants after an order was accepted.
func (m *market) care(ctx context.Context, p *purchase) {
	if m.mayNotPay(p) && !m.pays(ctx, p) {
		return
	}
	switch p.wish {
	case book:
		m.book(ctx, p)
	case cancel:
		if Sleep(ctx, rand.N(2*time.Second)) {
			m.cancel(ctx, p)
		}
	case both:
		var all sync.WaitGroup
		all.Go(func() { m.book(ctx, p) })
		all.Go(func() {
			if _, ok := m.deliverable(ctx, p); ok {
				m.cancel(ctx, p)
			}
		})
		all.Wait()
	}
}

// tracked is an answer of trackOrder.
type tracked struct {
	Status       string `json:"status"`
	DeliveryURL  string `json:"deliveryUrl"`
	DeliveryTime string `json:"deliveryTime"`
	Refunds      []struct {
		State string `json:"state"`
	} `json:"refunds"`
}

// paidOrNot reports whether the shop knows whether the order is paid in time.
func (t tracked) paidOrNot() bool { return t.Status != "PAYMENT_PENDING" }

// paidLate reports whether the shop knows of a payment that came late: it gives it back, unless the order still waited for it.
func (t tracked) paidLate() bool {
	return t.paidBack() || t.paidOrNot() && t.Status != "PAYMENT_DECLINED" && t.Status != "CANCELLED"
}

// paidBack reports whether the provider has given something back.
func (t tracked) paidBack() bool {
	for _, r := range t.Refunds {
		if r.State == "done" {
			return true
		}
	}
	return false
}

// track requests an order's state. An acknowledged order must exist.
func (m *market) track(ctx context.Context, p *purchase) (t tracked, ok bool) {
	a, err := m.client.insist(ctx, http.MethodGet, "/trackOrder?key="+p.tracking, "", nil)
	if err != nil {
		return t, false
	}
	if a.status != http.StatusOK || a.read(&t) != nil {
		m.problem("order %d was acknowledged, and trackOrder answered %d: %s", p.id, a.status, a.body)
		return t, false
	}
	return t, true
}

// deliverable waits until a delivery time can be picked. It returns false if there is nothing to pick any more.
func (m *market) deliverable(ctx context.Context, p *purchase) (key string, ok bool) {
	for wait := lookOver; ; wait = min(2*wait, lookOverAtLast) {
		t, ok := m.track(ctx, p)
		if !ok || t.Status == "CANCELLED" || t.Status == "PAYMENT_DECLINED" || t.DeliveryTime != "" {
			return "", false
		}
		if t.DeliveryURL != "" {
			return keyIn(t.DeliveryURL), true
		}
		if !Sleep(ctx, wait+rand.N(wait)) {
			return "", false
		}
	}
}

// book picks a delivery time and books it.
func (m *market) book(ctx context.Context, p *purchase) {
	key, ok := m.deliverable(ctx, p)
	if !ok {
		return
	}
	a, err := m.client.insist(ctx, http.MethodGet, "/deliveryTimes?order="+key, "", nil)
	var offer struct {
		DeliveryOptions []string `json:"deliveryOptions"`
	}
	if err != nil {
		return
	}
	if a.read(&offer) != nil || len(offer.DeliveryOptions) == 0 {
		m.problem("order %d: deliveryTimes answered %d: %s", p.id, a.status, a.body)
		return
	}
	at := offer.DeliveryOptions[rand.IntN(len(offer.DeliveryOptions))]
	a, err = m.client.insist(ctx, http.MethodPost, "/bookDelivery", "", map[string]string{"orderId": key, "deliveryTime": at})
	switch {
	case err != nil:
	case a.status == http.StatusOK:
		p.bookedFor = at
	case a.status != http.StatusConflict: // cancelled meanwhile
		m.problem("order %d: bookDelivery answered %d: %s", p.id, a.status, a.body)
	}
}

// cancel cancels an order.
func (m *market) cancel(ctx context.Context, p *purchase) {
	a, err := m.client.insist(ctx, http.MethodPost, "/cancelOrder", "", map[string]string{"key": p.tracking})
	switch {
	case err != nil:
	case a.status == http.StatusOK:
		p.cancelled = true
	case a.status != http.StatusConflict: // a delivery time is booked
		m.problem("order %d: cancelOrder answered %d: %s", p.id, a.status, a.body)
	}
}
