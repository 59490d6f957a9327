package app

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestAProcessKnowsWhetherItReachesTheStore: one failed ping is no loss, two are, and an answer ends it.
func TestAProcessKnowsWhetherItReachesTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		var r reach
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go r.watch(ctx, func(ctx context.Context) error {
			if !down.Load() {
				return nil
			}
			<-ctx.Done() // it hangs
			return errors.New("no answer")
		})
		able := func(want bool, after time.Duration) {
			t.Helper()
			time.Sleep(after)
			if synctest.Wait(); r.able() != want {
				t.Errorf("able: %v, want %v", r.able(), want)
			}
		}
		able(true, 10*time.Second)
		down.Store(true)
		able(true, reachEvery+reachTimeout)
		able(false, reachEvery+reachTimeout)
		down.Store(false)
		able(true, reachEvery+reachTimeout)
	})
}
