package order_test

import (
	"sync"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// soldPlant is a service with an order that was paid and placed.
func soldPlant(t *testing.T, p *provider, now *time.Time) *order.Service {
	t.Helper()
	s := service(t, p, now)
	if _, err := s.PlaceNewOrder(t.Context(), plant, "key"); err != nil {
		t.Fatal(err)
	}
	return s
}

func dollars(minor int64) order.RefundWish {
	return order.RefundWish{OrderID: 1, Amount: money.Amount{Minor: minor, Currency: "USD"}, Reason: "it came late", By: "ann"}
}

// TestARefundIsMadeAtOnce, or by Settle when the provider does not answer: who asked for it hears no error.
func TestARefundIsMadeAtOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{}
	s := soldPlant(t, p, &now)
	_, r, err := s.Refund(t.Context(), dollars(1000))
	if err != nil || r.State != payments.RefundDone || r.Reference != "re_1" || r.Number != 1 {
		t.Errorf("at once: %+v, %v", r, err)
	}
	p.refund = errSilence
	w := dollars(500)
	w.Key = "k"
	for range 2 { // the second is the repeat of the request
		if _, r, err = s.Refund(t.Context(), w); err != nil || r.State != payments.RefundPending || r.Number != 2 {
			t.Errorf("without an answer: %+v, %v", r, err)
		}
	}
	now, p.refund = now.Add(time.Minute), nil
	if err := s.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	o, err := s.Store.Order(t.Context(), 1)
	if err != nil || o.Refunds[1].State != payments.RefundDone || o.Refundable() != 13500 || o.RefundReference != "" || o.Unsettled() {
		t.Errorf("%+v, %v", o.Refunds, err)
	}
	for _, asked := range p.refunds[1:] {
		if asked.Key != p.refunds[1].Key || asked.Key == p.refunds[0].Key || asked.Amount.Minor != 500 {
			t.Errorf("asked for %+v", p.refunds)
		}
	}
	w.Amount.Minor++
	if _, _, err := s.Refund(t.Context(), w); fault.CodeOf(err) != fault.KeyReused {
		t.Errorf("another refund under the same key: %v", err)
	}
}

// TestARefundOverTheLimitWaits over the limit, also in parts; and not for ever when the order is cancelled.
func TestARefundOverTheLimitWaits(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{}
	s := soldPlant(t, p, &now)
	s.Rules.(*order.Rules).SecondPersonOver = map[money.Currency]int64{"USD": 1000}
	if _, r, err := s.Refund(t.Context(), dollars(600)); err != nil || r.State != payments.RefundDone {
		t.Errorf("below: %+v, %v", r, err)
	}
	for range 2 {
		if _, r, err := s.Refund(t.Context(), dollars(600)); err != nil || !r.WaitsForSecond() || len(p.refunds) != 1 {
			t.Errorf("above: %+v, %v", r, err)
		}
	}
	if _, _, err := s.ApproveRefund(t.Context(), 1, 2, "ann"); fault.CodeOf(err) != fault.Conflict || len(p.refunds) != 1 {
		t.Errorf("approved by who asked: %v", err)
	}
	if _, r, err := s.ApproveRefund(t.Context(), 1, 2, "bob"); err != nil || r.State != payments.RefundDone || r.Second != "bob" {
		t.Errorf("approved: %+v, %v", r, err)
	}
	o, err := s.CancelOrder(t.Context(), 1, order.ByOperator)
	if err != nil || o.Refunds[2].WaitsForSecond() || !o.Unsettled() || o.Refunds[3].Amount != 13200 {
		t.Errorf("cancelled: %+v, %v", o.Refunds, err)
	}
}

// TestManyRefundsAtOnce give back what was paid, and no more.
func TestManyRefundsAtOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := soldPlant(t, &provider{refund: errSilence}, &now)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, _, err := s.Refund(t.Context(), dollars(1000)); err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if o, err := s.Store.Order(t.Context(), 1); err != nil || len(o.Refunds) != 15 || o.Refundable() != 0 {
		t.Errorf("%d refunds, %d left, %v", len(o.Refunds), o.Refundable(), err)
	}
}
