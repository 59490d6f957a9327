package limit

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func guesserAt(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{9, byte(n >> 16), byte(n >> 8), byte(n)}), 32)
}

// TestGuessingIsSlow: a client gives its budget of wrong codes, and then one a minute. Right codes wait as well, so that
// nothing is revealed. Other clients are not affected.
func TestGuessingIsSlow(t *testing.T) {
	g, now, let := NewGuesses(), begun, 0
	for i := range 3600 * 10 { // ten a second for an hour
		if g.Try(guesserAt(1), []string{fmt.Sprint("GUESS", i)}, now) == 0 {
			let++
		}
		now = now.Add(100 * time.Millisecond)
	}
	if let < 68 || let > 71 {
		t.Errorf("%d guesses within an hour", let)
	}
	g.Try(guesserAt(1), []string{"LAST"}, now)
	if wait := g.Try(guesserAt(1), nil, now); wait <= 0 || wait > time.Minute {
		t.Errorf("a right code is to wait %v", wait)
	}
	if wait := g.Try(guesserAt(2), []string{"TYPO"}, now); wait != 0 {
		t.Errorf("another client is to wait %v", wait)
	}
}

func TestTheSameWrongCodeIsOneGuess(t *testing.T) {
	g := NewGuesses()
	for range 100 {
		if wait := g.Try(guesserAt(1), []string{"TYPO", "TYPPO"}, begun); wait != 0 {
			t.Fatal(wait)
		}
	}
}

// TestManyAddressesHaveOneGuessEach when the shop's budget is used up; a client that has not guessed is served.
func TestManyAddressesHaveOneGuessEach(t *testing.T) {
	g, told := NewGuesses(), map[int]int{}
	for round := range 10 {
		for n := range 1000 {
			if g.Try(guesserAt(n), []string{fmt.Sprint("GUESS", round, " ", n)}, begun) == 0 {
				told[n]++
			}
		}
	}
	all := 0
	for _, times := range told {
		all += times
	}
	if all != 1000 {
		t.Errorf("%d guesses of 1000 addresses", all)
	}
	if wait := g.Try(guesserAt(5000), nil, begun); wait != 0 {
		t.Errorf("a customer is to wait %v", wait)
	}
}

func TestGuessersAreBounded(t *testing.T) {
	g := NewGuesses()
	for n := range 3 * maxGuessers {
		for i := range 2 {
			g.Try(guesserAt(n), []string{fmt.Sprint(n, " ", i)}, begun)
		}
	}
	if n := len(g.young) + len(g.old); n > 2*maxGuessers {
		t.Errorf("%d clients are remembered", n)
	}
}
