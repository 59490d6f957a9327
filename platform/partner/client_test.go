package partner_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

const token = "hush-hush-token"

func TestEachCallEndsWithItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		route := served(t, partner.Options{Timeout: 700 * time.Millisecond}, hangs)
		for name, call := range calls(route) {
			start := time.Now()
			wantCode(t, name, call(t.Context(), false), fault.Unavailable)
			if took := time.Since(start); took != 700*time.Millisecond {
				t.Errorf("%s took %v, want 700ms", name, took)
			}
		}
	})
}

func TestEachCallEndsWithItsContext(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server notices only then that the client has gone
		arrived <- struct{}{}
		<-r.Context().Done()
		gone <- struct{}{}
	}))
	defer server.Close()
	c := newClient(t, server.URL, server.Client().Transport, partner.Options{Timeout: time.Hour})
	for name, call := range calls(partner.Route{Live: c, Test: c}) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		err := call(ctx, false)
		wantCode(t, name, err, fault.Unavailable)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s lost the cause: %v", name, err)
		}
		<-gone
	}
}

func TestRequestsCarryTheirHeaders(t *testing.T) {
	keys := map[string]string{
		"Check": theCheck.Key, "Refill": theRefill.Key, "Consign": theDelivery.Key, "Record": theSale.Key, "Find": "",
	}
	var got http.Header
	route := served(t, partner.Options{Token: token}, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0xab}, SpanID: trace.SpanID{0xcd}, TraceFlags: trace.FlagsSampled,
	}))
	for name, call := range calls(route) {
		_ = call(ctx, false) // its empty answer does not matter
		for header, want := range map[string]string{
			"Idempotency-Key": keys[name],
			"User-Agent":      "acme-webshop",
			"Authorization":   "Bearer " + token,
			"Traceparent":     "00-ab000000000000000000000000000000-cd00000000000000-01",
		} {
			if got.Get(header) != want {
				t.Errorf("%s sends %s: %q, want %q", name, header, got.Get(header), want)
			}
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	requests := 0
	route := served(t, partner.Options{Token: token}, func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "http://elsewhere.test/", http.StatusTemporaryRedirect)
	})
	wantCode(t, "Record", calls(route)["Record"](t.Context(), false), fault.Unavailable)
	if requests != 1 {
		t.Errorf("%d requests, want 1", requests)
	}
}

func TestNewClientRefusesBadURLs(t *testing.T) {
	for _, base := range []string{
		"", "shop", "localhost:9000", "/path", "ftp://host", "http://", "http://us%zz",
		"http://me:pw@host", "http://h?q=1", "http://h#f",
	} {
		_, err := partner.NewClient("the partner", base, nil, partner.Options{})
		if err == nil || !strings.Contains(err.Error(), "the partner") || strings.Contains(err.Error(), "pw") {
			t.Errorf("NewClient(%q): %v, want an error that names the partner and no password", base, err)
		}
	}
}
