package database

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Orders is the table of orders.
var Orders = &Table[order.Order]{Name: "orders", Key: 1, Columns: []Column[order.Order]{
	{"order_id", func(o *order.Order) any { return &o.ID }},
	{"status", func(o *order.Order) any { return (*string)(&o.Status) }},
	{"final", func(o *order.Order) any { return derived{o, isFinal} }},
	{"status_at", func(o *order.Order) any { return (*Millis)(&o.StatusAt) }},
	{"created_at", func(o *order.Order) any { return (*Millis)(&o.CreatedAt) }},
	{"name", func(o *order.Order) any { return &o.Customer.Name }},
	{"email", func(o *order.Order) any { return &o.Customer.Email }},
	{"phone", func(o *order.Order) any { return &o.Customer.Phone }},
	{"street", func(o *order.Order) any { return &o.Customer.Street }},
	{"city", func(o *order.Order) any { return &o.Customer.City }},
	{"customer_type", func(o *order.Order) any { return &o.CustomerType }},
	{"market", func(o *order.Order) any { return &o.Market }},
	{"org_number", func(o *order.Order) any { return &o.OrgNumber }},
	{"products", func(o *order.Order) any { return (*items)(&o.Products) }},
	{"total_price", func(o *order.Order) any { return &o.Total.Minor }},
	{"currency", func(o *order.Order) any { return (*string)(&o.Total.Currency) }},
	{"rate", func(o *order.Order) any { return &o.Rate }},
	{"test_id", func(o *order.Order) any { return &o.TestID }},
	{"payment_provider", func(o *order.Order) any { return &o.PaymentProvider }},
	{"payment_reference", func(o *order.Order) any { return &o.PaymentReference }},
	{"delivery_time", func(o *order.Order) any { return (*Millis)(&o.DeliveryTime) }},
	{"cancel_reason", func(o *order.Order) any { return &o.CancelReason }},
	{"refund_reference", func(o *order.Order) any { return &o.RefundReference }},
	{"rules", func(o *order.Order) any { return &o.Rules }},
	{"terms", func(o *order.Order) any { return jsonText[order.Terms]{&o.Terms} }},
	{"reviews", func(o *order.Order) any { return jsonText[[]order.Review]{&o.Reviews} }},
	{"unique_part", func(o *order.Order) any { return &o.Unique }},
	{"payments", func(o *order.Order) any { return jsonText[[]order.Payment]{&o.Payments} }},
	{"pay_until", func(o *order.Order) any { return (*Millis)(&o.PayUntil) }},
	{"refunds", func(o *order.Order) any { return jsonText[[]order.Refund]{&o.Refunds} }},
	{"unsettled", func(o *order.Order) any { return derived{o, order.Order.Unsettled} }},
	{"disputed", func(o *order.Order) any { return derived{o, order.Order.Disputed} }},
	{"address", func(o *order.Order) any { return jsonText[order.Address]{&o.Address} }},
	{"language", func(o *order.Order) any { return &o.Language }},
	{"keys_from", func(o *order.Order) any { return (*Millis)(&o.KeysFrom) }},
	{"delivery_until", func(o *order.Order) any { return (*Millis)(&o.DeliveryUntil) }},
	{"delivery_moves", func(o *order.Order) any { return &o.DeliveryMoves }},
	{"delivery_zone", func(o *order.Order) any { return &o.DeliveryZone }},
	{"tracking", func(o *order.Order) any { return jsonText[order.Tracking]{&o.Tracking} }},
	{"complaints", func(o *order.Order) any { return jsonText[[]order.Complaint]{&o.Complaints} }},
	{"complains_since", func(o *order.Order) any { return derivedTime{o, order.Order.ComplainsSince} }},
	{"mails", func(o *order.Order) any { return jsonText[[]order.Mail]{&o.Mails} }},
	{"bounced_since", func(o *order.Order) any { return derivedTime{o, order.Order.BouncedSince} }},
}}

// Journal is the table of events.
var Journal = &Table[event.Envelope]{Name: "journal", Key: 1, Columns: []Column[event.Envelope]{
	{"event_id", func(e *event.Envelope) any { return &e.ID }},
	{"type", func(e *event.Envelope) any { return (*string)(&e.Type) }},
	{"order_id", func(e *event.Envelope) any { return &e.OrderID }},
	{"source", func(e *event.Envelope) any { return &e.Source }},
	{"time", func(e *event.Envelope) any { return (*Millis)(&e.Time) }},
	{"traceparent", func(e *event.Envelope) any { return &e.TraceParent }},
	{"data", func(e *event.Envelope) any { return (*rawText)(&e.Data) }},
}}

