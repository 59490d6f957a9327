package access

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
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

const order = ref.Order("4711-4fk29x0qmtzb-000g40r40m30")

func TestKeyOpensItsOrderOnly(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	k := keyring(t, now, "a")
	key := k.Key(Track, order)
	if got, err := k.Open(Track, key); err != nil || got.Order != order || got.Number != 4711 || !got.Made.Equal(now) || got.Shared {
		t.Fatalf("Open = %+v, %v", got, err)
	}
	_, rest, _ := strings.Cut(key, ".")
	parts := strings.Split(key, ".")
	for name, forged := range map[string]string{
		"empty": "", "bare number": "4711", "another order": "4712-4fk29x0qmtzb-000g40r40m30." + rest, "another with its number": "4711-4fk29x0qmtzb-000g40r40m31." + rest, "its number": "4711." + rest,
		"longer life": parts[0] + ".999999." + parts[2] + "." + parts[3], "younger": parts[0] + "." + parts[1] + ".zzzzzzzz." + parts[3], "without its age": parts[0] + "." + parts[1] + "." + parts[3], "cut": key[:len(key)-1], "more": key + "A", "huge": strings.Repeat("9", 1000) + "." + rest,
	} {
		if _, err := k.Open(Track, forged); fault.CodeOf(err) != fault.Unauthorized {
			t.Errorf("%s: Open(%q) = %v, want unauthorized", name, forged, err)
		}
	}
	for scope, key := range map[Scope]string{Track: key, Deliver: k.Key(Deliver, order), Share: k.Key(Share, order)} {
		for _, other := range []Scope{Track, Deliver, Share, ""} {
			if _, err := k.Open(other, key); (err == nil) != (other == scope) {
				t.Errorf("a key to %s, as one to %q: %v", scope, other, err)
			}
		}
	}
}

func TestKeysExpireAndRotate(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	key := keyring(t, now, "a").Key(Track, "1")
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

// TestAKeyOutOfASentence: space and punctuation that were copied with a link are no part of its key.
func TestAKeyOutOfASentence(t *testing.T) {
	k := keyring(t, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), "a")
	key := k.Key(Track, order)
	for _, copied := range []string{key + " ", key + ".", key + "\u00a0", key + ").", "<" + key + ">", "\t" + key + "\r\n", key + "…"} {
		if got, err := k.Open(Track, copied); err != nil || got.Order != order {
			t.Errorf("%q: %s, %v", copied, got.Order, err)
		}
		if k.Scope(copied, Track) != Track {
			t.Errorf("%q has no scope", copied)
		}
	}
	for _, other := range []string{strings.Replace(key, ".", ". ", 1), key + "-", key + "_", key + "%"} {
		if _, err := k.Open(Track, other); fault.CodeOf(err) != fault.Unauthorized {
			t.Errorf("%q: %v", other, err)
		}
	}
}

// TestKeysFromBefore: those that do not say when they were made open their orders on, until newer ones replace all of them.
func TestKeysFromBefore(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	k := keyring(t, now, "a")
	claim := string(order) + ".999999"
	got, err := k.Open(Track, claim+"."+signature(k.secrets[0], Track, claim))
	if err != nil || got.Order != order || !got.Made.IsZero() {
		t.Fatalf("Open = %+v, %v", got, err)
	}
	if got.Replaced(time.Time{}) || !got.Replaced(now) {
		t.Error("a key without a time is replaced by any newer one, and by nothing else")
	}
}
