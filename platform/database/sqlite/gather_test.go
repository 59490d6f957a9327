package sqlite

import (
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/database"
)

// TestWritesWaitForOthersOnlyWhileTheShopIsBehind, and then until enough are there, or for a bounded time.
func TestWritesWaitForOthersOnlyWhileTheShopIsBehind(t *testing.T) {
	for _, c := range []struct {
		name            string
		waiting, writes int
		took            time.Duration
		groups          []int // how many writes each transaction has
	}{
		{"not behind", behind, 1, 0, []int{1}},
		{"alone", behind + 1, 1, longestPause, []int{1}},
		{"some", behind + 1, 10, longestPause, []int{10}},
		{"enough", behind + 1, 2 * enough, pause, []int{2 * enough}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "shop.db")
			synctest.Test(t, func(t *testing.T) {
				s, err := Open(t.Context(), path, time.Now)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				var groups []int
				s.OnGroup(func(writes int) { groups = append(groups, writes) })
				s.backlog.add(database.Backlog{Outside: c.waiting})
				begun, done := time.Now(), make(chan error, c.writes)
				for range c.writes {
					go func() { done <- s.Record(t.Context(), database.Action{What: "test"}) }()
				}
				for range c.writes {
					if err := <-done; err != nil {
						t.Error(err)
					}
				}
				if took := time.Since(begun); took != c.took || !slices.Equal(groups, c.groups) {
					t.Errorf("transactions of %v writes took %v, want %v and %v", groups, took, c.groups, c.took)
				}
			})
		})
	}
}
