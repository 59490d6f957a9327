package event

import "sync"

// mostKnown bounds the payloads of a type that are remembered, in each of two generations.
const mostKnown = 4096

// known remembers payloads that were found valid: each is looked at when it is stated and again by each subscriber, and
// what was valid once always is. It is safe for concurrent use.
type known struct {
	mu         sync.Mutex
	young, old map[string]struct{}
}

// has reports whether a payload is remembered.
func (k *known) has(data []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.young[string(data)]; ok {
		return true
	}
	_, ok := k.old[string(data)]
	return ok
}

// add remembers a payload. When there are too many, the older half is forgotten.
func (k *known) add(data []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || len(k.young) >= mostKnown {
		k.young, k.old = make(map[string]struct{}, mostKnown), k.young
	}
	k.young[string(data)] = struct{}{}
}
