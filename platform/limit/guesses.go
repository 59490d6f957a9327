package limit

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	// A client may give clientGuesses wrong codes at once, and then one more per guessEvery.
	clientGuesses = 10
	guessEvery    = time.Minute
	// All clients together may give shopGuesses, and then one more per shopGuessEvery.
	shopGuesses    = 200
	shopGuessEvery = 2 * time.Second
	// maxGuessers bounds each of two generations of clients: some 300 bytes each, 6 MB in total.
	maxGuessers = 10_000
)

// Guesses bounds how many wrong codes clients give: each one, and all together. It is safe for concurrent use.
//
// When all together have given too many, only clients without a recent wrong code may give codes, so that an attacker
// with many addresses has one guess with each. Repeating a wrong code is not another guess.
type Guesses struct {
	mu         sync.Mutex
	seed       maphash.Seed
	shop       bucket
	young, old map[netip.Prefix]*guesser
	rotated    time.Time
}

// guesser is a client that has given wrong codes.
type guesser struct {
	bucket
	gave []uint64 // hashes of the last ones
}

// bucket is a token bucket. It may be in debt.
type bucket struct {
	used float64
	at   time.Time
}

// wait returns how long it takes until a token is available, in a bucket of size most that gains one per every.
func (b *bucket) wait(most float64, every time.Duration, now time.Time) time.Duration {
	b.used = max(0, b.used-max(0, now.Sub(b.at).Seconds())/every.Seconds())
	b.at = now
	return max(0, time.Duration((b.used-most+1)*float64(every)))
}

// NewGuesses returns an unused budget.
func NewGuesses() *Guesses {
	return &Guesses{seed: maphash.MakeSeed(), young: map[netip.Prefix]*guesser{}}
}

// Try counts a client's wrong codes. It returns 0 if the client may learn which are wrong. Otherwise it returns how long
// the client must wait before it gives any code, and counts nothing.
func (g *Guesses) Try(who netip.Prefix, wrong []string, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.client(who, now)
	wait, all := c.wait(clientGuesses, guessEvery, now), g.shop.wait(shopGuesses, shopGuessEvery, now)
	if c.used > 0 {
		wait = max(wait, all)
	}
	if wait > 0 {
		return wait
	}
	for _, code := range wrong {
		hash := maphash.String(g.seed, code)
		if slices.Contains(c.gave, hash) {
			continue
		}
		c.gave = append(c.gave[max(0, len(c.gave)-2*clientGuesses+1):], hash)
		c.used++
		g.shop.used++
	}
	if len(wrong) > 0 {
		g.young[who] = c
	}
	return 0
}

// client returns a client's record. A record is not needed once all of the client's guesses have come back.
func (g *Guesses) client(who netip.Prefix, now time.Time) *guesser {
	if now.Sub(g.rotated) >= 2*clientGuesses*guessEvery || len(g.young) >= maxGuessers {
		g.young, g.old, g.rotated = map[netip.Prefix]*guesser{}, g.young, now
	}
	if c := g.young[who]; c != nil {
		return c
	}
	if c := g.old[who]; c != nil {
		return c
	}
	return &guesser{bucket: bucket{at: now}}
}
