package event

import (
	"hash/maphash"
	"sync"
)

// mostKnown bounds the payloads of a type that are remembered, in each of two generations: some 20 bytes each.
const mostKnown = 4096

// known remembers payloads that were found valid: each is looked at when it is stated and again by each subscriber, and
// what was valid once always is. It keeps 64-bit hashes under a random seed, not the payloads, so that its size is
// bounded whatever theirs is; that an invalid payload has the hash of a valid one is not to be expected in the life of
// the machine. It is safe for concurrent use.
type known struct {
	mu         sync.Mutex
	young, old map[uint64]struct{}
}

var knownSeed = maphash.MakeSeed()

// has reports whether a payload is remembered.
func (k *known) has(data []byte) bool {
	hash := maphash.Bytes(knownSeed, data)
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.young[hash]; ok {
		return true
	}
	_, ok := k.old[hash]
	return ok
}

// add remembers a payload. When there are too many, the older half is forgotten.
func (k *known) add(data []byte) {
	hash := maphash.Bytes(knownSeed, data)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || len(k.young) >= mostKnown {
		k.young, k.old = make(map[uint64]struct{}, mostKnown), k.young
	}
	k.young[hash] = struct{}{}
}
