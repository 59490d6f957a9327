package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"
)

// TestServe serves the pages with a made-up API for a look in a browser, for as long as WEB_SERVE says:
//
//	WEB_SERVE=10m WEB_ADDR=127.0.0.1:8099 go test ./web -run TestServe -v -timeout 0
//
// Its orders move one step every three seconds. What is typed as the name chooses the answer of createOrder:
// "declined", "price", "slow", "doubt", "lost" (made, but the answer never arrives the first time). The delivery keys
// "early", "cancelled", "already", "full" and "bad" open the sad pages, and the first time on offer is always just taken.
func TestServe(t *testing.T) {
	d, err := time.ParseDuration(os.Getenv("WEB_SERVE"))
	if err != nil {
		t.Skip("WEB_SERVE is not set to a duration")
	}
	server := &http.Server{Addr: os.Getenv("WEB_ADDR"), Handler: newFakeShop()}
	time.AfterFunc(d, func() { _ = server.Close() })
	t.Logf("serving http://%s: %v", server.Addr, server.ListenAndServe())
}

type fakeShop struct {
	mu     sync.Mutex
	orders map[string]*fakeOrder // by Idempotency-Key
	booked map[string]string
}

type fakeOrder struct {
	id    int
	draft map[string]any
	made  time.Time
	lost  bool
}

func newFakeShop() http.Handler {
	f := &fakeShop{orders: map[string]*fakeOrder{}, booked: map[string]string{}}
	mux := http.NewServeMux()
	mux.Handle("/", Handler())
	mux.HandleFunc("GET /catalog", f.catalog)
	mux.HandleFunc("POST /createOrder", f.createOrder)
	mux.HandleFunc("GET /trackOrder", f.trackOrder)
	mux.HandleFunc("GET /deliveryTimes", f.deliveryTimes)
	mux.HandleFunc("POST /bookDelivery", f.bookDelivery)
	return mux
}

// TestFakeShopSpeaksTheAPI keeps the made-up API honest enough to look at pages with.
func TestFakeShopSpeaksTheAPI(t *testing.T) {
	server := httptest.NewServer(newFakeShop())
	defer server.Close()
	for path, want := range map[string]int{"/catalog?market=MX": 200, "/catalog?market=XX": 422, "/deliveryTimes?order=k": 200, "/trackOrder?key=x": 401, "/": 200} {
		answer, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", path, answer.StatusCode, want)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}
