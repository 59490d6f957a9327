package login

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// SessionValid is how long a session lasts: a working day. Then the token is needed again.
	SessionValid = 8 * time.Hour
	// maxEnded bounds how many ended sessions are remembered. Each takes some 100 bytes, until it would have expired.
	maxEnded = 10_000
)

// Sessions are what browsers send instead of a token. A session is signed with its operator's token, so that all copies
// of a shop know it, and it ends with the token. Sessions that ended by logout are remembered in this process.
type Sessions struct {
	Tokens *Tokens
	Now    func() time.Time

	mu    sync.Mutex
	ended map[string]time.Time // when they expire, by id
}

// Begin returns a session for the owner of a token, and when it expires. A stage gets none.
func (s *Sessions) Begin(token string) (session string, ends time.Time, found bool) {
	k, found := s.Tokens.find(token)
	if !found || !k.caller.May(Read) {
		return "", time.Time{}, false
	}
	ends = s.Now().Add(SessionValid)
	claim := strings.Join([]string{k.caller.Name, strconv.FormatInt(ends.Unix(), 36), rand.Text()}, "~")
	return claim + "~" + k.sign(claim), ends, true
}

// Caller returns the owner of a valid session.
func (s *Sessions) Caller(session string) (Caller, bool) {
	k, id, ends, valid := s.read(session)
	if !valid || !s.Now().Before(ends) {
		return Caller{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, over := s.ended[id]; over {
		return Caller{}, false
	}
	return k.caller, true
}

// End ends a session.
func (s *Sessions) End(session string) {
	_, id, ends, valid := s.read(session)
	if !valid || !s.Now().Before(ends) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = map[string]time.Time{}
	}
	if len(s.ended) >= maxEnded {
		s.forget()
	}
	s.ended[id] = ends
}

// forget drops expired sessions, or else the one that expires first.
func (s *Sessions) forget() {
	var first string
	for id, ends := range s.ended {
		if !s.Now().Before(ends) {
			delete(s.ended, id)
		} else if first == "" || ends.Before(s.ended[first]) {
			first = id
		}
	}
	if len(s.ended) >= maxEnded {
		delete(s.ended, first)
	}
}

// read checks the signature of a session.
func (s *Sessions) read(session string) (k known, id string, ends time.Time, valid bool) {
	parts := strings.Split(session, "~")
	if len(parts) != 4 {
		return known{}, "", time.Time{}, false
	}
	k, found := s.Tokens.named(parts[0])
	at, err := strconv.ParseInt(parts[1], 36, 64)
	if !found || err != nil || !hmac.Equal([]byte(parts[3]), []byte(k.sign(strings.Join(parts[:3], "~")))) {
		return known{}, "", time.Time{}, false
	}
	return k, parts[2], time.Unix(at, 0), true
}

func (k known) sign(claim string) string {
	mac := hmac.New(sha256.New, k.sum[:])
	mac.Write([]byte("webshop session " + claim))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
