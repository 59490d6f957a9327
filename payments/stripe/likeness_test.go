package stripe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"acme.example/webshop/payments/stripe/stripetest"
)

func ask(t *testing.T, method, address, form string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+stripetest.TestKey)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func status(t *testing.T, method, address, form string) string {
	t.Helper()
	return fmt.Sprint(ask(t, method, address, form).StatusCode)
}

func object(t *testing.T, method, address, form string) (o map[string]any) {
	t.Helper()
	res := ask(t, method, address, form)
	if err := json.NewDecoder(res.Body).Decode(&o); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d, %v", method, address, res.StatusCode, err)
	}
	return o
}

// TestTheStandInLooksLikeStripe: each object of the stand-in has only fields that Stripe's has, of the same kinds.
func TestTheStandInLooksLikeStripe(t *testing.T) {
	base, world := mock(t), &stripetest.Stripe{}
	server := httptest.NewServer(world)
	defer server.Close()
	world.URL = server.URL
	p, err := New(Config{TestKey: stripetest.TestKey, BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Begin(t.Context(), requests()[0])
	if err != nil {
		t.Fatal(err)
	}
	sessions := "/v1/checkout/sessions"
	looksLike(t, sessions, object(t, "GET", server.URL+sessions, ""), object(t, "GET", base+sessions, ""))
	if err := world.Pay(out.Reference); err != nil {
		t.Fatal(err)
	}
	one := sessions + "/" + out.Reference
	paid := object(t, "GET", server.URL+one, "")
	looksLike(t, one, paid, object(t, "GET", base+one, ""))
	intent, _ := paid["payment_intent"].(string)
	form := url.Values{"payment_intent": {intent}, "amount": {"100"}}.Encode()
	looksLike(t, "/v1/refunds", object(t, "POST", server.URL+"/v1/refunds", form), object(t, "POST", base+"/v1/refunds", form))
	for _, path := range []string{"/v1/payment_intents/" + intent, "/v1/refunds", "/v1/balance_transactions"} {
		looksLike(t, path, object(t, "GET", server.URL+path, ""), object(t, "GET", base+path, ""))
	}
}

// looksLike compares kinds. Stripe may leave a field out or empty, and what is in metadata is the shop's.
func looksLike(t *testing.T, where string, got, model any) {
	t.Helper()
	switch got := got.(type) {
	case map[string]any:
		model, ok := model.(map[string]any)
		if !ok {
			return // an id, or nothing, stands for the object
		}
		for name, value := range got {
			of, known := model[name]
			if !known {
				t.Errorf("%s.%s: Stripe has no such field", where, name)
			} else if name != "metadata" {
				looksLike(t, where+"."+name, value, of)
			}
		}
	case []any:
		if model, ok := model.([]any); !ok || len(model) == 0 {
			t.Errorf("%s: Stripe has no list there", where)
		} else if len(got) > 0 {
			looksLike(t, where, got[0], model[0])
		}
	default:
		if model != nil && got != nil && fmt.Sprintf("%T", got) != fmt.Sprintf("%T", model) {
			t.Errorf("%s is %T, in Stripe's %T", where, got, model)
		}
	}
}
