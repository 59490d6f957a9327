package audit

import "time"

// This file is what the auditor knows of the shop, written from the documents and not from the code. When the shop gets a
// new event, subscriber, status or entry, the audit fails until it is added here.

// The statuses of an order.
const (
	pending   = "PAYMENT_PENDING"
	declined  = "PAYMENT_DECLINED"
	created   = "CREATED"
	inReview  = "IN_REVIEW"
	placed    = "PLACED"
	stocked   = "STOCKED"
	booked    = "DELIVERY_BOOKED"
	outThere  = "OUT_FOR_DELIVERY"
	failed    = "DELIVERY_FAILED"
	delivered = "DELIVERED"
	cancelled = "CANCELLED"
)

// fact describes a type of event.
type fact struct {
	source  string   // the service that journals it
	after   []string // what must have happened before
	fields  []string // the fields of its payload
	heard   []string // its subscribers
	repeats bool     // whether an order may have several
}

var (
	named    = []string{"ref"}
	customer = []string{"name", "email", "language"}
	address  = []string{"phone", "street", "city", "address"}
	wares    = []string{"customerType", "products", "totalPrice", "currency"}
)

// facts is the table of events.
var facts = map[string]fact{
	// An order of another system, which keeps its money and its history. It has no subscribers here.
	"OrderImported": {source: "/webshop/order", after: nil, fields: join(named, wares, []string{"market"}), heard: nil},
	"OrderCreated": {source: "/webshop/order", after: nil, fields: join(named, customer, address, wares, []string{"market", "orgNumber"}),
		heard: []string{"order.OrderCreated", "email.OrderCreated"}},
	"PaymentRequested": {source: "/webshop/order", after: nil, fields: join(named, customer, []string{"market", "currency", "payment"}), repeats: true,
		heard: []string{"email.PaymentRequested"}},
	"PaymentDeclined": {source: "/webshop/order", after: nil, fields: join(named, customer, []string{"market"}),
		heard: []string{"email.PaymentDeclined"}},
	"ReviewRequested": {source: "/webshop/order", after: []string{"OrderCreated"}, fields: join(named, []string{"name", "email"}, wares, []string{"market"}),
		heard: []string{"approval.ReviewRequested", "fraud.ReviewRequested"}},
	"ReviewDone": {source: "/webshop/order", after: []string{"ReviewRequested"}, fields: join(nil, []string{"passed"}),
		heard: []string{"order.ReviewDone"}},
	"OrderPlaced": {source: "/webshop/order", after: []string{"OrderCreated"}, fields: join(named, wares, []string{"market"}),
		heard: []string{"stock.OrderPlaced", "finance.OrderPlaced"}},
	"StockCreated": {source: "/webshop/stock", after: []string{"OrderPlaced"}, fields: nil,
		heard: []string{"order.StockCreated"}},
	// An operator may set an order to STOCKED without the stockist, so StockCreated is not required.
	"OrderDeliverable": {source: "/webshop/order", after: []string{"OrderPlaced"}, fields: join(named, customer, []string{"market"}),
		heard: []string{"email.OrderDeliverable", "delivery.OrderDeliverable"}},
	"DeliveryBooked": {source: "/webshop/delivery", after: []string{"OrderDeliverable"}, fields: join(named, customer, address, []string{"market"}),
		heard: []string{"order.DeliveryBooked", "email.DeliveryBooked", "delivery.DeliveryBooked"}},
	"DeliveryRescheduled": {source: "/webshop/delivery", after: []string{"DeliveryBooked"}, fields: join(named, customer, address, []string{"market"}), repeats: true,
		heard: []string{"email.DeliveryRescheduled", "delivery.DeliveryRescheduled"}},
	"DeliveryStarted": {source: "/webshop/order", after: []string{"DeliveryBooked"}, fields: join(named, customer, []string{"market"}), repeats: true,
		heard: []string{"email.DeliveryStarted"}},
	"DeliveryFailed": {source: "/webshop/order", after: []string{"DeliveryBooked"}, fields: join(named, customer, []string{"market"}), repeats: true,
		heard: []string{"email.DeliveryFailed"}},
	"Delivered": {source: "/webshop/order", after: []string{"DeliveryBooked"}, fields: join(named, customer, []string{"market"}),
		heard: []string{"email.Delivered"}},
	// An order that was paid too late was declined before, and never created.
	"OrderCancelled": {source: "/webshop/order", after: nil, fields: join(named, customer, []string{"market", "totalPrice", "currency", "reason", "paid"}),
		heard: []string{"order.OrderCancelled", "finance.OrderCancelled", "delivery.OrderCancelled", "email.OrderCancelled"}},
	// A correction may come at any time, also after the end.
	"OrderCorrected": {source: "/webshop/order", after: nil, fields: join(named, customer, address, []string{"market", "number"}), repeats: true,
		heard: []string{"delivery.OrderCorrected"}},
	"RefundDone": {source: "/webshop/order", after: nil, fields: join(named, customer, []string{"market", "totalPrice", "currency", "refund"}), repeats: true,
		heard: []string{"finance.RefundDone", "email.RefundDone"}},
	"ComplaintMade": {source: "/webshop/order", after: nil, fields: join(named, customer, []string{"market"}), repeats: true,
		heard: []string{"email.ComplaintMade"}},
	"ComplaintAnswered": {source: "/webshop/order", after: []string{"ComplaintMade"}, fields: join(named, customer, []string{"market", "currency"}), repeats: true,
		heard: []string{"email.ComplaintAnswered"}},
}

