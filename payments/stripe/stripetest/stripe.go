// Package stripetest is a stand-in for Stripe: the part of its API that package stripe uses, its hosted pages, and its signed
// webhooks, with memory. It is written from Stripe's documentation, and shares no code with the adapter nor with Stripe's library.
//
// What its answers look like is compared with Stripe's own mock server in the tests of package stripe; that it does the same as
// Stripe cannot be compared here.
package stripetest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The keys and secrets that a stand-in knows. They are of no use anywhere else.
const (
	LiveKey    = "sk_live_standIn0001"
	TestKey    = "sk_test_standIn0001"
	LiveSecret = "whsec_standInLive0001"
	TestSecret = "whsec_standInTest0001"
)

// Version is the API version of its objects and events.
const Version = "2026-05-27.dahlia"

// Stripe is a stand-in. It is an http.Handler for the API and the pages, safe for concurrent use. The fields are set before
// it is used.
type Stripe struct {
	URL  string                                // its own address, where its pages are
	Now  func() time.Time                      // nil means time.Now
	Send func(header http.Header, body []byte) // delivers a webhook; nil: nobody is told

	mu       sync.Mutex
	number   int
	sessions []*session
	refunds  []*refund
	disputes []*dispute
	balance  []movement
	answers  map[string]*answered // by idempotency key and mode
	faults   []Fault
	webhooks Webhooks
	held     []func()
	sending  sync.WaitGroup
}

// object is one of Stripe's, in JSON.
type object = map[string]any

// session is a Checkout Session with its payment.
type session struct {
	id, status, method     string
	live                   bool
	amount                 int64
	currency               string
	created, expires       time.Time
	form                   url.Values
	paid                   bool
	intent                 string // "" until the customer begins to pay
	intentStatus           string
	charge                 string
	failure, declineCode   string // of the last try
	voucher                string
	voucherDays            int
	voucherEnds            time.Time
	received, givenBack    int64
	succeeded, intentBegun time.Time
}

type refund struct {
	id, status string
	amount     int64
	created    time.Time
	metadata   object
	of         *session
}

// movement is an entry of the account's balance.
type movement struct {
	live    bool
	created int64
	json    object
}

type dispute struct {
	id, status, reason string
	amount             int64
	of                 *session
}

func (s *Stripe) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// id makes an id that no other object has.
func (s *Stripe) id(prefix string) string {
	s.number++
	return fmt.Sprintf("%s_%012d", prefix, s.number)
}

// ServeHTTP serves the API below /v1/, and the pages below /pay/.
func (s *Stripe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		s.serveAPI(w, r)
		return
	}
	s.servePage(w, r)
}

// find is the session with an id, whose own or its payment's; nil if there is none in that mode.
func (s *Stripe) find(id string, live bool) *session {
	for _, one := range s.sessions {
		if (one.id == id || one.intent == id) && id != "" && one.live == live {
			return one
		}
	}
	return nil
}

// age lets what has run out run out.
func (s *Stripe) age() {
	for _, one := range s.sessions {
		if one.status == "open" && !s.now().Before(one.expires) {
			one.status = "expired"
			s.tell(one.live, "checkout.session.expired", one.json(false))
		}
		if one.intentStatus == "requires_action" && one.voucher != "" && s.now().After(one.voucherEnds) {
			one.intentStatus, one.failure = "requires_payment_method", "payment_intent_payment_attempt_expired"
			s.tell(one.live, "checkout.session.async_payment_failed", one.json(false))
		}
	}
}