// Entries is the ledger.
var Entries = &Table[LedgerEntry]{Name: "ledger", Key: 2, Columns: []Column[LedgerEntry]{
	{"order_id", func(e *LedgerEntry) any { return &e.OrderID }},
	{"kind", func(e *LedgerEntry) any { return (*string)(&e.Kind) }},
	{"debit", func(e *LedgerEntry) any { return (*string)(&e.Debit) }},
	{"credit", func(e *LedgerEntry) any { return (*string)(&e.Credit) }},
	{"amount", func(e *LedgerEntry) any { return &e.Amount.Minor }},
	{"currency", func(e *LedgerEntry) any { return (*string)(&e.Amount.Currency) }},
	{"test", func(e *LedgerEntry) any { return &e.Test }},
	{"time", func(e *LedgerEntry) any { return (*Millis)(&e.Time) }},
	{"author", func(e *LedgerEntry) any { return &e.Author }},
	{"reason", func(e *LedgerEntry) any { return &e.Reason }},
}}

// Key is an idempotency key that a request took.
type Key struct {
	Key, Fingerprint string
	OrderID          int64
	Expires          time.Time
}

// Keys is the table of idempotency keys.
var Keys = &Table[Key]{Name: "claims", Key: 1, Columns: []Column[Key]{
	{"key", func(k *Key) any { return &k.Key }},
	{"fingerprint", func(k *Key) any { return &k.Fingerprint }},
	{"order_id", func(k *Key) any { return &k.OrderID }},
	{"expires_at", func(k *Key) any { return (*Millis)(&k.Expires) }},
}}

// CodeUse is a code that an order uses.
type CodeUse struct {
	Code, Customer string
	OrderID        int64
}

// CodeUses is the table of the codes that orders use.
var CodeUses = &Table[CodeUse]{Name: "code_uses", Key: 3, Columns: []Column[CodeUse]{
	{"code", func(u *CodeUse) any { return &u.Code }},
	{"customer", func(u *CodeUse) any { return &u.Customer }},
	{"order_id", func(u *CodeUse) any { return &u.OrderID }},
}}

// Tally is a tally of an order.
type Tally struct {
	OrderID int64
	order.Tally
}

// Tallies is the table of what orders count as.
var Tallies = &Table[Tally]{Name: "tallies", Key: 3, Columns: []Column[Tally]{
	{"order_id", func(t *Tally) any { return &t.OrderID }},
	{"kind", func(t *Tally) any { return &t.Kind }},
	{"party", func(t *Tally) any { return &t.Party }},
	{"at", func(t *Tally) any { return (*Millis)(&t.At) }},
	{"amount", func(t *Tally) any { return &t.Amount }},
}}

// StockCounts is the table of the counts of products.
var StockCounts = &Table[order.Stock]{Name: "stock", Key: 1, Columns: []Column[order.Stock]{
	{"sku", func(s *order.Stock) any { return &s.SKU }},
	{"received", func(s *order.Stock) any { return &s.Received }},
	{"taken", func(s *order.Stock) any { return &s.Taken }},
}}

// Photos is the table of the photos of complaints.
var Photos = &Table[order.ComplaintPhoto]{Name: "complaint_photos", Key: 3, Columns: []Column[order.ComplaintPhoto]{
	{"order_id", func(p *order.ComplaintPhoto) any { return &p.OrderID }},
	{"complaint", func(p *order.ComplaintPhoto) any { return &p.Complaint }},
	{"number", func(p *order.ComplaintPhoto) any { return &p.Number }},
	{"jpeg", func(p *order.ComplaintPhoto) any { return (*rawBytes)(&p.JPEG) }},
}}

// Slot is a delivery slot, and how many real orders have it.
type Slot struct {
	Market string // or one of its zones: delivery.Pool
	Start  time.Time
	Booked int64
}

// Slots is the table of delivery slots.
var Slots = &Table[Slot]{Name: "slots", Key: 2, Columns: []Column[Slot]{
	{"market", func(s *Slot) any { return &s.Market }},
	{"starts_at", func(s *Slot) any { return (*Millis)(&s.Start) }},
	{"booked", func(s *Slot) any { return &s.Booked }},
}}
