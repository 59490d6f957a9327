package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/platform/partner/simulator"
)

func TestAKeyWorksOnce(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, j := range jobs {
		first := post(p, j.url(), "key:1", j.body)
		if first.Code != http.StatusOK {
			t.Fatalf("POST %s: %d %s", j.url(), first.Code, first.Body)
		}
		again := post(p, j.url(), "key:1", strings.ReplaceAll(j.body, ",", " ,\n "))
		if again.Code != first.Code || again.Body.String() != first.Body.String() {
			t.Errorf("POST %s again: %d %s; want %d %s", j.url(), again.Code, again.Body, first.Code, first.Body)
		}
		wantProblem(t, "another body for "+j.url(), post(p, j.url(), "key:1", j.other), 422, "key-reused")
		wantProblem(t, "no key for "+j.url(), post(p, j.url(), "", j.body), 400, "Idempotency-Key")
		long := post(p, j.url(), strings.Repeat("k", 256), j.body)
		wantProblem(t, "a long key for "+j.url(), long, 400, "Idempotency-Key")
		if n := len(records(t, p, j.partner)); n != 1 {
			t.Errorf("%s has %d records, want 1", j.partner, n)
		}
		want := simulator.Counters{Calls: 5, Done: 1, Repeated: 1, Refused: 1}
		if got := stateOf(t, p, j.partner).Counters; got != want {
			t.Errorf("%s counts %+v, want %+v", j.partner, got, want)
		}
	}
}

func TestAKeyWorksOnceWhenManyComeAtOnce(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, j := range jobs {
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				if w := post(p, j.url(), fmt.Sprint("key:", i%4), j.body); w.Code != http.StatusOK {
					t.Errorf("POST %s: %d %s", j.url(), w.Code, w.Body)
				}
				records(t, p, j.partner)
				p.States()
			})
		}
		all.Wait()
		if n := len(records(t, p, j.partner)); n != 4 {
			t.Errorf("%s has %d records, want one for each of 4 keys", j.partner, n)
		}
	}
}

func TestBadRequestsDoNothing(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, j := range jobs {
		for what, c := range map[string]struct {
			body   string
			status int
			text   string
		}{
			"empty":         {``, 400, "malformed"},
			"not JSON":      {`{"orderId":7`, 400, "malformed"},
			"null":          {`null`, 400, "malformed"},
			"a list":        {`[]`, 400, "malformed"},
			"two objects":   {j.body + j.body, 400, "malformed"},
			"a stray brace": {j.body + `}`, 400, "malformed"},
			"too large":     {`{"orderId":7,"x":"` + strings.Repeat("x", 64<<10) + `"}`, 413, "too-large"},
			"no order":      {strings.Replace(j.body, "7", "0", 1), 400, "orderId"},
			"negative":      {strings.Replace(j.body, "7", "-7", 1), 400, "orderId"},
			"a fraction":    {strings.Replace(j.body, "7", "7.5", 1), 400, "orderId"},
			"a string":      {strings.Replace(j.body, "7", `"7"`, 1), 400, "orderId"},
			"huge":          {strings.Replace(j.body, "7", "99999999999999999999", 1), 400, "orderId"},
			"unknown field": {strings.Replace(j.body, "{", `{"colour":"red",`, 1), 400, "colour"},
		} {
			wantProblem(t, what+" at "+j.url(), post(p, j.url(), "key:"+what, c.body), c.status, c.text)
		}
		if n := len(records(t, p, j.partner)); n != 0 {
			t.Errorf("%s has %d records of bad requests", j.partner, n)
		}
	}
}

func TestBadFieldsAreNamed(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, c := range []struct {
		url, body string
		names     []string
	}{
		{"/payments-us/charges", `{}`, []string{"orderId", "currency"}},
		{"/payments-us/charges", `{"orderId":1,"amount":-1,"currency":"usd"}`, []string{"amount", "currency"}},
		{"/payments-us/refunds", `{}`, []string{"chargeKey", "amount", "currency"}},
		{"/payments-us/refunds", `{"chargeKey":"c","amount":-5,"currency":"USD"}`, []string{"amount"}},
		{"/stockist/refills", `{}`, []string{"orderId", "skus", "callbackUrl"}},
		{"/stockist/refills", `{"orderId":1,"skus":["A",""],"callbackUrl":"/relative"}`, []string{"skus", "callbackUrl"}},
		{"/stockist/refills", `{"orderId":1,"skus":["A"],"callbackUrl":"file:///etc/passwd"}`, []string{"callbackUrl"}},
		{"/carrier/consignments", `{}`, []string{"orderId", "time", "name", "street", "city"}},
		{"/carrier/consignments", `{"orderId":1,"time":"soon"}`, []string{"RFC 3339"}},
		{"/books/entries", `{"orderId":1,"amount":-1}`, []string{"kind", "amount", "currency"}},
	} {
		w := post(p, c.url, "key:1", c.body)
		if w.Code != 400 {
			t.Errorf("%s %s: %d %s", c.url, c.body, w.Code, w.Body)
		}
		for _, name := range c.names {
			if !strings.Contains(w.Body.String(), name) {
				t.Errorf("%s %s: %s does not name %s", c.url, c.body, w.Body, name)
			}
		}
	}
}
