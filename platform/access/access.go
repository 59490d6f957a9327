// Package access makes and opens the keys to orders: signed references for whoever may see or change an order. Order numbers open
// nothing.
//
// A key is "<order>.<expiry>.<made>.<signature>": the order's reference (package ref), its expiry in Unix hours, when it was made in
// milliseconds since 1970 to the base 36, and the first 128 bits of an HMAC-SHA256 over scope and all of this. Keys from before have
// no time. An order knows from which time on its keys are valid. A key of one scope does not open another. A key opens only the order that it was made
// for, even when the order's number is given again after a restore: whoever loads the order by its number compares the reference.
package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Scope is what a key allows.
type Scope string

// The scopes of the shop's keys.
const (
	Track   Scope = "track"   // see the order, cancel it, share it
	Deliver Scope = "deliver" // book its delivery time
	Share   Scope = "share"   // see the state of an order, nothing else
)

// Keyring signs with its first secret and accepts all of them, so that secrets can be changed without breaking the
// links that customers hold. It is safe for concurrent use.
type Keyring struct {
	secrets [][]byte
	valid   time.Duration
	now     func() time.Time
}

// NewKeyring takes the secrets, newest first, of at least 32 bytes each, and for how long a new key is valid.
func NewKeyring(valid time.Duration, now func() time.Time, secrets ...[]byte) (*Keyring, error) {
	if len(secrets) == 0 {
		return nil, errors.New("access: a keyring needs a secret")
	}
	for _, s := range secrets {
		if len(s) < 32 {
			return nil, fmt.Errorf("access: a secret of %d bytes is too short; it takes 32", len(s))
		}
	}
	return &Keyring{secrets, valid, now}, nil
}

// Key makes the key to an order, now.
func (k *Keyring) Key(scope Scope, o ref.Order) string { return k.KeyAt(scope, o, k.now()) }

// KeyAt makes the key to an order that was made at a time, always the same one.
func (k *Keyring) KeyAt(scope Scope, o ref.Order, made time.Time) string {
	expiry := made.Add(k.valid).Unix()/3600 + 1
	claim := fmt.Sprintf("%s.%d.%s", o, expiry, strconv.FormatInt(made.UnixMilli(), 36))
	return claim + "." + signature(k.secrets[0], scope, claim)
}

// Scope returns which of some scopes a key is of, expired or not; "" when it is of none of them.
func (k *Keyring) Scope(key string, of ...Scope) Scope {
	key = bare(key)
	signed := strings.LastIndex(key, ".")
	if parts := strings.Count(key, ".") + 1; parts < 3 || parts > 4 || len(key) > 100 {
		return ""
	}
	for _, scope := range of {
		if k.signed(scope, key[:signed], key[signed+1:]) {
			return scope
		}
	}
	return ""
}

// Open returns what a key says. It returns fault.Unauthorized if the key is malformed, forged, of another scope or expired;
// only the last is named in the error.
func (k *Keyring) Open(scope Scope, key string) (ref.Opened, error) {
	key = bare(key)
	parts := strings.Split(key, ".")
	if k.Scope(key, scope) == "" {
		return ref.Opened{}, fault.New(fault.Unauthorized, "this takes the signed link from the order's page or mails")
	}
	order, number, ok := ref.Parse(parts[0])
	if !ok {
		return ref.Opened{}, fault.New(fault.Unauthorized, "this takes the signed link from the order's page or mails")
	}
	expiry, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || k.now().Unix() >= expiry*3600 {
		return ref.Opened{}, fault.Wrap(err, fault.Unauthorized, "this link has expired; a newer one is in the latest mail")
	}
	made, err := madeAt(parts)
	return ref.Opened{Order: order, Number: number, Made: made, Shared: scope == Share}, err
}

// madeAt returns when a signed key was made; the zero time if it does not say so.
func madeAt(parts []string) (time.Time, error) {
	if len(parts) == 3 {
		return time.Time{}, nil
	}
	ms, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("access: when a key was made: %w", err)
	}
	return time.UnixMilli(ms), nil
}

// bare is a key without what comes along when a link is copied out of a sentence: space, and punctuation around it. None of it is
// part of a key.
func bare(key string) string {
	return strings.TrimFunc(key, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(around, r) })
}

const around = ".,;:!?…()[]<>{}\"'“”‘’«»\u200b\ufeff"

func (k *Keyring) signed(scope Scope, claim, sig string) bool {
	for _, secret := range k.secrets {
		if hmac.Equal([]byte(sig), []byte(signature(secret, scope, claim))) {
			return true
		}
	}
	return false
}

func signature(secret []byte, scope Scope, claim string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(string(scope) + ":" + claim))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}
