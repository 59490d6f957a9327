package systemtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/build"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGoodShopPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &fakeShop{bookAfter: 3 * time.Second}
		cfg := dozen(t)
		var out bytes.Buffer
		cfg.Out, cfg.Seed = &out, 7
		got, err := run(t.Context(), cfg, inMemory{shop})
		if err != nil {
			t.Fatal(err)
		}
		way := 3 * time.Second
		want := Summary{
			TestID: got.TestID, Seed: 7, Orders: 12, Acknowledged: 12, Arrived: 12,
			FinishedPerSecond: 4, ToDelivery: Latencies{P50: way, P95: way, P99: way, Max: way},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		wantOut := "created 12 of 12 in 0s\n" +
			"delivered 0 of 12\ndelivered 0 of 12\ndelivered 12 of 12 in 3s\n" + got.String()
		if diff := cmp.Diff(wantOut, out.String()); diff != "" {
			t.Error(diff)
		}
		if shop.questions > 18 {
			t.Errorf("asked %d times in 3 s", shop.questions)
		}
	})
}

func TestSameSeedTestsTheSameShopAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop, cfg := &fakeShop{}, dozen(t)
		cfg.Concurrency = 1 // so that they come in the order of the seed
		first, err := run(t.Context(), cfg, inMemory{shop})
		if err != nil {
			t.Fatal(err)
		}
		second, err := run(t.Context(), cfg, inMemory{shop})
		if err != nil {
			t.Fatal(err)
		}
		if first.TestID == second.TestID || first.TestID < 1 || second.TestID < 1 {
			t.Errorf("testIds %d and %d", first.TestID, second.TestID)
		}
		if a, b := shop.created[3], shop.created[15]; a.CustomerName != b.CustomerName || a.OrderID == b.OrderID {
			t.Errorf("4th order of the runs: %+v and %+v", a, b)
		}
	})
}

func TestInterruptedWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		time.AfterFunc(5*time.Second, interrupt)
		got, err := run(ctx, dozen(t), inMemory{&fakeShop{bookAfter: time.Hour}})
		failure, ok := errors.AsType[*Failure](err)
		if !ok || !errors.Is(err, context.Canceled) || len(failure.Problems) != 0 {
			t.Errorf("error %v", err)
		}
		if got.Acknowledged != 12 || got.Arrived != 0 {
			t.Errorf("summary %+v", got)
		}
	})
}

func TestInterruptedWhileSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		shop := &fakeShop{answer: func(n int, _ http.ResponseWriter, _ *http.Request) bool {
			if n == 6 {
				interrupt()
			}
			return false
		}}
		got, err := run(ctx, dozen(t), inMemory{shop})
		failure, ok := errors.AsType[*Failure](err)
		if !ok || !errors.Is(err, context.Canceled) || len(failure.Problems) != 0 {
			t.Errorf("error %v", err)
		}
		if got.Acknowledged < 6 || got.Acknowledged > 8 {
			t.Errorf("summary %+v", got)
		}
	})
}

func TestOverTheNetwork(t *testing.T) {
	var connections, inFlight, most atomic.Int64
	shop := &fakeShop{}
	public := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), inFlight.Add(1)))
		defer inFlight.Add(-1)
		shop.ServeHTTP(w, r)
	}))
	public.Config.ConnState = countNew(&connections)
	public.Start()
	defer public.Close()
	private := httptest.NewServer(needsToken("letmein", shop))
	defer private.Close()

	var out bytes.Buffer
	cfg := Config{PublicURL: public.URL + "/", PrivateURL: private.URL, Token: "letmein", Orders: 60, Concurrency: 4,
		Out: &out, JSON: true}
	got, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if connections.Load() > 5 || most.Load() > 4 {
		t.Errorf("%d connections and %d requests at a time; concurrency is 4", connections.Load(), most.Load())
	}
	for _, h := range shop.seenHeader {
		if h.Get("Authorization") != "" {
			t.Fatal("the token was sent to the public listener")
		}
	}
	var told struct{ TestID, Arrived int64 }
	if err := json.Unmarshal(out.Bytes(), &told); err != nil || told.TestID != got.TestID || told.Arrived != 60 {
		t.Errorf("%v: %s", err, out.String())
	}
	if strings.Contains(out.String(), "letmein") {
		t.Error("the token was printed")
	}
}

func countNew(connections *atomic.Int64) func(_ net.Conn, state http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
}

func needsToken(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestSummaryThatCannotBeWrittenIsAnError(t *testing.T) {
	cfg := dozen(t)
	cfg.Out = brokenPipe{}
	if _, err := run(t.Context(), cfg, inMemory{&fakeShop{}}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}

func TestWitnessImportsNothingOfTheShop(t *testing.T) {
	p, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(p.Imports, p.TestImports...) {
		if strings.HasPrefix(path, "acme.example/") {
			t.Errorf("imports %s; a witness must not share a mistake with the shop", path)
		}
	}
}
