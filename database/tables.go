package database

import (
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Orders is the table of orders.
var Orders = &Table[order.Order]{Name: "orders", Key: 1, Columns: []Column[order.Order]{
	{"order_id", func(o *order.Order) any { return &o.ID }},
	{"status", func(o *order.Order) any { return (*string)(&o.Status) }},
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
	{"products", func(o *order.Order) any { return &o.Products }},
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
