package partner_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

func TestStatusesBecomeFaults(t *testing.T) {
	const problem, html = "application/problem+json", "text/html"
	for _, c := range []struct {
		status      int
		contentType string
		want        fault.Code
		permanent   bool
	}{
		{402, problem, fault.Declined, true},
		{404, problem, fault.NotFound, true},
		{404, html, fault.Unavailable, false},   // a wrong address says nothing about a charge
		{409, problem, fault.InProgress, false}, // the first request with this key may still be in work
		{422, problem, fault.Conflict, true},
		{400, problem, fault.Invalid, true},
		{405, html, fault.Invalid, true},
		{413, html, fault.Invalid, true},
		{301, html, fault.Unavailable, false},
		{304, html, fault.Unavailable, false},
		{401, problem, fault.Unavailable, false},
		{403, html, fault.Unavailable, false},
		{408, html, fault.Unavailable, false},
		{425, html, fault.Unavailable, false},
		{429, problem, fault.Unavailable, false},
		{500, html, fault.Unavailable, false},
		{502, problem, fault.Unavailable, false},
		{503, problem, fault.Unavailable, false},
		{504, html, fault.Unavailable, false},
		{599, html, fault.Unavailable, false},
	} {
		route := served(t, partner.Options{Token: token}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.contentType)
			w.WriteHeader(c.status)
			fmt.Fprint(w, `{"detail":"no room\nleft"}`)
		})
		for name, call := range calls(route) {
			err := call(t.Context(), false)
			wantCode(t, fmt.Sprintf("%s after %d %s", name, c.status, c.contentType), err, c.want)
			if fault.Permanent(err) != c.permanent {
				t.Errorf("%s after %d: permanent %v, want %v", name, c.status, !c.permanent, c.permanent)
			}
			wantDiscreet(t, err)
			if want := fmt.Sprintf("answered %d: %q", c.status, "no room\nleft"); !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s after %d tells the log %q, want it to end with %q", name, c.status, err, want)
			}
		}
	}
}

func TestUnclearAnswersAreUnavailable(t *testing.T) {
	for what, body := range map[string]string{
		"empty":             ``,
		"not JSON":          `<h1>Welcome</h1>`,
		"an empty object":   `{}`,
		"null":              `null`,
		"no reference":      `{"status":"succeeded","request":{"orderId":7,"amount":15000,"currency":"USD"}}`,
		"padded":            `{"reference":"r","status":"ready"}` + strings.Repeat(" ", 64<<10),
		"an unknown status": `{"reference":"","status":"perhaps"}`,
		"of a wrong type":   `{"reference":5}`,
		"cut":               `{"reference":"r","status":"succ`,
		"over 64 KiB":       `{"reference":"` + strings.Repeat("r", 64<<10) + `","status":"ready"}`,
	} {
		route := served(t, partner.Options{Token: token}, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		for name, call := range calls(route) {
			err := call(t.Context(), false)
			wantCode(t, name+" with an answer that is "+what, err, fault.Unavailable)
			wantDiscreet(t, err)
		}
	}
}

func TestANetworkErrorIsUnavailable(t *testing.T) {
	cause := errors.New("no such host")
	fails := func(*http.Request) (*http.Response, error) { return nil, cause }
	c := newClient(t, "http://partner.test", roundTrip(fails), partner.Options{Token: token})
	for name, call := range calls(partner.Route{Live: c, Test: c}) {
		err := call(t.Context(), false)
		wantCode(t, name, err, fault.Unavailable)
		wantDiscreet(t, err)
		if !errors.Is(err, cause) {
			t.Errorf("%s lost the cause: %v", name, err)
		}
	}
}

// wantDiscreet wants a public message that names the partner and nothing internal, and no token anywhere.
func wantDiscreet(t *testing.T, err error) {
	t.Helper()
	public := fault.ProblemOf(err).Detail
	leaks := strings.Contains(public, "partner.test") || strings.Contains(public, "room")
	if !strings.Contains(public, "the partner") || leaks {
		t.Errorf("the public message is %q", public)
	}
	if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, token) || strings.Contains(text, "partner.test") {
		t.Errorf("the error tells too much: %s", text)
	}
}