// joinedLater are subscribers added by a later release: earlier events have no receipts for them.
var joinedLater = map[string]bool{"delivery.OrderCancelled": true}

func join(lists ...[]string) []string {
	all := []string{"orderId", "testId"}
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// standsAt lists the statuses of an order by its furthest event, the furthest event first.
var standsAt = []struct {
	event    string
	statuses []string
}{
	{"OrderCancelled", []string{cancelled}},
	{"Delivered", []string{delivered}},
	{"DeliveryFailed", []string{failed, outThere, booked}}, // checkTracking tells them apart
	{"DeliveryStarted", []string{outThere}},
	{"DeliveryBooked", []string{stocked, booked}},
	{"OrderDeliverable", []string{stocked}},
	{"OrderImported", []string{placed, stocked, booked}}, // the status in the other system
	{"OrderPlaced", []string{placed}},
	{"ReviewRequested", []string{inReview}}, // until the order service handles the end of its review
	{"OrderCreated", []string{created}},
	{"PaymentDeclined", []string{declined}},
	{"", []string{pending, declined}},
}

// elsewhere are the events that an imported order may have had in the other system.
var elsewhere = []string{"OrderCreated", "OrderPlaced", "OrderDeliverable"}

// deadlines are how long after its event a receipt may be pending.
var deadlines = map[string]time.Duration{
	"order.OrderCreated": 30 * time.Second, "email.OrderCreated": 5 * time.Minute,
	"email.PaymentRequested": 5 * time.Minute, "email.PaymentDeclined": 5 * time.Minute,
	"fraud.ReviewRequested": time.Minute, "approval.ReviewRequested": 30 * time.Second, "order.ReviewDone": 30 * time.Second,
	"stock.OrderPlaced": time.Minute, "finance.OrderPlaced": 5 * time.Minute,
	"order.StockCreated":     30 * time.Second,
	"email.OrderDeliverable": 5 * time.Minute, "delivery.OrderDeliverable": 30 * time.Second,
	"order.DeliveryBooked": 30 * time.Second, "email.DeliveryBooked": 5 * time.Minute, "delivery.DeliveryBooked": 5 * time.Minute,
	"email.DeliveryRescheduled": 5 * time.Minute, "delivery.DeliveryRescheduled": 5 * time.Minute, "delivery.OrderCancelled": 5 * time.Minute,
	"email.DeliveryStarted": 5 * time.Minute, "email.DeliveryFailed": 5 * time.Minute, "email.Delivered": 5 * time.Minute,
	"order.OrderCancelled": 5 * time.Minute, "finance.OrderCancelled": 5 * time.Minute, "email.OrderCancelled": 5 * time.Minute,
	"delivery.OrderCorrected": 5 * time.Minute,
	"finance.RefundDone":      5 * time.Minute, "email.RefundDone": 5 * time.Minute,
	"email.ComplaintMade": 5 * time.Minute, "email.ComplaintAnswered": 5 * time.Minute,
}

// statusDeadlines are how long an order may be in a status before there is an alert.
var statusDeadlines = map[string]time.Duration{
	pending: 2 * time.Minute, created: time.Minute, inReview: 4 * time.Hour, placed: 48 * time.Hour, stocked: 336 * time.Hour,
	booked: 24 * time.Hour, outThere: 24 * time.Hour, failed: 168 * time.Hour, // of an order that its carrier reports about
}

// reasons are the reasons for cancelling an order.
var reasons = []string{"customer", "operator", "out-of-stock", "organization-unverified", notAccepted, paidTooLate}

// notAccepted is the reason if a review refused the order.
const notAccepted = "not-accepted"

// notPaid is the reason of an order whose customer did not pay in time.
const notPaid = "not-paid"

// lateFor is how long the shop looks for money that comes after a payment has ended: a day, and until it is asked the last time.
const lateFor = 25 * time.Hour

// payGrace is how long after its customer's time to pay an order may wait.
const payGrace = 2 * time.Minute

// paidTooLate is the reason if the payment came after it was declined; notConfirmed is the reason of an order declined
// because its payment was in doubt.
const paidTooLate, notConfirmed = "paid-too-late", "not-confirmed"

// accounts has, for each kind of entry, the account that it debits and the one it credits; "cash" is that of the
// payment's provider. A kind that ends in a dot is followed by the number of the payment, refund or bank receipt.
var accounts = map[string][2]string{
	"payment":  {"cash", "receivable"},
	"sale":     {"receivable", "revenue"},
	"reversal": {"refunds", "receivable"},
	"refund":   {"receivable", "cash"},
	"handover": {"handed-over", "to-hand-over"},

	"reversal.":       {"refunds", "receivable"},
	"refund.":         {"receivable", "cash"},
	"overpayment.":    {"cash", "receivable"},
	"overpaid-back.":  {"receivable", "cash"},
	"chargeback.":     {"chargebacks", "cash"},
	"chargeback-won.": {"cash", "chargebacks"},
	"bank.":           {bankAccount, "receivable"},
}

// bankAccount is the account of what customers paid for invoices at the shop's bank. No provider has records of it.
const bankAccount = "cash:bank"

// keys are the prefixes of the partners' idempotency keys, by the kind of record. The order's reference follows.
var keys = map[string]string{
	"charge": "charge:", "refund": "refund:", "check": "check:", "refill": "refill:", "consignment": "delivery:", "change": "delivery:", "sale": "sale:", "reversal": "reversal:",
}

// The partners that are not payment providers.
const screening, stockist, carrier, bookkeeping = "screening", "stockist", "carrier", "books"

// alertWithin is how soon there is an alert. The promise says "within seconds".
const alertWithin = 15 * time.Second
