// Package paymentstest is what every payment provider is tested with: Run for one with a page where customers pay, RunAtOnce
// for one that charges at once. The provider's own test makes a Fixture around what stands in for the provider, and calls it.
package paymentstest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"acme.example/webshop/payments"
)

// Fixture is a payment provider with a fresh stand-in behind it, and the customer in front of that.
type Fixture interface {
	Provider() payments.Provider
	Now() time.Time          // by the stand-in's clock
	Advance(d time.Duration) // lets time pass for the stand-in

	// DropNextAnswer lets the next call of the provider be carried out, and its answer be lost on the way.
	DropNextAnswer()
	// Books are what the stand-in has done.
	Books() Books
	Customer
	Sender
}

// Books are what a stand-in has done since it was made, by its own account.
type Books struct {
	Begun    int   // payments, of whatever state
	Paid     int64 // minor units, in all
	Refunded int64
}

// Payment is one that was begun.
type Payment struct {
	Request payments.Request
	Outcome payments.Outcome // as Begin returned it
}

// Customer does what a customer does on the provider's page. Each returns an error if the page does not offer it, e.g. because
// the payment has ended.
type Customer interface {
	Pay(Payment) error         // by card
	Pay3DS(Payment) error      // by card, and the bank confirms that it is the customer
	Decline(Payment) error     // by a card that the bank declines
	NoFunds(Payment) error     // by a card without funds; the page stays open
	TakeVoucher(Payment) error // ask for what to pay with elsewhere
	PayVoucher(Payment) error  // pay with it, elsewhere
	Abandon(Payment) error     // go back to the shop without paying
}

// Sender is the stand-in's side of webhooks.
type Sender interface {
	// Told returns what the last webhook about the payment said; it waits for it.
	Told(Payment) (body []byte, err error)
	// Dispute lets the customer's bank take the money of a paid payment back; Told tells of it next.
	Dispute(Payment) error
	// Sign makes the headers of a webhook with this body, signed at a time with a secret.
	Sign(by Secret, at time.Time, body []byte) (http.Header, error)
}

// Secret is one of those that webhooks may be signed with.
type Secret int

// The secrets of a Fixture. Its provider takes the first two.
const (
	Current Secret = iota
	Previous
	Foreign // e.g. another provider's
)

// scene is one test of a provider.
type scene struct {
	*testing.T
	Fixture
	ctx context.Context
}

// what the suite pays with; each test has a fixture of its own, so that the keys are used once.
const key = "charge:acme-7-4f1c"

func (s scene) request(method string) payments.Request {
	begun := s.Now().UTC().Truncate(time.Second)
	return payments.Request{
		Key: key, OrderID: 7, Method: method, Amount: usd(15000), Begun: begun, Until: begun.Add(time.Hour),
		Email: "ada@example.com", Language: "en", Back: "https://shop.example.com/paid?order=7",
	}
}
