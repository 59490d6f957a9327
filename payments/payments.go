// Package payments says what a payment is, and what the shop asks of a payment provider. Each provider is a folder below this
// one, an implementation of Provider that passes the suite in payments/paymentstest.
//
// It guarantees, by what it asks of each provider: a payment is begun once for each key, so that a repeated request charges
// nobody twice; no card data reaches the shop; and a customer who comes back from a provider's page proves nothing, because
// only the provider's own answer (Find) says that a payment is paid.
package payments

import (
	"context"
	"errors"
	"net/http"
	"time"

	"acme.example/webshop/money"
)

// State says how far a payment is.
type State string

// The states of a payment. The last three are final, with one exception: a provider may take money for a payment that had
// failed or expired, and then it is paid.
const (
	Pending        State = "pending"         // begun, or about to be; its outcome is not known
	ActionRequired State = "action-required" // the customer has to do something: Action
	Paid           State = "paid"
	Failed         State = "failed"  // declined or abandoned; nothing was taken
	Expired        State = "expired" // the customer did not pay in time; nothing was taken
)

// States lists them.
var States = []State{Pending, ActionRequired, Paid, Failed, Expired}

// Open reports whether the payment may still be paid.
func (s State) Open() bool { return s == Pending || s == ActionRequired }

// The methods of payment that the shop knows.
const (
	Card         = "card"
	CashVoucher  = "cash-voucher"  // paid in a shop with a number that the customer is given, e.g. OXXO
	BankTransfer = "bank-transfer" // the customer transfers the amount with a reference
	Invoice      = "invoice"       // paid later, without a provider
	Free         = "free"          // an order that costs nothing, without a provider
)

// Methods lists them.
var Methods = []string{Card, CashVoucher, BankTransfer, Invoice, Free}

// usualTimes is how long customers may take to pay, where the rules do not say.
var usualTimes = map[string]time.Duration{Card: time.Hour, CashVoucher: 3 * 24 * time.Hour, BankTransfer: 7 * 24 * time.Hour}

// UsualTime is how long customers may take to pay by a method, where the rules do not say.
func UsualTime(method string) time.Duration { return usualTimes[method] }

// Request is a payment that a provider is to begin, or is asked about.
type Request struct {
	Key       string // idempotency key: a provider begins one payment for each
	OrderID   int64
	Method    string
	Amount    money.Amount
	Test      bool      // take nothing real
	Begun     time.Time // when the shop began it. With Until, it says what a provider is told, which must stay the same for a key
	Until     time.Time // when the customer's time to pay ends; the provider may end it earlier
	Reference string    // the provider's own, as Begin returned it; "" if that is not known
	Over      bool      // the shop wants no money for it any more: Find closes the page, if the provider can

	// What the provider's page needs. They stay the same for a key.
	Email    string
	Language string // e.g. "en"
	Back     string // absolute address of the shop's page to which the provider sends the customer, paid or not
}

// Action is what the customer has to do to pay: go to an address, pay with a voucher, or both in turn.
type Action struct {
	URL     string   `json:"url,omitempty"` // of the provider's page
	Voucher *Voucher `json:"voucher,omitempty"`
}

// Voucher is what the customer pays with elsewhere.
type Voucher struct {
	Number string `json:"number"`          // to show or to type, e.g. the reference of a transfer
	URL    string `json:"url,omitempty"`   // a page with the voucher to print
	Payee  string `json:"payee,omitempty"` // of a transfer: whom and where to, in words
}

// Outcome is what a provider says of a payment.
type Outcome struct {
	State     State
	Reference string       // the provider's own; never empty for ActionRequired and Paid
	Amount    money.Amount // what was paid or is to be paid, as the provider has it
	Action    Action       // for ActionRequired
	Until     time.Time    // for ActionRequired: when the customer's time ends, UTC
	Why       string       // for Failed: the provider's reason in a word, e.g. "insufficient_funds"
}

// Refund is money of a payment that a provider is to give back.
type Refund struct {
	Key              string // idempotency key
	PaymentKey       string
	PaymentReference string
	Amount           money.Amount
	Test             bool
}

// RefundState says how far a refund is.
type RefundState string

// The states of a refund. A refund that the provider has failed to pay out is RefundFailed: the money is still with the
// provider, and a person has to see to it. The last two are of refunds that wait for a second person, and the provider was never
// asked for: who asked for it took it back, or the other refused.
const (
	RefundPending   RefundState = "pending"
	RefundDone      RefundState = "done"
	RefundFailed    RefundState = "failed"
	RefundWithdrawn RefundState = "withdrawn"
	RefundRefused   RefundState = "refused"
)

// Dropped reports whether the provider is never asked for the refund.
func (s RefundState) Dropped() bool { return s == RefundWithdrawn || s == RefundRefused }

// Void reports whether no money goes back by the refund, so that it can be given back by another one.
func (s RefundState) Void() bool { return s == RefundFailed || s.Dropped() }

// RefundOutcome is what a provider says of a refund.
type RefundOutcome struct {
	State     RefundState
	Reference string // the provider's own
}

// Notice is what a provider's webhook says. That a payment has changed is a reason to ask the provider (Find), and no proof.
type Notice struct {
	Key     string   // of the payment; "" for something that the shop does not follow
	Test    bool     // the webhook was signed for test orders
	Dispute *Dispute // the customer's bank takes the money back; nil for anything else
}

// Dispute is a chargeback: the customer's bank has taken money back, until the shop proves its claim.
type Dispute struct {
	Reference string       `json:"reference"` // the provider's own
	Amount    money.Amount `json:"amount"`
	Reason    string       `json:"reason"` // the bank's, in a word
	State     string       `json:"state"`  // DisputeOpen, DisputeWon or DisputeLost
}

// The states of a dispute.
const (
	DisputeOpen = "open"
	DisputeWon  = "won"
	DisputeLost = "lost"
)

// ErrNotBegun is in the error of a payment that certainly was not begun: it was not sent, or the provider did not hear it.
var ErrNotBegun = errors.New("payment not begun")

// Provider takes payments. Its calls are bounded in time, and safe for concurrent use.
type Provider interface {
	// Ready is fault.Unavailable while a payment would not even be tried, because the provider is known to be away.
	Ready(test bool) error
	// Begin begins a payment, once for each key, and returns how far it is: Paid for a provider that charges at once, Failed for a
	// payment that it declines, else ActionRequired. An error that is ErrNotBegun says that the payment was not begun and will
	// not be. Any other error leaves that open until Find tells.
	Begin(ctx context.Context, r Request) (Outcome, error)
	// Find asks how far a payment is. It is fault.NotFound if the provider does not have it; then Begin may be called again under
	// the same key.
	Find(ctx context.Context, r Request) (Outcome, error)
	// Refund gives money of a payment back, once for each key. It is fault.Conflict if the provider refuses.
	Refund(ctx context.Context, r Refund) (RefundOutcome, error)
	// Event reads a webhook. It is fault.Unauthorized if the provider did not sign it, or not recently, and fault.Malformed or
	// fault.Invalid if it cannot be read. A webhook about something that the shop does not follow is a Notice without a key.
	Event(ctx context.Context, header http.Header, body []byte) (Notice, error)
}
