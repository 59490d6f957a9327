package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

// kinds are the profiles, each over the time of a load: processor time, allocations, and waits for mutexes or anything
// else.
var kinds = map[string]string{"cpu": "profile", "allocs": "allocs", "mutex": "mutex", "block": "block"}

// profiles takes the configured profiles of the shop during the first measured load.
func (b *bench) profiles(ctx context.Context, l named) <-chan error {
	done := make(chan error, 1)
	if b.cfg.Profiles == "" || l.name == "warm-up" || len(b.phases) > 0 {
		done <- nil
		return done
	}
	go func() {
		var all sync.WaitGroup
		wrong := make(chan error, len(kinds))
		for kind := range kinds {
			all.Go(func() { wrong <- b.profile(ctx, kind, max(1, int(l.lasts.Seconds()))) })
		}
		all.Wait()
		close(wrong)
		var err error
		for one := range wrong {
			err = errors.Join(err, one)
		}
		done <- err
	}()
	return done
}

// profile takes one profile and writes it to its file.
func (b *bench) profile(ctx context.Context, kind string, seconds int) error {
	profile, err := b.shop.ask(ctx, http.MethodGet, fmt.Sprintf("/debug/pprof/%s?seconds=%d", kinds[kind], seconds), nil)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.cfg.Profiles, kind+".pprof"), profile, 0o600)
}
