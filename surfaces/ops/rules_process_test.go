package ops_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// town is processes with a heartbeat every four seconds, as the database stores it.
type town struct {
	at     time.Time
	until  map[string]time.Time
	frozen map[string]bool
	away   bool // the database cannot be reached
	rule   ops.Rule
}

const lives, counts = 4 * time.Second, 30 * time.Second

func newTown(self string, others ...string) *town {
	w := &town{at: now, until: map[string]time.Time{}, frozen: map[string]bool{}}
	for _, name := range append(others, self) {
		w.until[name] = now.Add(counts)
	}
	w.rule = ops.ProcessSilent(self, w)
	return w
}

// RulesReaders implements database.RulesAdmin.
func (w *town) RulesReaders(_ context.Context, at time.Time) (all []database.RulesReader, err error) {
	if w.away {
		return nil, errors.New("away")
	}
	for name, until := range w.until {
		if until.After(at) {
			all = append(all, database.RulesReader{Name: name, Until: until})
		}
	}
	return all, nil
}

// pass lets time pass, and returns what the rule sees then, and since when.
func (w *town) pass(t *testing.T, d time.Duration) (seen []ops.Condition, first time.Duration) {
	t.Helper()
	for begun := w.at; w.at.Before(begun.Add(d)); {
		w.at = w.at.Add(time.Second)
		if w.at.Sub(now)%lives == 0 && !w.away {
			for name := range w.until {
				if !w.frozen[name] {
					w.until[name] = w.at.Add(counts)
				}
			}
		}
		found, err := w.rule.Check(t.Context(), w.at)
		if (err != nil) != w.away {
			t.Fatal(err)
		}
		if len(found) != len(seen) {
			first = w.at.Sub(begun)
		}
		seen = found
	}
	return seen, first
}

func (w *town) want(t *testing.T, when string, seen []ops.Condition, want ...string) {
	t.Helper()
	var got []string
	for _, c := range seen {
		got = append(got, c.Key+" "+string(c.Severity))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", when, got, want)
	}
}

func TestAFrozenProcessIsNamedWithinFifteenSeconds(t *testing.T) {
	for _, offset := range []time.Duration{0, time.Second, 3 * time.Second} { // since its last heartbeat
		w := newTown("a (database)", "b (stock)", "c (stock)", "d (email)")
		seen, _ := w.pass(t, 20*time.Second+offset)
		w.want(t, "all live", seen)
		w.frozen["b (stock)"], w.frozen["d (email)"] = true, true
		seen, first := w.pass(t, 2*time.Minute)
		w.want(t, "two are frozen", seen, "b (stock) high", "d (email) critical")
		if first += w.rule.After; first > 15*time.Second {
			t.Errorf("named after %s", first)
		}
		for _, c := range seen {
			if explains := strings.Join(c.Explains, " "); !strings.Contains(c.What, c.Key) || strings.Contains(explains, "subscriber-not-consuming/email.*") != (c.Key == "d (email)") {
				t.Errorf("%+v", c)
			}
		}
		w.frozen = map[string]bool{}
		seen, _ = w.pass(t, 5*time.Second)
		w.want(t, "they go on", seen)
	}
}

// TestAnEarlierLifeTakesNoOnesPlace: processes found at the first evaluation without a heartbeat since may have ended
// long ago.
func TestAnEarlierLifeTakesNoOnesPlace(t *testing.T) {
	w := newTown("a (database)", "b (stock)", "c (stock)")
	w.frozen["c (stock)"] = true
	w.pass(t, 5*time.Second)
	w.frozen["b (stock)"] = true
	seen, _ := w.pass(t, 18*time.Second)
	w.want(t, "no one runs stock", seen, "b (stock) critical")
}

// TestAllFollowsFromAProcessWithAllServices, if no other one runs them.
func TestAllFollowsFromAProcessWithAllServices(t *testing.T) {
	w := newTown("a (database)", "b")
	w.pass(t, 20*time.Second)
	w.frozen["b"] = true
	seen, _ := w.pass(t, time.Minute)
	w.want(t, "no other runs all", seen, "b critical")
	if len(seen) == 1 && !slices.Contains(seen[0].Explains, "overdue*") {
		t.Errorf("%+v", seen[0])
	}
}

func TestAProcessThatStopsOrIsReplacedIsNoAlert(t *testing.T) {
	w := newTown("a", "b", "c")
	w.pass(t, 20*time.Second)
	delete(w.until, "b") // it announced its stop
	seen, _ := w.pass(t, time.Minute)
	w.want(t, "it stopped", seen)
	w.frozen["c"] = true // it was killed
	seen, _ = w.pass(t, time.Minute)
	delete(w.until, "c") // its term is over
	w.want(t, "it was killed", seen, "c high")
	w.until["d (stock)"] = w.at.Add(counts)
	seen, _ = w.pass(t, time.Minute)
	w.want(t, "one with other services came", seen, "c high")
	w.until["e"] = w.at.Add(counts)
	seen, _ = w.pass(t, time.Minute)
	w.want(t, "one with its services came", seen)
}

func TestAKilledProcessIsForgottenAfterADay(t *testing.T) {
	w := newTown("a", "b")
	w.pass(t, 20*time.Second)
	w.frozen["b"] = true
	seen, _ := w.pass(t, 20*time.Hour)
	w.want(t, "after a while", seen, "b high")
	seen, _ = w.pass(t, 5*time.Hour)
	w.want(t, "after a day", seen)
}

// TestNoOneIsSilentWhileNoOneCanSpeak: the database cannot be reached, or this process itself stood still, or the
// processes found at the start are old.
func TestNoOneIsSilentWhileNoOneCanSpeak(t *testing.T) {
	w := newTown("a", "b")
	w.frozen["b"] = true
	seen, _ := w.pass(t, time.Minute)
	w.want(t, "of an earlier life", seen)
	w = newTown("a", "b")
	w.pass(t, 20*time.Second)
	w.away = true
	w.pass(t, 5*time.Minute)
	w.away = false
	for i := range 20 {
		seen, _ = w.pass(t, time.Second)
		w.want(t, fmt.Sprint("the database is back for ", i), seen)
	}
	w.at = w.at.Add(10 * time.Minute) // this process stood still
	w.until["b"] = w.at.Add(counts)
	for i := range 20 {
		seen, _ = w.pass(t, time.Second)
		w.want(t, fmt.Sprint("this process goes on for ", i), seen)
	}
}
