// Package event holds the facts that the services tell each other: one file for each type, and their envelope.
//
// It guarantees: an accepted event is valid against the JSON Schema made from its Go type (schemas/); its wire form is
// CloudEvents 1.0 in the NATS binding's binary mode; and every subscriber of the released versions (released/) can read
// its payload, which a test checks.
package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Type is the name of a kind of event.
type Type string

// The events of the shop in the order of an order's life: the seed's five (seed, "Events"), the reviews that some orders
// must pass, what a carrier reports after the booking, and two ends: of a doubtful payment, and of a cancelled order. An
// order of another system begins with OrderImported instead, and continues from its status there. The others may come
// several times: what to pay with later, changes of a booked delivery, money that was given back, corrections, and complaints with
// their answers.
const (
	TypeOrderImported       Type = "OrderImported"
	TypePaymentRequested    Type = "PaymentRequested"
	TypeOrderCreated        Type = "OrderCreated"
	TypePaymentDeclined     Type = "PaymentDeclined"
	TypeReviewRequested     Type = "ReviewRequested"
	TypeReviewDone          Type = "ReviewDone"
	TypeOrderPlaced         Type = "OrderPlaced"
	TypeStockCreated        Type = "StockCreated"
	TypeOrderDeliverable    Type = "OrderDeliverable"
	TypeDeliveryBooked      Type = "DeliveryBooked"
	TypeDeliveryRescheduled Type = "DeliveryRescheduled"
	TypeDeliveryStarted     Type = "DeliveryStarted"
	TypeDeliveryFailed      Type = "DeliveryFailed"
	TypeDelivered           Type = "Delivered"
	TypeOrderCancelled      Type = "OrderCancelled"
	TypeRefundDone          Type = "RefundDone"
	TypeOrderCorrected      Type = "OrderCorrected"
	TypeComplaintMade       Type = "ComplaintMade"
	TypeComplaintAnswered   Type = "ComplaintAnswered"
)

// Types lists all event types in the order of the flow.
var Types = []Type{
	TypeOrderImported, TypePaymentRequested, TypeOrderCreated, TypePaymentDeclined, TypeReviewRequested, TypeReviewDone, TypeOrderPlaced,
	TypeStockCreated, TypeOrderDeliverable, TypeDeliveryBooked, TypeDeliveryRescheduled, TypeDeliveryStarted, TypeDeliveryFailed, TypeDelivered,
	TypeOrderCancelled, TypeRefundDone, TypeOrderCorrected,
	TypeComplaintMade, TypeComplaintAnswered,
}

// Event is one fact about one order. An order has at most one event of each type that the flow passes once; the database
// has a unique index for them. Of the others, e.g. a delivery that is moved, it may have several.
type Event interface {
	EventType() Type
	Order() int64
}

// Envelope is an event in transit: the CloudEvents attributes and the payload as JSON.
type Envelope struct {
	ID          string    // unique for ever and rising with time (UUIDv7)
	Source      string    // the service that journals it, e.g. "/webshop/order"
	Type        Type      // which fact
	OrderID     int64     // the subject
	Time        time.Time // when it became true, UTC, milliseconds
	TraceParent string    // W3C trace context of its cause; may be empty
	Data        json.RawMessage
}

// sources names the service of each event type.
var sources = map[Type]string{
	TypeOrderImported:       "/webshop/order",
	TypePaymentRequested:    "/webshop/order",
	TypeOrderCreated:        "/webshop/order",
	TypePaymentDeclined:     "/webshop/order",
	TypeReviewRequested:     "/webshop/order",
	TypeReviewDone:          "/webshop/order",
	TypeOrderPlaced:         "/webshop/order",
	TypeStockCreated:        "/webshop/stock",
	TypeOrderDeliverable:    "/webshop/order",
	TypeDeliveryBooked:      "/webshop/delivery",
	TypeDeliveryRescheduled: "/webshop/delivery",
	TypeDeliveryStarted:     "/webshop/order",
	TypeDeliveryFailed:      "/webshop/order",
	TypeDelivered:           "/webshop/order",
	TypeOrderCancelled:      "/webshop/order",
	TypeRefundDone:          "/webshop/order",
	TypeOrderCorrected:      "/webshop/order",
	TypeComplaintMade:       "/webshop/order",
	TypeComplaintAnswered:   "/webshop/order",
}

// Source returns the service that journals events of a type, as a CloudEvents source.
func Source(t Type) string { return sources[t] }

// Wrap puts an event into an envelope. It is an error if the event does not match its schema.
func Wrap(e Event, id string, at time.Time, traceParent string) (Envelope, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return Envelope{}, fmt.Errorf("event %s: %w", e.EventType(), err)
	}
	if !fits(e) {
		if err := Validate(e.EventType(), data); err != nil {
			return Envelope{}, err
		}
	}
	return Envelope{
		ID: id, Source: sources[e.EventType()], Type: e.EventType(), OrderID: e.Order(),
		Time: at.UTC().Truncate(time.Millisecond), TraceParent: traceParent, Data: data,
	}, nil
}

// Open decodes the payload of an envelope as the event type E. It is an error if the payload does not match its schema.
func Open[E Event](env Envelope) (E, error) {
	var e E
	if env.Type != e.EventType() {
		return e, fmt.Errorf("event %s: is a %s, not a %s", env.ID, env.Type, e.EventType())
	}
	if err := json.Unmarshal(env.Data, &e); err == nil && asWrapped(e, env.Data) {
		return e, nil
	}
	if err := Validate(env.Type, env.Data); err != nil {
		return e, err
	}
	e = *new(E) // what the first try has left in it
	if err := json.Unmarshal(env.Data, &e); err != nil {
		return e, fmt.Errorf("event %s: %w", env.ID, err)
	}
	return e, nil
}

// asWrapped reports whether a payload is, byte for byte, what Wrap makes of a valid event: then it is valid, and its schema need not
// be asked (docs/performance.md).
func asWrapped(e Event, data []byte) bool {
	if !fits(e) {
		return false
	}
	wrapped, err := json.Marshal(e)
	return err == nil && bytes.Equal(wrapped, data)
}
