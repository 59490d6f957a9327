package app

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/partner/simulator"
)

// asked is a provider that notes in which mode it is asked.
type asked struct{ tests []bool }

func (a *asked) Ready(test bool) error { a.tests = append(a.tests, test); return nil }

func (a *asked) Begin(_ context.Context, r payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, a.Ready(r.Test)
}

func (a *asked) Find(_ context.Context, r payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, a.Ready(r.Test)
}

func (a *asked) Refund(_ context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	return payments.RefundOutcome{}, a.Ready(r.Test)
}

func (a *asked) Event(context.Context, http.Header, []byte) (payments.Notice, error) {
	return payments.Notice{Test: true}, nil
}

// TestTestOrdersAreNeverPaidForReal: they go to the simulator, also while a shop tries Stripe out with a test key.
func TestTestOrdersAreNeverPaidForReal(t *testing.T) {
	for _, trial := range []bool{false, true} {
		real, simulated := new(asked), new(asked)
		p := byKind{real: real, test: simulated, trial: trial}
		for _, test := range []bool{true, false} {
			_ = p.Ready(test)
			_, _ = p.Begin(t.Context(), payments.Request{Test: test})
			_, _ = p.Find(t.Context(), payments.Request{Test: test})
			_, _ = p.Refund(t.Context(), payments.Refund{Test: test})
		}
		if !slices.Equal(simulated.tests, []bool{true, true, true, true}) || !slices.Equal(real.tests, []bool{trial, trial, trial, trial}) {
			t.Errorf("trial %t: the simulator was asked %v, Stripe %v", trial, simulated.tests, real.tests)
		}
		if n, err := p.Event(t.Context(), nil, nil); err != nil || n.Test == trial {
			t.Errorf("trial %t: %+v, %v", trial, n, err)
		}
	}
}

// TestStripeIsWatched: the operator sees how Stripe answers, under the provider's name.
func TestStripeIsWatched(t *testing.T) {
	p, cfg := &partners{}, Config{}
	cfg.PaymentsUSStripeKey, cfg.PaymentsUSStripeSecret = "sk_live_0001", []Secret{"whsec_0001"}
	if _, err := p.provider(cfg, cfg.providers()[0], connection{name: simulator.PaymentsUS, log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	if len(p.health) != 1 || p.health[0].Vitals().Partner != simulator.PaymentsUS {
		t.Errorf("%d are watched", len(p.health))
	}
	cfg.StripeTrial = true
	if _, err := p.provider(cfg, cfg.providers()[0], connection{name: simulator.PaymentsUS, log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("a trial takes a live key")
	}
}
