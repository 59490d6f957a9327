// Package order owns the order and its rules: what may be ordered, by whom, at which price, and through which states
// an order lives. Its services are CreateOrder, PlaceOrder and UpdateOrderStatus.
//
// It guarantees: a real order is priced here and nowhere else; an order moves only along the state machine, whatever
// arrives in whatever order; each arrival in a status states its event exactly once; and money is taken under one key
// for each order.
package order

import (
	"cmp"
	"math"
	"slices"
	"time"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Order is what a customer asked for, and how far it is.
type Order struct {
	ID               int64  // positive, 31 bits, given by the store
	Unique           string // unique part of its reference, given by the store; "" for an order from before there were any
	Status           Status
	StatusAt         time.Time // when it got its status
	CreatedAt        time.Time
	Customer         Customer
	CustomerType     string      // e.g. "B2C"
	Market           string      // e.g. "US"
	OrgNumber        string      // as OrgNumber.Plain; "" for none
	Products         event.Items // as the customer asked for them, and the gifts after them
	Total            money.Amount
	Rate             string    // the exchange rate that the price was made with, frozen; "" where none was needed
	TestID           int64     // 0: a real order
	PaymentProvider  string    // who takes the money, or was asked last to take it; "" for an invoice
	PaymentReference string    // the provider's own number for the payment that paid the order; "" until it is paid
	Payments         []Payment // the attempts to pay it, the one that was chosen last at the end; see Attempts
	PayUntil         time.Time // when the customer's time to pay ends; zero for an order that is paid at once or by invoice
	Refunds          []Refund  // see GivenBack
	DeliveryTime     time.Time // start of the booked slot; zero until one is booked
	CancelReason     string    // why it is CANCELLED: one of CancelReasons, or PaidTooLate; of some that are PAYMENT_DECLINED NotConfirmed, NotPaid or one of CancelReasons; else ""
	RefundReference  string    // the provider's own number for the last refund; "" until all the money is back
	Rules            int64     // version of the rules that it was made under; 0: from before versions were kept
	Terms            Terms
	DeliveryUntil    time.Time // its end; zero where the rules gave it none
	DeliveryMoves    int64     // how often the booking was changed
	DeliveryZone     string    // whose room it takes; "" where slots are not counted by zone
	Reviews          []Review  // the steps that it must pass before it is placed; most orders have none
	Address          Address   // what the address of delivery has besides street and city
	Language         string    // what the customer reads, e.g. "en"; "" for the market's language
	KeysFrom         time.Time // customers' keys to it that were made before open nothing; zero: all open it
	Tracking         Tracking  // what the delivery company has reported
	Complaints       []Complaint
	Mails            []Mail // what is known of mails about it, those sent last at the end
}

// Address is the rest of the delivery address, without street and city, and the recipient if it is not the customer.
type Address = event.Address

// Customer is the customer of an order, with the address of delivery.
type Customer struct{ Name, Email, Phone, Street, City string }

// Ref is the order's reference, used in links and by partners.
func (o Order) Ref() ref.Order { return ref.Of(o.ID, o.Unique) }

// ChargeKey is the idempotency key under which the order's money is taken, asked about and given back.
func (o Order) ChargeKey() string { return o.Ref().Key(ref.Charge) }

// twoDecimals stands for the catalog's currency where an order does not name it.
const twoDecimals money.Currency = "USD"

// CatalogTotal is the total in minor units of the catalog's currency, which the seed calls totalPrice: changed back by the
// order's rate, or the Total itself where there is none. The catalog's currency is taken for one with two decimals, as the
// seed's is, unless the order's terms name it.
func (o Order) CatalogTotal() int64 {
	if o.Rate == "" {
		return o.Total.Minor
	}
	rate, err := money.ParseRate(o.Rate)
	if err != nil {
		return o.Total.Minor // no rule makes such a rate
	}
	total, err := rate.Invert(o.Total, cmp.Or(o.Terms.Catalog, twoDecimals))
	if err != nil {
		return math.MaxInt64 // more than any order may cost
	}
	return total.Minor
}

// Move is a wish to change an order's status.
type Move struct {
	OrderID          int64
	To               Status
	PaymentReference string // kept with the order when not empty
	Reason           string // of a move to CANCELLED, and to PAYMENT_DECLINED after a doubt (Order.CancelReason)
	// Event says that the wish comes from an event, which may be late or come twice: an order that is past the wished
	// status, or has ended, is left as it is. Without it, such a wish is refused.
	Event bool
	// CutOff is until when an order whose delivery is booked can be cancelled; nil: not at all.
	CutOff *cutoff.Before
	// Staff says that the shop itself cancels: also an order whose delivery failed in a market without a cut-off.
	Staff bool
	// Report is what a move to OUT_FOR_DELIVERY, DELIVERY_FAILED or DELIVERED rests on.
	Report Report
}

// Apply returns the order after the move, and whether anything changed. Asking for what is so changes nothing.
// A move that the state machine does not have is a fault.Conflict that tells the status and the allowed ones.
// The way to PLACED leads through IN_REVIEW for as long as a review has not passed the order. Cancelling an order that waits for
// its customer to pay makes it PAYMENT_DECLINED.
func (o Order) Apply(m Move, now time.Time) (Order, bool, error) {
	if m.To == Placed && !o.reviewed() && (o.Status == Created || o.Status == InReview && m.Event) {
		m.To = InReview
	}
	if m.To == Cancelled && m.Reason != PaidTooLate && (o.waitsForCustomer() || o.cancelledUnpaid()) {
		m.To = PaymentDeclined // from there it is CANCELLED when a payment comes late
	}
	if m.reports() {
		return o.reported(m, now)
	}
	switch {
	case o.Status == m.To, m.Event && (o.Status.passed(m.To) || o.Status == Cancelled):
		return o, false, nil
	case o.Status == PaymentDeclined && m.To == Cancelled && m.Reason == PaidTooLate && m.PaymentReference != "":
		// the one way out of a final status: there is money to give back
	case m.To == Cancelled && !o.DeliveryTime.IsZero():
		if err := o.mayCallOff(m, now); err != nil {
			return o, false, err
		}
	case !contains(o.Next(), m.To):
		return o, false, o.illegal(m.To)
	case m.To == InReview && o.reviewed():
		return o, false, fault.New(fault.Conflict, "the order has no review that it has not passed")
	case m.To == Placed && !o.reviewed():
		return o, false, fault.New(fault.Conflict, "the order has not passed its reviews; decide them (/approve, /refuse), or cancel it")
	case m.To == DeliveryBooked && o.DeliveryTime.IsZero():
		return o, false, fault.New(fault.Conflict, "the order has no delivery time; book one first")
	case m.To == DeliveryBooked && o.Status == DeliveryFailed:
		return o, false, fault.New(fault.Conflict, "the delivery failed; book another time (/moveDelivery)")
	}
	o.PaymentReference = cmp.Or(m.PaymentReference, o.PaymentReference)
	if m.To == Cancelled {
		o = o.withRest(now)
		o.DeliveryTime, o.DeliveryUntil, o.DeliveryZone = time.Time{}, time.Time{}, ""
	}
	o.Status, o.StatusAt, o.CancelReason = m.To, now, m.Reason
	return o, true, nil
}

// mayCallOff says why an order whose delivery is booked cannot be cancelled. It may have been booked just now, and still be STOCKED.
func (o Order) mayCallOff(m Move, now time.Time) error {
	switch {
	case o.Status == DeliveryFailed && o.BookedHere():
		return o.mayGiveUp(m)
	case o.Status != Stocked && o.Status != DeliveryBooked && o.Status != DeliveryFailed:
		return o.illegal(m.To)
	case m.CutOff == nil && o.Status == DeliveryBooked:
		return o.illegal(m.To)
	case m.CutOff == nil && o.BookedHere():
		return fault.New(fault.Conflict, "the order is %s and its delivery is booked; it cannot become %s any more", o.Status, m.To)
	case !o.BookedHere():
		return fault.New(fault.Conflict, "another system has booked this order's delivery; it cannot be cancelled here any more")
	}
	return m.CutOff.Check(o.DeliveryTime, now)
}

// mayGiveUp says why an order whose delivery failed cannot be cancelled: the plants are back, and no van waits for a cut-off.
func (o Order) mayGiveUp(m Move) error {
	if m.Staff || m.CutOff != nil {
		return nil
	}
	return fault.New(fault.Conflict, "the delivery failed; in this market only our staff can cancel the order: ask them")
}

// Cancellable reports whether the order can be cancelled now, by its customer or by the shop's staff, given until when one can be
// whose delivery is booked.
func (o Order) Cancellable(cutOff *cutoff.Before, staff bool, now time.Time) bool {
	if o.DeliveryTime.IsZero() {
		return contains(next[o.Status], Cancelled) || o.waitsForCustomer()
	}
	return o.mayCallOff(Move{To: Cancelled, CutOff: cutOff, Staff: staff}, now) == nil
}

// owed reports whether the order was paid, so that there is money to give back: not by invoice, nor of an order that
// costs nothing.
func (o Order) owed() bool { return o.PaymentReference != "" && o.Total.Minor > 0 }

const refundUnderWay = "under-way"

// refund says how far the refund of a cancelled order is; "" when there is nothing to give back.
func (o Order) refund() string {
	all := slices.DeleteFunc(slices.Clone(o.GivenBack()), func(r Refund) bool { return r.State.Dropped() })
	switch {
	case o.Status != Cancelled || len(all) == 0:
		return ""
	case o.RefundReference == "" && slices.ContainsFunc(all, func(r Refund) bool { return r.State != payments.RefundDone }):
		return refundUnderWay
	}
	return "done"
}

// arrivedFrom are the events of an order's arrival, with the delivery that it cancels.
func (o Order) arrivedFrom(before Order) []event.Event {
	o.DeliveryTime = before.DeliveryTime
	return o.Arrived()
}

// calledOff is the version of the order's delivery as one that is called off; 0 for an order that has none.
func (o Order) calledOff() int64 {
	if o.DeliveryTime.IsZero() {
		return 0
	}
	return o.DeliveryMoves + 2
}

// Arrived returns the events that an order's arrival in its status causes. The store journals them in the transaction
// that stores the status.
func (o Order) Arrived() []event.Event {
	c := o.Customer
	switch o.Status {
	case Created:
		created := event.OrderCreated{
			OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Phone: c.Phone, Street: c.Street, City: c.City,
			CustomerType: o.CustomerType, Market: o.Market, Products: o.Products.String(), TotalPrice: o.Total.Minor,
			Currency: string(o.Total.Currency), TestID: o.TestID, RulesVersion: o.Rules,
			Lines: o.Terms.Lines, Taxes: o.Terms.Taxes, Details: o.Terms.Details, Address: o.Address, Language: o.Language, Replaces: o.Terms.Replaces,
		}
		return []event.Event{created.NumberedBy(o.OrgNumber)}
	case PaymentDeclined:
		if o.CancelReason == "" {
			return nil // its customer is told by createOrder
		}
		return []event.Event{event.PaymentDeclined{
			OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Market: o.Market, TestID: o.TestID, RulesVersion: o.Rules,
			Reason: o.CancelReason, Language: o.Language,
		}}
	case InReview:
		return []event.Event{o.ReviewRequest()}
	case Placed:
		return []event.Event{event.OrderPlaced{
			OrderID: o.ID, Ref: o.Ref(), CustomerType: o.CustomerType, Market: o.Market, Products: o.Products.String(),
			TotalPrice: o.Total.Minor, Currency: string(o.Total.Currency), TestID: o.TestID, RulesVersion: o.Rules,
			Taxes: o.Terms.Taxes,
		}}
	case Stocked:
		return []event.Event{event.OrderDeliverable{
			OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Market: o.Market, TestID: o.TestID, RulesVersion: o.Rules,
			Language: o.Language,
		}}
	case OutForDelivery, DeliveryFailed, Delivered:
		return []event.Event{o.reportEvent()}
	case Cancelled:
		return []event.Event{event.OrderCancelled{
			OrderID: o.ID, Ref: o.Ref(), Reason: o.CancelReason, Name: c.Name, Email: c.Email, Market: o.Market, TotalPrice: o.Total.Minor,
			Currency: string(o.Total.Currency), Paid: o.owed(), GivenBack: o.givenBackBefore(), DeliveryTime: millis(o.DeliveryTime), DeliveryVersion: o.calledOff(), TestID: o.TestID, RulesVersion: o.Rules,
			Language: o.Language,
		}}
	}
	return nil
}
