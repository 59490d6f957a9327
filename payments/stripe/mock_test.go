package stripe

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe/stripetest"
)

// mock starts Stripe's own mock server, which knows the form of each request and answer and remembers nothing, and returns
// its address.
func mock(t *testing.T) string {
	t.Helper()
	path, err := exec.Command("go", "-C", "../../tools/stripemock", "tool", "-n", "stripe-mock").Output()
	if err != nil {
		t.Fatalf("stripe-mock does not build: %v", err)
	}
	command := exec.Command(strings.TrimSpace(string(path)), "-http-addr", "127.0.0.1:0")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it has no other end
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "at address: "); ok {
			go io.Copy(io.Discard, out)
			return "http://" + address
		}
	}
	t.Fatal("stripe-mock does not say where it listens")
	return ""
}

// statuses notes how each request is answered.
type statuses struct {
	t    *testing.T
	seen []string
}

func (s *statuses) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		s.seen = append(s.seen, fmt.Sprintf("%s %s: %d", r.Method, r.URL.Path, res.StatusCode))
		if got := r.Header.Get("Stripe-Version"); got != api.APIVersion {
			s.t.Errorf("%s asks in version %q", r.URL.Path, got)
		}
		if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, "/expire") && !strings.HasPrefix(r.Header.Get("Idempotency-Key"), "key-") {
			s.t.Errorf("%s has the idempotency key %q", r.URL.Path, r.Header.Get("Idempotency-Key"))
		}
	}
	return res, err
}

func (s *statuses) want(want ...string) {
	s.t.Helper()
	if got := strings.Join(s.seen, "\n"); got != strings.Join(want, "\n") {
		s.t.Errorf("asked\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	s.seen = nil
}

var began = time.Now().Truncate(time.Second)

// requests are what the shop asks for: each method, with all that a page may need and with the least.
func requests() []payments.Request {
	card := payments.Request{
		Key: "key-1", OrderID: 7, Method: payments.Card, Amount: money.Amount{Minor: 15000, Currency: "USD"}, Test: true, Begun: began,
		Until: began.Add(time.Hour), Email: "ada@example.com", Language: "en", Back: "https://shop.example/paid?order=7",
	}
	voucher := card
	voucher.Method, voucher.Amount.Currency, voucher.Language, voucher.Until = payments.CashVoucher, "MXN", "es-419", began.Add(72*time.Hour)
	least := card
	least.Email, least.Language, least.Begun, least.Until = "", "tlh", time.Time{}, time.Time{}
	return []payments.Request{card, voucher, least}
}

// TestStripesMockUnderstandsEachRequest: whatever has another form than Stripe's API says is answered 400 there.
func TestStripesMockUnderstandsEachRequest(t *testing.T) {
	seen := &statuses{t: t}
	base := mock(t)
	p, err := New(Config{TestKey: stripetest.TestKey, BaseURL: base, Transport: seen})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range requests() {
		if err := p.test.call(t.Context(), http.MethodPost, sessions, p.ask(r), &api.CheckoutSession{}); err != nil {
			t.Errorf("begin: %v", err)
		}
		seen.want("POST /v1/checkout/sessions: 200")
	}
	if _, err := p.test.session(t.Context(), "cs_test_1"); err != nil {
		t.Errorf("find: %v", err)
	}
	seen.want("GET /v1/checkout/sessions/cs_test_1: 200")
	_, _ = p.test.close(t.Context(), payments.Request{Reference: "cs_test_1"}) // the mock has no payment of ours
	seen.want("POST /v1/checkout/sessions/cs_test_1/expire: 200")
	r := payments.Refund{Key: "key-2", PaymentKey: "key-1", Amount: money.Amount{Minor: 100, Currency: "USD"}, Test: true}
	if _, err := p.test.made(t.Context(), "pi_1", r); err != nil {
		t.Errorf("refunds: %v", err)
	}
	if _, err := p.test.refund(t.Context(), "pi_1", r); err != nil {
		t.Errorf("refund: %v", err)
	}
	seen.want("GET /v1/refunds: 200", "POST /v1/refunds: 200")
	if _, err := p.keyOf(t.Context(), "pi_1", true); err != nil {
		t.Errorf("payment: %v", err)
	}
	seen.want("GET /v1/payment_intents/pi_1: 200")
	of := Page{Test: true, From: began, Before: began.Add(time.Hour), After: "x_1"}
	if all, _, err := p.Sessions(t.Context(), of); err != nil || len(all) == 0 {
		t.Errorf("sessions: %v, %v", all, err)
	}
	if all, _, err := p.Refunds(t.Context(), of); err != nil || len(all) == 0 {
		t.Errorf("refunds: %v, %v", all, err)
	}
	if all, _, err := p.Movements(t.Context(), of); err != nil || len(all) == 0 {
		t.Errorf("balance: %v, %v", all, err)
	}
	seen.want("GET /v1/checkout/sessions: 200", "GET /v1/refunds: 200", "GET /v1/balance_transactions: 200")
	for what, want := range map[string]string{"unit_amount=x": "400", "color=red": "400", "mode=payment": "200"} {
		if got := status(t, http.MethodPost, base+"/v1/checkout/sessions", what); got != want {
			t.Errorf("the mock answers %s to %s, want %s: it checks too little", got, what, want)
		}
	}
}
