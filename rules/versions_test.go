package rules_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
)

// shelf is a store of rules.
type shelf struct {
	mu      sync.Mutex
	texts   []string // version n is at n-1
	active  int64
	looks   int // at what is active
	fetched int // texts
	until   time.Time
	err     error
	slow    chan struct{} // not nil: an answer is sent when this says so
}

func (s *shelf) ActiveRules(context.Context) (int64, error) {
	s.mu.Lock()
	s.looks++
	active, err, slow := s.active, s.err, s.slow
	s.mu.Unlock()
	if slow != nil {
		<-slow
	}
	return active, err
}

func (s *shelf) RulesOf(_ context.Context, version int64) (v database.RulesVersion, err error) {
	s.mu.Lock()
	s.fetched++
	slow := s.slow
	s.mu.Unlock()
	if slow != nil {
		<-slow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil || version > int64(len(s.texts)) {
		return v, errors.Join(s.err, fault.New(fault.NotFound, "none"))
	}
	return database.RulesVersion{Version: version, Text: s.texts[version-1]}, nil
}

func (s *shelf) AttendRules(_ context.Context, r database.RulesReader) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = r.Until
	return s.err
}

// seen is how often it was asked, and until when the reader counts.
func (s *shelf) seen() (looks, fetched int, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.looks, s.fetched, s.until
}

// bring activates a text.
func (s *shelf) bring(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, text)
	s.active = int64(len(s.texts))
}

// back activates an older version.
func (s *shelf) back(version int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = version
}

// slowly makes it answer when the channel that is returned says so; what is asked later is answered at once.
func (s *shelf) slowly(is bool) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slow = nil; is {
		s.slow = make(chan struct{})
	}
	return s.slow
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// priced is rules under which a bracken has a price.
func priced(price int) string {
	return strings.Replace(string(rules.Default), "price: 15000", fmt.Sprint("price: ", price), 1)
}

// following runs a test with versions that follow a shelf.
func following(t *testing.T, run func(*testing.T, *shelf, *rules.Versions)) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		v := &rules.Versions{Store: s, Providers: app.Providers, Name: "here", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		s.bring(priced(1))
		if err := v.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		defer end()
		go v.Run(ctx)
		run(t, s, v)
	})
}

func cost(t *testing.T, set *rules.Set, err error) int64 {
	t.Helper()
	if err != nil {
		t.Error(err)
		return 0
	}
	return set.Orders.Catalog[0].Price.Minor
}

// TestABookFollowsItsStore: a second after another version is active, it goes by that; older ones stay at hand.
func TestABookFollowsItsStore(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		set, err := v.Active()
		if got := cost(t, set, err); got != 1 || set.Version != 1 || set.Orders.Version != 1 || set.Mail.Version != 1 || set.Delivery.Version != 1 {
			t.Errorf("%d, version %d", got, set.Version)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		looks, fetched, until := s.seen()
		if fetched != 1 || looks != 21 {
			t.Errorf("while nothing changed, it looked %d times, and read %d texts", looks, fetched)
		}
		if left := time.Until(until); left < 20*time.Second {
			t.Errorf("it counts as a reader for %s", left)
		}
		for n := 2; n < 36; n++ { // more than are kept in memory
			s.bring(priced(n))
			time.Sleep(time.Second)
			if set, err := v.Active(); cost(t, set, err) != int64(n) || v.Latest() != set {
				t.Fatalf("a second after version %d was activated, version %d is in force", n, set.Version)
			}
		}
		for _, version := range []int64{0, 1, 7, 35} {
			if set, err := v.Of(t.Context(), version); cost(t, set, err) != max(version, 1) {
				t.Errorf("version %d: %+v", version, set)
			}
		}
		if _, err := v.Of(t.Context(), 99); fault.CodeOf(err) != fault.NotFound {
			t.Error(err)
		}
		_, before, _ := s.seen()
		_, err = v.Of(t.Context(), 7)
		if _, after, _ := s.seen(); err != nil || after != before {
			t.Errorf("an older version is read %d times: %v", after-before, err)
		}
		err = v.Leave(t.Context())
		if _, _, until := s.seen(); err != nil || until.After(time.Now()) {
			t.Error("it still counts as a reader:", err)
		}
	})
}

// TestALookThatWasOvertakenBringsNoOldRulesBack: its answer is from before another activation or a rollback, and comes after it.
func TestALookThatWasOvertakenBringsNoOldRulesBack(t *testing.T) {
	for want, change := range map[int64]func(*shelf){3: func(s *shelf) { s.bring(priced(3)) }, 1: func(s *shelf) { s.back(1) }} {
		following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
			s.bring(priced(2))
			overtaken := s.slowly(true)
			time.Sleep(500 * time.Millisecond)
			synctest.Wait() // Run has asked, and waits for the answer: version 2
			s.slowly(false)
			change(s)
			v.Refresh(t.Context())
			close(overtaken)
			synctest.Wait()
			if set, err := v.Active(); cost(t, set, err) != want {
				t.Errorf("version %d is in force, not %d", set.Version, want)
			}
		})
	}
}

