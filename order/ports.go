package order

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/payments"
	"acme.example/webshop/ref"
)

// Store is what the order service needs of the database. Every method is one transaction; when the context carries an
// event.Receipt, the receipt is marked in it, and a call whose receipt is done already changes nothing.
type Store interface {
	// CreateOrder stores a new order under its key, gives it its number and journals the events of its status.
	// If the key is in use, it stores nothing and returns the order that was made under it, and false; if that was for
	// another request, fault.KeyReused. The codes that the order uses are counted in the same transaction; one
	// that is used up is fault.Invalid, and nothing is stored. So are the tallies of its caps: an order beyond one is
	// fault.LimitReached. So is what it takes of counted products (Terms.Reserved): more than are left is fault.SoldOut.
	// A repeat uses nothing.
	CreateOrder(ctx context.Context, o Order, c IdempotencyKey) (stored Order, fresh bool, err error)
	// FindByKey returns the order that the same request made under a key that has not expired, or fault.NotFound.
	FindByKey(ctx context.Context, c IdempotencyKey) (Order, error)
	// DropOrder forgets an order that waits for its payment, with its key and its uses of codes, as if it had never been
	// made: its charge certainly was not. One that is not PAYMENT_PENDING, or that TakeUnsettled has handed out, is
	// fault.Conflict.
	DropOrder(ctx context.Context, id int64, c IdempotencyKey) error
	// MoveOrder applies a move (Order.Apply) and journals the events of the new status. An order that is declined or
	// cancelled gives the uses of its codes back.
	MoveOrder(ctx context.Context, m Move) (Order, error)
	// Order returns an order, or fault.NotFound.
	Order(ctx context.Context, id int64) (Order, error)
	// History returns the journal of an order, oldest first.
	History(ctx context.Context, id int64) ([]event.Envelope, error)
	// RecordPayment stores what became of an attempt to pay an order, with all that follows: the order is CREATED when it is paid,
	// PAYMENT_DECLINED when it cannot be paid any more, and what is paid twice or too late is to be given back.
	RecordPayment(ctx context.Context, s Settlement) (Order, error)
	// AddPayment stores one more attempt to pay an order that waits for its payment (Order.WithAttempt).
	AddPayment(ctx context.Context, id int64, m Method) (Order, error)
	// RecordDispute keeps that a customer's bank took the money of a payment back, or how that ended, and enters it in the ledger.
	RecordDispute(ctx context.Context, id int64, number int, d payments.Dispute) error
	// RequestRefund stores a refund that is to be made. The refunds of an order never exceed what was paid: fault.Invalid.
	RequestRefund(ctx context.Context, w RefundWish) (Order, error)
	// ApproveRefund is the second person's yes to a refund.
	ApproveRefund(ctx context.Context, id int64, number int, by string) (Order, error)
	// RefuseRefund takes back a refund that waits for its second person: who asked for it withdraws it, another one refuses it.
	RefuseRefund(ctx context.Context, id int64, number int, by, why string) (Order, error)
	// RecordRefund keeps what the provider answered for a refund, and enters it in the ledger, once.
	RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error
	// MakeComplaint stores a complaint with its photos (MakeComplaint), and returns it.
	MakeComplaint(ctx context.Context, w ComplaintWish) (Order, Complaint, error)
	// AnswerComplaint stores what was decided about a complaint (AnswerComplaint). Starts are the counted products that a replacement
	// takes pieces of, as their counts begin.
	AnswerComplaint(ctx context.Context, a ComplaintAnswer, starts []Stock) (Order, error)
	// ComplaintPhoto returns a photo of a complaint as JPEG, or fault.NotFound.
	ComplaintPhoto(ctx context.Context, orderID int64, complaint, number int) ([]byte, error)
	// OpenComplaints returns orders with a complaint that waits for its answer, those first that have waited longest.
	OpenComplaints(ctx context.Context, limit int) ([]Order, error)
	// OrdersOf returns the real orders of a mail address, newest first.
	OrdersOf(ctx context.Context, address string, limit int) ([]Order, error)
	// CorrectCustomer corrects an order's customer (Correct): later mails, and those that wait, go by what is corrected.
	CorrectCustomer(ctx context.Context, w CorrectionWish) (Order, error)
	// RenewKeys replaces the customer's keys to an order (Order.KeysFrom).
	RenewKeys(ctx context.Context, id int64) (Order, error)
	// MailSentAgain keeps that a mail about the order was sent again by hand (Mail).
	MailSentAgain(ctx context.Context, id int64, m Mail) error
	// TakeUnsettled returns orders that wait for their payment since before the given time and whose payment is to be asked
	// about now, at most share of each provider, those
	// first that have waited longest for it, and puts each off: by 5 s, and twice as long each time, up to a minute. Of
	// many callers one gets an order.
	TakeUnsettled(ctx context.Context, before time.Time, share int) ([]Order, error)
	// TakeDeclined returns orders that are PAYMENT_DECLINED since after the given time with a reason, and whose
	// charge is to be looked for now, as TakeUnsettled does. Each is put off by a minute, and twice as long each time, up to
	// an hour.
	TakeDeclined(ctx context.Context, after time.Time, share int) ([]Order, error)
	// TakeOpen returns orders that no longer wait for their payment, and whose provider is to be asked about another payment or
	// a refund now (Order.Unsettled), as TakeUnsettled does.
	TakeOpen(ctx context.Context, before time.Time, share int) ([]Order, error)
	// PutOff lets no order be asked about before a time, and keeps why. The asker is one of Poller, LatePoller, OpenPoller and the
	// services that remind their partners.
	PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error
	// Stock returns the counts of all products whose counts have begun, by SKU.
	Stock(ctx context.Context) ([]Stock, error)
	// UsedUp returns the codes that have no uses left.
	UsedUp(ctx context.Context, uses []Use) ([]string, error)
}

// IdempotencyKey makes a request happen once: until it expires, no other request with it makes an order.
type IdempotencyKey struct {
	Key            string        // "" is no key
	Fingerprint    string        // what the request was; another one under the same key is refused
	ValidFor       time.Duration // when it expires; not before the payment of its order has an outcome
	FreedByDecline bool          // it expires early when its order is PAYMENT_DECLINED
	Uses           []Use         // the codes that the order uses, sorted
	Caps           []Cap         // what the order must not go beyond
	Stock          []Stock       // the counted products that it takes pieces of, by SKU, as their counts begin
	// Known is a party: when it has a TallyApproved, the order has KnownReviews in place of its own. "" asks for none.
	Known        string
	KnownReviews []Review
}

// Links makes and opens the signed links that are the keys to an order.
type Links interface {
	// Tracking is the address of the order's own page, for the holder of the link.
	Tracking(o ref.Order) string
	// TrackingAt is the same address as it was given at a time: always the same one.
	TrackingAt(o ref.Order, made time.Time) string
	// Shared is the address of the order's page for people the customer shares it with: they see the order's state.
	Shared(o ref.Order) string
	// Delivery is the address where the order's delivery time is picked.
	Delivery(o ref.Order) string
	// Success is the address that a customer is sent to after ordering.
	Success() string
	// OpenTracking opens a tracking key, or returns fault.Unauthorized.
	OpenTracking(key string) (ref.Opened, error)
	// OpenPage opens a tracking key or a shared one, or returns fault.Unauthorized.
	OpenPage(key string) (ref.Opened, error)
}
