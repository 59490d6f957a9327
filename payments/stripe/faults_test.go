package stripe_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/payments/stripe/stripetest"
	"acme.example/webshop/platform/fault"
)

// TestFaultsOfStripe says of each whether the payment may have begun.
func TestFaultsOfStripe(t *testing.T) {
	for name, c := range map[string]struct {
		fault    stripetest.Fault
		code     fault.Code
		notBegun bool
	}{
		"no such key":    {stripetest.Fault{Status: 401, Type: "invalid_request_error"}, fault.Unavailable, true},
		"key may not":    {stripetest.Fault{Status: 403, Type: "invalid_request_error"}, fault.Unavailable, true},
		"rate limit":     {stripetest.Fault{Status: 429, Type: "invalid_request_error", Code: "rate_limit"}, fault.Unavailable, true},
		"lock":           {stripetest.Fault{Status: 429, Type: "invalid_request_error", Code: "lock_timeout"}, fault.Unavailable, false},
		"in work":        {stripetest.Fault{Status: 409, Type: "idempotency_error", Code: "idempotency_key_in_use"}, fault.InProgress, false},
		"error":          {stripetest.Fault{Status: 500, Type: "api_error"}, fault.Unavailable, false},
		"away":           {stripetest.Fault{Status: 503, Type: "api_error"}, fault.Unavailable, false},
		"no such thing":  {stripetest.Fault{Status: 404, Type: "invalid_request_error"}, fault.Unavailable, false},
		"a redirect":     {stripetest.Fault{Status: 302}, fault.Unavailable, false},
		"lost":           {stripetest.Fault{Lost: true}, fault.Unavailable, false},
		"lost and wrong": {stripetest.Fault{Lost: true, Status: 400}, fault.Unavailable, false},
	} {
		w := newWorld(t)
		w.stripe.Next(c.fault)
		_, err := w.Begin(w.Context(), w.card("key-1"))
		if fault.CodeOf(err) != c.code || isNotBegun(err) != c.notBegun || fault.Permanent(err) {
			t.Errorf("%s: %v (%s), not begun %t", name, err, fault.CodeOf(err), isNotBegun(err))
		}
		w.begin(w.card("key-1"))
	}
}

// TestKeysAreNotInErrorsNorInTheLog, and a key that Stripe does not accept is named.
func TestKeysAreNotInErrorsNorInTheLog(t *testing.T) {
	var log bytes.Buffer
	const key = "sk_live_notTheStandIns"
	w := newWorld(t, func(c *stripe.Config) { c.LiveKey, c.Log = key, slog.New(slog.NewTextHandler(&log, nil)) })
	_, err := w.Begin(w.Context(), w.card("key-1"))
	if _, quoted := errors.AsType[fault.Quote](err); quoted {
		t.Error("the error quotes what Stripe says of the key")
	}
	if !isNotBegun(err) || !strings.Contains(err.Error(), "does not accept the live key") {
		t.Error(err)
	}
	if text := err.Error() + log.String(); strings.Contains(text, key) || strings.Contains(text, "Bearer") || strings.Contains(text, "ada@example.com") {
		t.Error(text)
	}
}

// TestNobodyIsThere: without a connection nothing was begun; after one, or without an end to the answer, that is open.
func TestNobodyIsThere(t *testing.T) {
	off := httptest.NewServer(nil)
	off.Close()
	never := make(chan struct{})
	mute := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-never }))
	defer mute.Close()
	defer close(never)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer other.Close()
	for base, notBegun := range map[string]bool{off.URL: true, mute.URL: false, other.URL: false} {
		w := newWorld(t, func(c *stripe.Config) { c.BaseURL, c.Timeout = base, 200*time.Millisecond })
		_, err := w.Begin(w.Context(), w.card("key-1"))
		if fault.CodeOf(err) != fault.Unavailable || isNotBegun(err) != notBegun {
			t.Errorf("%s: %v, not begun %t", base, err, isNotBegun(err))
		}
	}
	w := newWorld(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Begin(gone, w.card("key-1")); fault.CodeOf(err) != fault.Unavailable {
		t.Error(err)
	}
}

// TestAway: after many failures Stripe is left alone, and the shop says so before it tries.
func TestAway(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		w.stripe.Next(stripetest.Fault{Status: 500})
		_, _ = w.Begin(w.Context(), w.card("key-1")) // it fails
	}
	if err := w.Ready(false); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("ready: %v", err)
	}
	if _, err := w.Begin(w.Context(), w.card("key-2")); !isNotBegun(err) {
		t.Errorf("begun: %v", err)
	}
	if v := w.Clients()[0].Health().Vitals(); !v.Failing || v.Kinds[0] != "answered 500" {
		t.Errorf("%+v", v)
	}
	if w.Ready(true) != nil {
		t.Error("test orders have a key and a client of their own")
	}
}
