package login

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"acme.example/webshop/platform/limit"
)

const (
	// guessesPerSecond is how often one client may try a token that it has not proven to be right; ten at once. One
	// connection may do it ten times as often (limit.Reads), whatever clients it claims.
	guessesPerSecond = 1
	// maxProven bounds how many proven tokens are remembered, each with its client: 32 bytes each.
	maxProven = 10_000
)

// Guesses slows down the guessing of tokens. A token that was right is no longer slowed down for its client, so that
// nobody can lock others out by guessing.
type Guesses struct {
	Now func() time.Time

	limiter *limit.Limiter
	mu      sync.Mutex
	proven  map[[sha256.Size]byte]bool
}

// NewGuesses returns one without guesses.
func NewGuesses(now func() time.Time) *Guesses {
	return &Guesses{Now: now, limiter: limit.New(guessesPerSecond), proven: map[[sha256.Size]byte]bool{}}
}

// Ask returns how long a client has to wait before its token is checked; 0 is not at all.
func (g *Guesses) Ask(client, peer netip.Prefix, token string) time.Duration {
	g.mu.Lock()
	proven := g.proven[pair(client, token)]
	g.mu.Unlock()
	if proven {
		return 0
	}
	now := g.Now()
	if wait := g.limiter.Ask(peer, limit.Reads, now); wait > 0 {
		return wait
	}
	return g.limiter.Ask(client, limit.Writes, now)
}

// Right records that a client's token is right.
func (g *Guesses) Right(client netip.Prefix, token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.proven) >= maxProven {
		clear(g.proven)
	}
	g.proven[pair(client, token)] = true
}

func pair(client netip.Prefix, token string) [sha256.Size]byte {
	return sha256.Sum256([]byte(client.String() + " " + token))
}
