package stripe_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/platform/fault"
)

func isNotBegun(err error) bool { return errors.Is(err, payments.ErrNotBegun) }

func TestNewRefusesWrongKeys(t *testing.T) {
	const secret = "51Hsecret"
	live, whsec := "sk_live_"+secret, []string{"whsec_" + secret}
	for name, c := range map[string]struct {
		config stripe.Config
		says   string
	}{
		"nothing":              {stripe.Config{}, "set a live key"},
		"test key as live":     {stripe.Config{LiveKey: "sk_test_" + secret}, "live key must begin with sk_live_ or rk_live_; this one begins with sk_test_"},
		"restricted test key":  {stripe.Config{LiveKey: "rk_test_" + secret}, "this one begins with rk_test_"},
		"live key as test":     {stripe.Config{TestKey: live}, "test key must begin with sk_test_ or rk_test_; this one begins with sk_live_"},
		"publishable key":      {stripe.Config{LiveKey: "pk_live_" + secret}, "this one begins with pk_live_"},
		"webhook secret":       {stripe.Config{TestKey: "whsec_" + secret}, "this one begins with whsec_"},
		"something else":       {stripe.Config{LiveKey: secret}, "must begin with"},
		"with a line break":    {stripe.Config{LiveKey: live + "\n"}, "letters and digits"},
		"prefix only":          {stripe.Config{LiveKey: "sk_live_"}, "letters and digits"},
		"key as secret":        {stripe.Config{LiveKey: live, LiveSecrets: []string{live}}, "live webhook secret must begin with whsec_"},
		"empty secret":         {stripe.Config{LiveKey: live, TestSecrets: []string{""}}, "test webhook secret"},
		"one secret for both":  {stripe.Config{LiveKey: live, LiveSecrets: whsec, TestSecrets: whsec}, "different secrets"},
		"in the clear":         {stripe.Config{LiveKey: live, BaseURL: "http://stripe.example"}, "https://"},
		"base URL of no kind":  {stripe.Config{TestKey: "sk_test_" + secret, BaseURL: "stripe"}, "base URL"},
		"base URL with a user": {stripe.Config{TestKey: "sk_test_" + secret, BaseURL: "https://" + secret + "@stripe.example"}, "base URL"},
	} {
		_, err := stripe.New(c.config)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v; want %q, and no key", name, err, c.says)
		}
	}
	for _, c := range []stripe.Config{{LiveKey: live}, {TestKey: "rk_test_" + secret}, {LiveKey: live, TestKey: "sk_test_" + secret, LiveSecrets: whsec}} {
		if _, err := stripe.New(c); err != nil {
			t.Error(err)
		}
	}
}

// TestModesStayApart: each kind of order has its own key, and without one it is refused.
func TestModesStayApart(t *testing.T) {
	w := newWorld(t)
	r := w.card("key-1")
	r.Test = true
	r = w.begin(r)
	if !strings.HasPrefix(r.Reference, "cs_test_") {
		t.Errorf("a test order has the session %s", r.Reference)
	}
	real := r
	real.Test = false
	if _, err := w.Find(w.Context(), real); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a real order finds a test session: %v", err)
	}
	for _, test := range []bool{true, false} {
		one := newWorld(t, func(c *stripe.Config) {
			if test {
				c.TestKey = ""
			} else {
				c.LiveKey = ""
			}
		})
		r := one.card("key-1")
		r.Test = test
		_, err := one.Begin(one.Context(), r)
		if !isNotBegun(err) || fault.CodeOf(one.Ready(test)) != fault.Unavailable || one.Ready(!test) != nil || len(one.Clients()) != 1 {
			t.Errorf("test %t: %v, %v", test, err, one.Ready(test))
		}
	}
}

// TestAnAnswerOfTheOtherMode pays for nothing, wherever it comes from.
func TestAnAnswerOfTheOtherMode(t *testing.T) {
	w := newWorld(t, func(c *stripe.Config) {
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				return nil, err
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			res.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(body, []byte(`"livemode":true`), []byte(`"livemode":false`))))
			return res, err
		})
	})
	if out, err := w.Begin(t.Context(), w.card("key-1")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestWhatIsNotThePayment: another amount, currency or key pays for nothing.
func TestWhatIsNotThePayment(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.card("key-1"))
	w.must(w.stripe.Pay(r.Reference))
	for name, change := range map[string]func(*payments.Request){
		"amount":   func(r *payments.Request) { r.Amount.Minor-- },
		"currency": func(r *payments.Request) { r.Amount.Currency = "EUR" },
		"key":      func(r *payments.Request) { r.Key = "key-2" },
	} {
		asked := r
		change(&asked)
		if out, err := w.Find(w.Context(), asked); fault.CodeOf(err) != fault.Conflict || out.State != "" {
			t.Errorf("another %s: %+v, %v", name, out, err)
		}
	}
	more := r
	more.Amount.Minor++
	if out, err := w.Begin(w.Context(), more); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another amount under the same key: %+v, %v", out, err)
	}
	unknown := r
	for _, unknown.Reference = range []string{"", "cs_live_9", "../refunds"} {
		if out, err := w.Find(w.Context(), unknown); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("reference %q: %+v, %v", unknown.Reference, out, err)
		}
	}
}

// TestRequestsThatAreRefused here are not sent; those that Stripe refuses have failed.
func TestRequestsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*payments.Request){
		"nothing":         func(r *payments.Request) { r.Amount.Minor = 0 },
		"less":            func(r *payments.Request) { r.Amount.Minor = -1 },
		"no currency":     func(r *payments.Request) { r.Amount = money.Amount{Minor: 100} },
		"unknown":         func(r *payments.Request) { r.Amount.Currency = "XTS" },
		"single fils":     func(r *payments.Request) { r.Amount = money.Amount{Minor: 5125, Currency: "KWD"} },
		"another method":  func(r *payments.Request) { r.Method = payments.BankTransfer },
		"without methods": func(r *payments.Request) { r.Method = "" },
	} {
		r := w.card("key-1")
		change(&r)
		if _, err := w.Begin(w.Context(), r); !isNotBegun(err) || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := w.card("key-2")
	r.Amount.Minor = 49
	if out, err := w.Begin(w.Context(), r); err != nil || out.State != payments.Failed || out.Why != "amount_too_small" {
		t.Errorf("too little for Stripe: %+v, %v", out, err)
	}
	dollars := w.card("key-3")
	dollars.Method = payments.CashVoucher
	if out, err := w.Begin(w.Context(), dollars); err != nil || out.State != payments.Failed || out.Why == "" {
		t.Errorf("a voucher in dollars: %+v, %v", out, err)
	}
}
