package access

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/fault"
)

func keyring(t *testing.T, now time.Time, secrets ...string) *Keyring {
	t.Helper()
	var raw [][]byte
	for _, s := range secrets {
		raw = append(raw, bytes.Repeat([]byte(s), 32))
	}
	k, err := NewKeyring(24*time.Hour, func() time.Time { return now }, raw...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyOpensItsOrderOnly(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	k := keyring(t, now, "a")
	key := k.Key(Track, 4711)
	if id, err := k.Open(Track, key); err != nil || id != 4711 {
		t.Fatalf("Open = %d, %v", id, err)
	}
	_, rest, _ := strings.Cut(key, ".")
	parts := strings.Split(key, ".")
	for name, forged := range map[string]string{
		"empty": "", "bare number": "4711", "another order": "4712." + rest,
		"longer life": parts[0] + ".999999." + parts[2], "cut": key[:len(key)-1], "more": key + "A", "huge": strings.Repeat("9", 1000) + "." + rest,
	} {
		if _, err := k.Open(Track, forged); fault.CodeOf(err) != fault.Unauthorized {
			t.Errorf("%s: Open(%q) = %v, want unauthorized", name, forged, err)
		}
	}
	if _, err := k.Open(Deliver, key); fault.CodeOf(err) != fault.Unauthorized {
		t.Errorf("a tracking key opened the delivery: %v", err)
	}
}

func TestKeysExpireAndRotate(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	key := keyring(t, now, "a").Key(Track, 1)
	if _, err := keyring(t, now.Add(23*time.Hour), "b", "a").Open(Track, key); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	if _, err := keyring(t, now, "b").Open(Track, key); err == nil {
		t.Error("a key of a secret that is gone still opens")
	}
	_, err := keyring(t, now.Add(26*time.Hour), "a").Open(Track, key)
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("an expired key: %v", err)
	}
	if _, err := NewKeyring(time.Hour, time.Now, []byte("short")); err == nil {
		t.Error("a short secret was taken")
	}
}
