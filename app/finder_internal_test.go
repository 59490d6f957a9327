package app

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// TestWhoGotNoLinksMayAskAgain: at once after a failure, and when very many are being looked for; else after a while.
func TestWhoGotNoLinksMayAskAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks int
		failure := errors.New("the mail server is away")
		f := &finder{
			orders: func(context.Context, string, int) ([]order.Order, error) { looks++; return nil, failure },
			now:    time.Now, log: slog.New(slog.DiscardHandler), sought: make(chan sought, 1), seed: maphash.MakeSeed(), asked: map[uint64]time.Time{},
		}
		ask := func(address string, want int) {
			t.Helper()
			if err := f.find(t.Context(), address, 0); err != nil {
				t.Fatal(err)
			}
			if synctest.Wait(); looks != want {
				t.Errorf("%s was looked for %d times, want %d", address, looks, want)
			}
		}
		ask("ada@example.com", 0) // no one works yet
		for range 2 {
			if err := f.find(t.Context(), "bob@example.com", 0); fault.CodeOf(err) != fault.Unavailable {
				t.Errorf("with a full queue: %v", err)
			}
		}
		go f.run(t.Context())
		synctest.Wait()
		ask("ada@example.com", 2)
		failure = nil
		ask("ada@example.com", 3)
		ask("ada@example.com", 3)
		time.Sleep(findEvery)
		ask("ada@example.com", 4)
	})
}
