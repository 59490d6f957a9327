package login

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
)

// Tokens are the known tokens, by their hashes: comparing hashes does not reveal a token's length.
type Tokens struct{ known []known }

type known struct {
	sum    [sha256.Size]byte
	caller Caller
}

// Add adds a token. A known one gets the roles too: the same token may be given for two purposes while one is being
// replaced.
func (t *Tokens) Add(token string, c Caller) {
	sum := sha256.Sum256([]byte(token))
	for i := range t.known {
		if t.known[i].sum == sum {
			t.known[i].caller.Roles = slices.Concat(t.known[i].caller.Roles, c.Roles)
			return
		}
	}
	t.known = append(t.known, known{sum, c})
}

// Any reports whether there are tokens.
func (t *Tokens) Any() bool { return len(t.known) > 0 }

// Find returns the owner of a token.
func (t *Tokens) Find(token string) (c Caller, found bool) {
	k, found := t.find(token)
	return k.caller, found
}

func (t *Tokens) find(token string) (match known, found bool) {
	sum := sha256.Sum256([]byte(token))
	for _, k := range t.known {
		if subtle.ConstantTimeCompare(sum[:], k.sum[:]) == 1 {
			match, found = k, true
		}
	}
	return match, found
}

// named returns the token of a caller.
func (t *Tokens) named(name string) (known, bool) {
	i := slices.IndexFunc(t.known, func(k known) bool { return k.caller.Name == name })
	if i < 0 {
		return known{}, false
	}
	return t.known[i], true
}
