package audit

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"acme.example/webshop/payments/stripe/stripetest"
)

// TestStripesKeyGoesNowhereElse: over a network only encrypted, and after no redirect.
func TestStripesKeyGoesNowhereElse(t *testing.T) {
	s := newStandIn(t)
	if _, err := newStripeAccount("http://stripe.example", stripetest.LiveKey); err == nil {
		t.Error("the key goes over a network in the clear")
	}
	away := httptest.NewServer(http.RedirectHandler(s.place.url, http.StatusFound))
	defer away.Close()
	if err := s.placeAt(away.URL, stripetest.LiveKey).readStripe(t.Context(), "here", false); err == nil || len(s.asked) > 0 {
		t.Errorf("%v; asked %q", err, s.asked)
	}
}

// TestStripesMockServerUnderstands each request, and answers in the form that is read.
func TestStripesMockServerUnderstands(t *testing.T) {
	s := newStandIn(t)
	p := s.placeAt(mock(t), "sk_test_123")
	for range 2 { // the second time from a moment on
		if err := p.readStripe(t.Context(), "here", false); err != nil {
			t.Fatal(err)
		}
	}
	charges, refunds := p.of("charge", 0), p.of("refund", 0)
	if len(charges) != 1 || charges[0].reference == "" || len(refunds) != 1 || refunds[0].amount == 0 || len(p.stripe.movements) != 1 {
		t.Errorf("read %+v, %+v, %+v", list(charges), list(refunds), p.stripe.movements)
	}
	for _, m := range p.stripe.movements {
		if m.Category == "" || m.Source == "" || m.Amount == 0 || m.Currency == "" || m.Created == 0 {
			t.Errorf("moved %+v", m)
		}
	}
}

// mock starts Stripe's own mock server, and returns its address.
func mock(t *testing.T) string {
	t.Helper()
	path, err := exec.Command("go", "-C", "../../tools/stripemock", "tool", "-n", "stripe-mock").Output()
	if err != nil {
		t.Fatalf("stripe-mock does not build: %v", err)
	}
	command := exec.Command(strings.TrimSpace(string(path)), "-http-addr", "127.0.0.1:0")
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it has no other end
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "at address: "); ok {
			return "http://" + address
		}
	}
	t.Fatal("stripe-mock does not say where it listens")
	return ""
}
