package access

import (
	"bytes"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// FuzzOpen: the only texts that open something are the keys that the keyring makes, each in its own scope.
func FuzzOpen(f *testing.F) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	keys, err := NewKeyring(24*time.Hour, func() time.Time { return now }, bytes.Repeat([]byte("n"), 32), bytes.Repeat([]byte("o"), 32))
	if err != nil {
		f.Fatal(err)
	}
	for _, key := range []string{keys.Key(Track, "7"), keys.Key(Deliver, "7"), keys.Key(Share, "7"), keys.Key(Track, "2147483647"), keys.Key(Track, "7-4fk29x0qmtzb-000g40r40m30"), "7", "..", "7.1.", "-7.500900.AAAAAAAAAAAAAAAAAAAAAA"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		for _, scope := range []Scope{Track, Deliver, Share} {
			got, err := keys.Open(scope, key)
			if err == nil && bare(key) != keys.Key(scope, got.Order) {
				t.Errorf("%q opened order %s as %s", key, got.Order, scope)
			}
			if err != nil && fault.CodeOf(err) != fault.Unauthorized {
				t.Errorf("%q: %v", key, err)
			}
		}
	})
}