// TestAnOlderVersionIsReadOnce: however many pages ask for it at once, and also when it cannot be read.
func TestAnOlderVersionIsReadOnce(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		for _, text := range []string{priced(2), "format: 2\n" + priced(3), priced(4)} {
			s.bring(text)
		}
		time.Sleep(time.Second)
		for version, want := range map[int64]fault.Code{2: "", 3: fault.Unavailable} {
			_, before, _ := s.seen()
			slow := s.slowly(true)
			var group sync.WaitGroup
			ask := func() {
				if _, err := v.Of(t.Context(), version); err == nil && want != "" || err != nil && fault.CodeOf(err) != want {
					t.Errorf("version %d: %v", version, err)
				}
			}
			for range 50 {
				group.Go(ask)
			}
			synctest.Wait()
			s.slowly(false)
			close(slow)
			group.Wait()
			ask()
			if _, after, _ := s.seen(); after != before+1 {
				t.Errorf("version %d was read %d times", version, after-before)
			}
		}
	})
}

// TestWhoGivesUpDoesNotEndTheReadingForOthers who wait for the same version.
func TestWhoGivesUpDoesNotEndTheReadingForOthers(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		s.bring(priced(2)) // which is not in force for long enough to be seen
		s.bring(priced(3))
		time.Sleep(time.Second)
		slow := s.slowly(true)
		gone, leave := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { _, err := v.Of(gone, 2); first <- err }()
		synctest.Wait()
		second := make(chan error, 1)
		go func() { _, err := v.Of(t.Context(), 2); second <- err }()
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		close(slow)
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
}

// TestABookWithoutItsStoreKeepsItsRules, and goes on when the store is back.
func TestABookWithoutItsStoreKeepsItsRules(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		s.fail(errors.New("away"))
		s.bring(priced(2))
		time.Sleep(time.Minute)
		if set, err := v.Active(); cost(t, set, err) != 1 {
			t.Error("the rules are gone")
		}
		s.fail(nil)
		time.Sleep(time.Second)
		if set, err := v.Active(); cost(t, set, err) != 2 {
			t.Error("it does not go on")
		}
	})
}

// TestABookThatCannotReadIsNotReady: it says why, goes on by the rules before where something must go on, and is ready again
// with rules that it can read.
func TestABookThatCannotReadIsNotReady(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		s.bring("format: 2\n" + priced(2))
		time.Sleep(time.Second)
		if _, err := v.Active(); fault.CodeOf(err) != fault.Unavailable || v.Ready() == nil || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("it takes rules that it cannot read: %v", err)
		}
		if _, err := v.Orders().Active(); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("the order service takes them: %v", err)
		}
		if cost(t, v.Latest(), nil) != 1 {
			t.Error("it forgot the rules before")
		}
		if set, err := v.Of(t.Context(), 1); cost(t, set, err) != 1 {
			t.Error("it cannot go by the version of an order")
		}
		_, before, _ := s.seen()
		time.Sleep(time.Minute)
		if _, after, _ := s.seen(); after != before {
			t.Errorf("it read them %d times more", after-before)
		}
		s.bring(priced(3))
		time.Sleep(time.Second)
		if set, err := v.Active(); cost(t, set, err) != 3 || v.Ready() != nil {
			t.Error("it does not go on")
		}
	})
}

// TestABookBeforeItsFirstRules sells nothing.
func TestABookBeforeItsFirstRules(t *testing.T) {
	v := &rules.Versions{Store: &shelf{}, Providers: app.Providers, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if err := v.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fault.CodeOf(v.Ready()) != fault.Unavailable || len(v.Latest().Orders.Markets) != 0 || len(v.Latest().Deadlines.Receipts) == 0 {
		t.Errorf("%v, %+v", v.Ready(), v.Latest())
	}
}

// TestManyAskWhileTheRulesChange; for the race detector.
func TestManyAskWhileTheRulesChange(t *testing.T) {
	following(t, func(t *testing.T, s *shelf, v *rules.Versions) {
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for n := range 100 {
					time.Sleep(17 * time.Millisecond)
					if set, err := v.Active(); cost(t, set, err) != set.Version {
						t.Error("a version with the price of another")
					}
					if set, err := v.Of(t.Context(), int64(n%2)+1); n > 50 && cost(t, set, err) != int64(n%2)+1 {
						t.Error("another version than was asked for")
					}
				}
			})
		}
		time.Sleep(100 * time.Millisecond)
		s.bring(priced(2))
		group.Wait()
	})
}
