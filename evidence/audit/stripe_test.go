package audit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/payments/stripe/stripetest"
)

// standIn is a stand-in for Stripe with a place that reads it.
type standIn struct {
	*testing.T
	*stripetest.Stripe
	place *place
	asked []string // paths and queries
	at    time.Time
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{T: t, at: time.Date(2026, 11, 29, 15, 0, 0, 0, time.UTC)}
	s.Stripe = &stripetest.Stripe{Now: func() time.Time { return s.at }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.URL.String())
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.place = s.placeAt(server.URL, stripetest.LiveKey)
	return s
}

func (s *standIn) placeAt(address, key string) *place {
	s.Helper()
	account, err := newStripeAccount(address, key)
	if err != nil {
		s.Fatal(err)
	}
	p := newPlace("payments-us", address)
	p.stripe = account
	return p
}

// post asks for something, as a shop does.
func (s *standIn) post(path string, form ...string) {
	s.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+stripetest.LiveKey)
	answer := httptest.NewRecorder()
	if s.ServeHTTP(answer, r); answer.Code != http.StatusOK {
		s.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
	}
}

// begin begins a payment of an order.
func (s *standIn) begin(key string, amount int, currency, method string) {
	s.Helper()
	price := "line_items[0][price_data]"
	s.post("/v1/checkout/sessions", "mode", "payment", "line_items[0][quantity]", "1", price+"[unit_amount]", fmt.Sprint(amount), price+"[currency]", currency,
		"payment_method_types[0]", method, "success_url", "https://shop.example/", "metadata[payment_key]", key)
}

// read reads the account, and returns the records of an order as "kind status amount currency".
func (s *standIn) read(order int64) (found []string) {
	s.Helper()
	s.asked = nil
	if err := s.place.readStripe(s.Context(), "here", false); err != nil {
		s.Fatal(err)
	}
	for _, kind := range []string{"charge", "refund"} {
		for _, r := range s.place.of(kind, order) {
			found = append(found, fmt.Sprintf("%s %s %d %s", r.kind, r.status, r.amount, r.currency))
		}
	}
	return found
}

func (s *standIn) want(order int64, want ...string) {
	s.Helper()
	if got := fmt.Sprint(s.read(order)); got != fmt.Sprint(want) {
		s.Errorf("read %s, want %s", got, want)
	}
}

func (s *standIn) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// TestWhatStripeHasIsReadAgain while it may change, and all else once.
func TestWhatStripeHasIsReadAgain(t *testing.T) {
	s := newStandIn(t)
	s.begin("charge:1-here-aaaa", 5000, "jpy", "card")
	s.want(1, "charge action-required 5000 JPY")
	s.must(s.Decline("cs_live_000000000001", "insufficient_funds"))
	s.want(1, "charge action-required 5000 JPY")
	s.must(s.Pay("cs_live_000000000001"))
	s.want(1, "charge succeeded 5000 JPY")
	s.begin("charge:2-here-bbbb", 5000, "mxn", "oxxo")
	s.at = s.at.Add(time.Hour)
	s.begin("charge:3-here-cccc", 5000, "usd", "card")
	s.must(s.TakeVoucher("cs_live_000000000005"))
	s.want(2, "charge pending 5000 MXN")
	s.at = s.at.AddDate(0, 0, 7)
	s.want(2, "charge failed 5000 MXN")
	s.want(3, "charge expired 5000 USD")
	s.post("/v1/refunds", "payment_intent", s.Payment("cs_live_000000000001"), "amount", "2000", "metadata[payment_key]", "charge:1-here-aaaa", "metadata[refund_key]", "refund:1-here-aaaa")
	s.post("/v1/refunds", "payment_intent", s.Payment("cs_live_000000000001"), "amount", "1000")
	s.want(1, "charge succeeded 5000 JPY", "refund succeeded 2000 JPY", "refund succeeded 1000 JPY")
	if last := s.place.of("refund", 1)[1]; last.key != "" || last.content != "charge:1-here-aaaa" {
		t.Errorf("the refund that was made by hand has key %q, payment %q", last.key, last.content)
	}
	s.must(s.SetRefunds("cs_live_000000000001", "failed"))
	s.want(1, "charge succeeded 5000 JPY", "refund failed 2000 JPY", "refund failed 1000 JPY")
	s.want(1, "charge succeeded 5000 JPY", "refund failed 2000 JPY", "refund failed 1000 JPY")
	if got := strings.Join(s.asked, " "); strings.Count(got, "created%5Bgte%5D") != 3 {
		t.Errorf("asked %s", got)
	}
}

// TestStripesListsAreReadToTheirEnd, and nothing of another installation is kept.
func TestStripesListsAreReadToTheirEnd(t *testing.T) {
	s := newStandIn(t)
	for i := range 250 {
		s.begin(fmt.Sprintf("charge:%d-here-aaaa", i+1), 5000, "usd", "card")
	}
	s.begin("charge:1-elsewhere-aaaa", 7000, "usd", "card")
	s.must(s.Pay("cs_live_000000000251"))
	s.post("/v1/refunds", "payment_intent", s.Payment("cs_live_000000000251"), "metadata[payment_key]", "charge:1-elsewhere-aaaa")
	s.want(1, "charge action-required 5000 USD")
	if len(s.place.records) != 250 || len(s.asked) != 5 {
		t.Errorf("%d records by %q", len(s.place.records), s.asked)
	}
	for source := range s.place.stripe.bySource() {
		if !s.place.stripe.others[source] {
			t.Errorf("%s is not known as another installation's", source)
		}
	}
}

// TestStripeIsTriedAgain when it is not available, and no error shows the key.
func TestStripeIsTriedAgain(t *testing.T) {
	s := newStandIn(t)
	s.begin("charge:1-here-aaaa", 5000, "usd", "card")
	s.Next(stripetest.Fault{Status: 429}, stripetest.Fault{Status: 503}, stripetest.Fault{Path: "refunds", Lost: true})
	s.want(1, "charge action-required 5000 USD")
	for name, c := range map[string]struct {
		fault stripetest.Fault
		key   string
		says  string
	}{
		"a wrong key":    {key: "sk_live_RECOGNIZABLE", says: "answered 401 Unauthorized: Stripe does not accept the key"},
		"a narrow key":   {stripetest.Fault{Status: 403}, stripetest.LiveKey, "the key may not read this"},
		"a wrong demand": {stripetest.Fault{Status: 400}, stripetest.LiveKey, "/v1/checkout/sessions answered 400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.fault.Status > 0 {
				s.Next(c.fault)
			}
			err := s.placeAt(s.place.url, c.key).readStripe(t.Context(), "here", false)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), c.key) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

// TestStripesAnswersAreNotTrusted: a list that is none, or that does not end, is an error.
func TestStripesAnswersAreNotTrusted(t *testing.T) {
	s := newStandIn(t)
	for body, says := range map[string]string{
		`{}`:                                "something else than a list",
		`<html>`:                            "invalid character",
		`{"object":"list","has_more":true}`: "does not get on",
		`{"object":"list","has_more":true,"data":[{"id":"cs_1"}]}`:                "does not get on",
		`{"object":"list","data":[{"id":"` + strings.Repeat("x", 17<<20) + `"}]}`: "unexpected EOF",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		if err := s.placeAt(server.URL, stripetest.LiveKey).readStripe(t.Context(), "here", false); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40s: %v, want %q", body, err, says)
		}
		server.Close()
	}
}
