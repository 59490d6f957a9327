package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
)

// TestALaterSuccessSettlesAParkedReceipt: an event is delivered a second time while its first handler waits for the
// partner. The partner refuses the second call for good, and then answers the first one.
func TestALaterSuccessSettlesAParkedReceipt(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	refused := make(chan struct{})
	books := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			<-refused
			fmt.Fprint(w, `{"reference":"b1","status":"booked"}`)
			return
		}
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"type":"/problems/refused","detail":"the first call with this key is still in work"}`)
	}))
	t.Cleanup(books.Close)
	s := start(t, func(c *app.Config) { c.BooksURL, c.PartnerTimeout = books.URL, 10*time.Second })
	id := s.create(realOrder("Twice at once")).OrderID
	s.eventually("the first call is under way", func() bool { return calls.Load() == 1 })
	if err := s.DeliverAgain(t.Context(), id, event.TypeOrderPlaced, "finance.OrderPlaced"); err != nil {
		t.Fatal(err)
	}
	s.eventually("the second handler gave it up", func() bool { return s.receipt(id, "finance.OrderPlaced").State == "parked" })
	close(refused)
	s.eventually("the receipt is done", func() bool { return s.receipt(id, "finance.OrderPlaced").State == "done" })
	if n := calls.Load(); n != 2 {
		t.Errorf("%d calls", n)
	}
}
