// Package paymentstest is the conformance suite of payment providers: Run for providers with a page where customers pay,
// RunByVoucher for those whose customers pay elsewhere, RunAtOnce for those that charge at once. A provider's test implements Fixture over a stand-in for the provider.
package paymentstest

import (
	"net/http"
	"time"

	"acme.example/webshop/payments"
)

// Fixture is a payment provider and a fresh stand-in for its server.
type Fixture interface {
	Provider() payments.Provider
	Now() time.Time          // of the stand-in's clock
	Advance(d time.Duration) // moves the stand-in's clock

	// DropNextAnswer makes the stand-in carry out the next call and the adapter lose the answer.
	DropNextAnswer()
	// Books returns what the stand-in has done since it was made.
	Books() Books
	Customer
	Sender
}

// Books are the totals of a stand-in, independent of the adapter.
type Books struct {
	Begun    int   // payments in any state
	Paid     int64 // minor units
	Refunded int64
}

// Payment is a payment that was begun.
type Payment struct {
	Request payments.Request
	Outcome payments.Outcome // as Begin returned it
}

// Customer acts on the provider's page. Each method returns an error if the page does not offer the action, e.g. because the
// payment has ended.
type Customer interface {
	Pay(Payment) error         // by card
	Pay3DS(Payment) error      // by card; the bank asks the customer, who confirms
	Decline(Payment) error     // by a card that the bank declines
	NoFunds(Payment) error     // by a card without funds; the page stays open
	TakeVoucher(Payment) error // get a voucher
	PayVoucher(Payment) error  // pay it, elsewhere
	Abandon(Payment) error     // go back to the shop without paying
}

// Sender is the stand-in's side of webhooks.
type Sender interface {
	// Told waits for the webhooks under way, and returns the body of the last one about the payment.
	Told(Payment) (body []byte, err error)
	// Dispute makes the customer's bank take the money of a paid payment back. The next webhook is about that.
	Dispute(Payment) error
	// Sign returns the headers of a webhook with this body, signed at a time with a secret.
	Sign(by Secret, at time.Time, body []byte) (http.Header, error)
}

// Secret is a secret that signs webhooks.
type Secret int

// The secrets of a Fixture. Its provider accepts the first two.
const (
	Current Secret = iota
	Previous
	Foreign // another provider's
)
