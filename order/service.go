package order

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Service is the order service. All fields must be set.
type Service struct {
	Store    Store
	Rules    Rulebook
	Payments map[string]payments.Provider // by name
	// Simulated names the providers that charge nothing, which is shown to customers.
	Simulated []string
	Links     Links
	Who       func(context.Context) string // who asks, of operators; nil: no one who is known by name
	Now       func() time.Time
	Log       *slog.Logger
	// Languages are those of the shop's pages and mails.
	Languages []string
	// DoubtAfter is when a payment without an outcome is taken up by Settle: longer than a charge takes that goes well.
	DoubtAfter time.Duration
	// Mailable says why no mail can be sent to an address of a real order: fault.Invalid, or fault.Unavailable when that is not
	// known now. Nil: mails can be sent to every address.
	Mailable func(ctx context.Context, address string) error
	// MayTest says why a caller of the public listener who sends this token may not make test orders; nil: everyone may.
	MayTest func(token string) error
	// Guess is asked before a client that gives codes hears what they are, with those that there are not: fault.TooMany when it
	// has given so many that it is to wait. Nil lets all guess.
	Guess func(ctx context.Context, wrong []string) error
	// Page returns the path of a product's page; nil: there are no such pages.
	Page func(Product) string
	// Find mails the links to the orders of an address to it, in the background. Nil: not here.
	Find func(ctx context.Context, address string, number int64) error
	// Papers has the documents that the books issue; nil: there are none.
	Papers Papers
	// Stopping ends live answers when it is closed; nil never does.
	Stopping <-chan struct{}
	// OfferFailed counts an offer that failed for a cart and was left out of it; nil counts nothing.
	OfferFailed func(offer string)

	streams atomic.Int64 // live answers under way
}

// PlaceOrder puts an order that was created into the order book, or sends it to its reviews first. It is idempotent.
func (s *Service) PlaceOrder(ctx context.Context, id int64) (Order, error) {
	return s.Store.MoveOrder(ctx, Move{OrderID: id, To: Placed, Event: true})
}

// PlaceNewOrder creates an order (CreateOrder) and puts it into the order book at once, unless its customer has to pay first.
func (s *Service) PlaceNewOrder(ctx context.Context, d Draft, key string) (Order, error) {
	o, err := s.CreateOrder(ctx, d, key)
	if err != nil || o.Status == PaymentPending {
		return o, err
	}
	return s.PlaceOrder(ctx, o.ID)
}

// UpdateOrderStatus moves an order along the state machine. An illegal move is fault.Conflict, and so is one that only
// the payment provider can decide.
func (s *Service) UpdateOrderStatus(ctx context.Context, id int64, to Status) (Order, error) {
	before, err := s.Store.Order(ctx, id)
	if err != nil {
		return Order{}, err
	}
	if before.Status == PaymentPending && contains(next[PaymentPending], to) {
		return Order{}, fault.New(fault.Conflict, "the order is %s; only the answer of its payment provider makes it %s", before.Status, to)
	}
	if to == Cancelled {
		return s.CancelOrder(ctx, id, ByOperator)
	}
	m := Move{OrderID: id, To: to}
	if m.reports() {
		m.Report.By = s.Who(ctx)
	}
	return s.Store.MoveOrder(ctx, m)
}

func contains(all []Status, s Status) bool { return slices.Contains(all, s) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
