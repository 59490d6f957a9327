package systemtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// first answers the first n tries of createOrder with a status and a Retry-After.
func first(n, status int, retryAfter string) *fakeShop {
	return &fakeShop{answer: func(try int, w http.ResponseWriter, _ *http.Request) bool {
		if try > n {
			return false
		}
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		return true
	}}
}

func TestComesBackLater(t *testing.T) {
	for name, c := range map[string]struct {
		shop    *fakeShop
		wait    time.Duration
		retries int
	}{
		"503, as asked":      {first(2, 503, "7"), 14 * time.Second, 2},
		"503, at once":       {first(3, 503, "0"), 0, 3},
		"503, by itself":     {first(3, 503, ""), (250 + 500 + 1000) * time.Millisecond, 3},
		"503, with a date":   {first(1, 503, "Sat, 01 Jan 2000 00:00:00 GMT"), 250 * time.Millisecond, 1},
		"503, next year":     {first(1, 503, "31536000"), 30 * time.Second, 1},
		"429":                {first(1, 429, "2"), 2 * time.Second, 1},
		"409 still at first": {first(1, 409, "2"), 2 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := dozen(t)
				cfg.Orders = 1
				start := time.Now()
				got, err := run(t.Context(), cfg, inMemory{c.shop})
				if err != nil || got.Retries != c.retries || got.CreateOrder.Max != c.wait || time.Since(start) != c.wait {
					t.Errorf("error %v, summary %+v", err, got)
				}
				for _, h := range c.shop.seenHeader {
					if key := h.Get("Idempotency-Key"); key == "" || key != c.shop.seenHeader[0].Get("Idempotency-Key") {
						t.Errorf("retried under key %q", key)
					}
				}
			})
		})
	}
}

func TestGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := dozen(t)
		cfg.Orders = 1
		shop := first(1000, 503, "1")
		_, err := run(t.Context(), cfg, inMemory{shop})
		if err == nil || !strings.Contains(err.Error(), "no. 1: createOrder answered 503 Service Unavailable") {
			t.Errorf("error %v", err)
		}
		if shop.tries != 1+maxRetries {
			t.Errorf("%d tries", shop.tries)
		}
	})
}

func TestEveryOrderHasAKeyOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &fakeShop{}
		if _, err := run(t.Context(), dozen(t), inMemory{shop}); err != nil {
			t.Fatal(err)
		}
		if len(shop.keys) != 12 {
			t.Errorf("%d keys for 12 orders", len(shop.keys))
		}
	})
}

// flaky is a connection that breaks at the nth createOrder, before or after the shop has seen it.
type flaky struct {
	shop  *fakeShop
	fails func(n int) bool
	tries int
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := inMemory{f.shop}.RoundTrip(r)
	if r.URL.Path != "/createOrder" || r.Method != http.MethodPost || err != nil {
		return resp, err
	}
	if f.tries++; f.fails(f.tries) {
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader([]byte(`{"sta`)), brokenReader{}))
	}
	return resp, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBrokenConnectionIsTriedAgainAndDoublesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := dozen(t)
		cfg.Concurrency = 1
		got, err := run(t.Context(), cfg, &flaky{shop: &fakeShop{}, fails: func(n int) bool { return n == 4 || n == 5 }})
		if err != nil || got.Retries != 2 {
			t.Errorf("error %v, summary %+v", err, got)
		}
	})
}

func TestStopsSendingToAShopThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := dozen(t)
		cfg.Concurrency = 1
		got, err := run(t.Context(), cfg, &flaky{shop: &fakeShop{}, fails: func(n int) bool { return n > 4 }})
		for _, want := range []string{
			"no. 5: createOrder no answer from the shop: unexpected EOF",
			"7 orders were not sent, because the shop stopped answering",
			"order 1005: listed, but no createOrder answered with it; it is no. 5, whose customer was told that it failed",
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v\nwant %s", err, want)
			}
		}
		if got.Acknowledged != 4 || got.Arrived != 4 || got.Failures != 3 {
			t.Errorf("summary %+v", got)
		}
	})
}

func TestInterruptedWhileComingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithTimeout(t.Context(), 5*time.Second)
		defer interrupt()
		start := time.Now()
		_, err := run(ctx, dozen(t), inMemory{first(1000, 503, "20")})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 5*time.Second {
			t.Errorf("ended after %v: %v", time.Since(start), err)
		}
	})
}

// TestSendsTheTestToken with each try, to the public listener only, and nothing if there is none.
func TestSendsTheTestToken(t *testing.T) {
	for _, token := range []string{"", "the token for test orders"} {
		cfg, shop := dozen(t), first(1, 503, "0")
		cfg.Orders, cfg.TestToken = 1, token
		if _, err := run(t.Context(), cfg, inMemory{shop}); err != nil {
			t.Fatal(err)
		}
		for _, h := range shop.seenHeader {
			if got := h.Get("X-Test-Token"); got != token || len(h.Values("X-Test-Token")) > 1 {
				t.Errorf("sent %q, want %q", got, token)
			}
		}
	}
}
