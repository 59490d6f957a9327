package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/payments/stripe/stripetest"
)

// object is one of Stripe's.
type object = map[string]any

// forged serves what the stand-in has, with the lists of a path changed.
func (s *stripeShop) forged(t *testing.T, path string, change func([]any) []any) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		s.stripe.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		if change != nil && r.URL.Path == path {
			var page object
			if err := json.Unmarshal(body, &page); err != nil {
				t.Error(err)
			}
			page["data"] = change(page["data"].([]any))
			body, _ = json.Marshal(page) // it came from JSON
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body) // the auditor is gone
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// audit audits the shop with its account at an address.
func (s *stripeShop) audit(t *testing.T, address string, keys map[string]string) (names []string, r audit.Report) {
	t.Helper()
	c := audit.Config{
		Database: filepath.Join(s.config.DataDir, "webshop.db"), PrivateURL: s.PrivateURL, Token: string(s.token), LookTime: time.Millisecond,
		Now: func() time.Time { return time.Now().Add(2 * time.Hour) }, GraceFor: 3 * time.Hour, StripeURL: address, StripeKeys: keys,
	}
	err := c.AskShop(t.Context())
	if err == nil {
		r, err = audit.Run(t.Context(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range r.Checks {
		if check.Broken > 0 {
			names = append(names, check.Name)
		}
	}
	return names, r
}

var bothMarkets = map[string]string{"payments-us": stripetest.LiveKey, "payments-mx": stripetest.LiveKey}

// first changes the first object of a list for which it is meant.
func first(of func(object) bool, change func(object)) func([]any) []any {
	return func(all []any) []any {
		for _, one := range all {
			if o := one.(object); of(o) {
				change(o)
				break
			}
		}
		return all
	}
}

func anyOne(object) bool { return true }

// auditsStripe audits a shop of which one order is cancelled: nothing is found, without the keys nothing is proven, and what is changed
// at Stripe is found.
func (s *stripeShop) auditsStripe(off created) {
	const sessions, refunds, movements = "/v1/checkout/sessions", "/v1/refunds", "/v1/balance_transactions"
	s.Run("as it is", func(t *testing.T) {
		names, r := s.audit(t, s.stripe.URL, bothMarkets)
		if notes := fmt.Sprint(r.Notes); len(names) > 0 || strings.Contains(notes, "money.") || !strings.Contains(notes, "fees of") {
			t.Errorf("found %v: %+v %v", names, r.Findings, r.Notes)
		}
	})
	s.Run("without its keys", func(t *testing.T) {
		if names, r := s.audit(t, s.stripe.URL, nil); len(names) > 0 || !strings.Contains(fmt.Sprint(r.Notes), "money.charge: 3 could not be checked") {
			t.Errorf("found %v: %+v %v", names, r.Findings, r.Notes)
		}
	})
	cancelled := func(o object) bool {
		return strings.HasPrefix(fmt.Sprint(o["client_reference_id"]), fmt.Sprint("charge:", off.OrderID, "-"))
	}
	for name, c := range map[string]struct {
		path   string
		change func([]any) []any
		want   []string
	}{
		"paid is not charged": {sessions, first(cancelled, func(o object) { o["payment_status"] = "unpaid" }), []string{"money.charge", "money.balance", "money.account"}},
		"another amount":      {sessions, first(cancelled, func(o object) { o["amount_total"] = 30001 }), []string{"money.charge", "money.balance", "money.account"}},
		"another currency":    {sessions, first(cancelled, func(o object) { o["currency"] = "jpy" }), []string{"money.charge", "money.account"}},
		"more refunded":       {refunds, first(anyOne, func(o object) { o["amount"] = 30001 }), []string{"money.refund", "money.balance", "money.account"}},
		"refund by hand":      {refunds, func(all []any) []any { return append(all, byHand(all[0].(object))) }, []string{"money.refund", "money.balance", "money.account"}},
		"refund failed":       {refunds, first(anyOne, func(o object) { o["status"] = "failed" }), []string{"money.refund", "money.balance", "money.account"}},
		"refund forgotten":    {refunds, func([]any) []any { return []any{} }, []string{"money.refund", "money.balance", "money.account"}},
		"a cent more moved":   {movements, first(anyOne, func(o object) { o["amount"] = o["amount"].(float64) + 1 }), []string{"money.account"}},
		"it did not move":     {movements, func(all []any) []any { return all[1:] }, []string{"money.account"}},
		"moved twice":         {movements, func(all []any) []any { return append(all, with(all[0].(object), "id", "txn_other")) }, []string{"money.account"}},
		"moved for nothing": {movements, func(all []any) []any {
			return append(all, with(all[0].(object), "id", "txn_other", "source", "ch_other"))
		}, []string{"money.account"}},
		"taken back by a bank": {movements, func(all []any) []any {
			return append(all, with(all[0].(object), "id", "txn_other", "source", "du_1", "reporting_category", "dispute"))
		}, []string{"money.account"}},
	} {
		s.Run(name, func(t *testing.T) {
			if names, r := s.audit(t, s.forged(t, c.path, c.change), bothMarkets); !slices.Equal(names, c.want) {
				t.Errorf("found %v, want %s: %+v", names, c.want, r.Findings)
			}
		})
	}
	s.Run("paid without an order", func(t *testing.T) {
		s.pay(t, "charge:999", 5000)
		if names, r := s.audit(t, s.stripe.URL, bothMarkets); !slices.Equal(names, []string{"money.stray"}) {
			t.Errorf("found %v: %+v", names, r.Findings)
		}
	})
}

// with is a copy of an object with other values.
func with(o object, changes ...any) object {
	made := object{}
	for name, value := range o {
		made[name] = value
	}
	for i := 0; i+1 < len(changes); i += 2 {
		made[changes[i].(string)] = changes[i+1]
	}
	return made
}

// byHand is a refund of the same payment that someone made in Stripe's dashboard.
func byHand(o object) object { return with(o, "id", "re_other", "metadata", object{}) }

// pay pays at Stripe under a key, past the shop.
func (s *stripeShop) pay(t *testing.T, key string, amount int) {
	t.Helper()
	price := "line_items[0][price_data]"
	form := url.Values{
		"mode": {"payment"}, "line_items[0][quantity]": {"1"}, price + "[unit_amount]": {fmt.Sprint(amount)}, price + "[currency]": {"usd"},
		"payment_method_types[0]": {"card"}, "success_url": {"https://shop.example/"}, "metadata[payment_key]": {key},
		"payment_intent_data[metadata][payment_key]": {key},
	}
	req := httptest.NewRequest("POST", "/v1/checkout/sessions", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+stripetest.LiveKey)
	answer := httptest.NewRecorder()
	s.stripe.ServeHTTP(answer, req)
	var made struct{ ID string }
	if err := json.Unmarshal(answer.Body.Bytes(), &made); err != nil || answer.Code != 200 {
		t.Fatalf("%d %s %v", answer.Code, answer.Body, err)
	}
	s.stripe.Deliver(stripetest.Never)
	if err := s.stripe.Pay(made.ID); err != nil {
		t.Fatal(err)
	}
}
