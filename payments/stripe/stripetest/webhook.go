package stripetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Webhooks says when webhooks are delivered.
type Webhooks string

// When webhooks are delivered.
const (
	AtOnce Webhooks = ""
	Twice  Webhooks = "twice"
	Late   Webhooks = "late" // when Release is called, the newest first
	Never  Webhooks = "never"
)

// Fault is what happens to one request of the API.
type Fault struct {
	Path   string // a part of its path; "" is any
	Lost   bool   // it is done, and the connection breaks before the answer
	Status int    // it is not done, and answered with this status
	Type   string // the type of that error
	Code   string // its code
}

// Next has faults happen to the next requests that they fit, each once.
func (s *Stripe) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// fault takes the next one that fits a request.
func (s *Stripe) fault(r *http.Request) (next Fault) {
	for i, f := range s.faults {
		if strings.Contains(r.URL.Path, f.Path) {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f
		}
	}
	return next
}

// Forget forgets idempotency keys, as Stripe does after a day or more.
func (s *Stripe) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.answers)
}

// Deliver says when webhooks are delivered from now on.
func (s *Stripe) Deliver(when Webhooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhooks = when
}

// Release delivers the webhooks that are late.
func (s *Stripe) Release() {
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.mu.Unlock()
	for i := len(held) - 1; i >= 0; i-- {
		held[i]()
	}
}

// Wait waits until the webhooks that are being delivered are.
func (s *Stripe) Wait() { s.sending.Wait() }

// tell delivers an event, as the knob has it. The caller holds the lock.
func (s *Stripe) tell(live bool, kind string, about object) {
	if s.Send == nil || s.webhooks == Never {
		return
	}
	body, err := json.Marshal(object{
		"id": s.id("evt"), "object": "event", "type": kind, "livemode": live, "api_version": Version, "created": s.now().Unix(),
		"pending_webhooks": 1, "request": nil, "data": object{"object": about},
	})
	if err != nil {
		panic(err)
	}
	secret := map[bool]string{true: LiveSecret, false: TestSecret}[live]
	send := func() { s.Send(Sign(body, s.now(), secret), body) } // signed anew each time, as Stripe does
	switch s.webhooks {
	case Late:
		s.held = append(s.held, send)
	case Twice:
		s.sending.Go(func() { send(); send() })
	default:
		s.sending.Go(send)
	}
}

// Sign makes the header of a webhook, signed with each of the secrets.
func Sign(body []byte, at time.Time, secrets ...string) http.Header {
	parts := []string{fmt.Sprintf("t=%d", at.Unix())}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
		parts = append(parts, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return http.Header{"Stripe-Signature": {strings.Join(parts, ",")}, "Content-Type": {"application/json; charset=utf-8"}}
}
