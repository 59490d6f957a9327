// Package fault is the one vocabulary of errors. An Error has a stable code, a message for the caller without anything
// internal, the wrong fields, and a cause for the log only. Any other error is an internal fault: its text never leaves
// the process.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Code is a stable name for a kind of error.
type Code string

// The codes, one for each thing that a caller can do about an error.
const (
	Malformed     Code = "malformed"          // the request has the wrong format: send it in the right one
	Invalid       Code = "invalid"            // a field is wrong: correct it
	Unauthorized  Code = "unauthorized"       // a key is missing or invalid: get one
	LinkReplaced  Code = "link-replaced"      // the link was replaced by a newer one: use that
	Declined      Code = "payment-declined"   // the money was refused: pay another way
	PaidTooLate   Code = "paid-too-late"      // the order had ended when the money came: it is refunded; order again
	Forbidden     Code = "forbidden"          // this caller is not allowed to
	NotAllowed    Code = "method-not-allowed" // the address is right, the method is not
	NotFound      Code = "not-found"          // it does not exist
	Conflict      Code = "conflict"           // the current state does not allow it: reload it
	SlotTaken     Code = "slot-taken"         // the delivery time is full: pick another
	SoldOut       Code = "sold-out"           // there are not so many pieces: take fewer
	LimitReached  Code = "limit-reached"      // the customer has the maximum: end something first
	AlreadyBooked Code = "already-booked"     // the order has a delivery time: move it instead
	TooLate       Code = "too-late"           // the cut-off has passed: it stays as it is
	NotReady      Code = "not-ready"          // the order's status does not allow it: check it
	Refused       Code = "refused"            // the partner refuses this: find another way
	KeyReused     Code = "key-reused"         // the Idempotency-Key came with another body: use a new key
	InProgress    Code = "in-progress"        // the first request with this key is still running: ask again soon
	TooLarge      Code = "too-large"          // the body is over its limit
	TooMany       Code = "too-many-requests"  // too many requests of this client: try again later
	Unavailable   Code = "unavailable"        // a temporary fault: try again later
	InDoubt       Code = "payment-in-doubt"   // the provider did not answer: do not pay again, the shop keeps asking
	Internal      Code = "internal"           // the shop's own fault
)

// ErrNotBegun is in the error of something that was not begun for lack of room: no one failed, and it does not count as a
// try.
var ErrNotBegun = errors.New("not begun")

// Field is one wrong input.
type Field struct {
	Name   string `json:"field" doc:"Which input is wrong, as a path into the body"`
	Detail string `json:"detail" doc:"What is wrong with it"`
}

// Error is an error with a code. Its message is public; its cause is not.
type Error struct {
	Code       Code
	Message    string
	Fields     []Field
	RetryAfter time.Duration // 0: not set
	// TrackingURL is where the caller can follow the outcome: a key to an order, for the answer only, never for the log.
	TrackingURL string
	Cause       error
}

// Error returns the message with its fields and cause, for logs.
func (e *Error) Error() string {
	text := e.Message
	for _, f := range e.Fields {
		text += "; " + f.Name + ": " + f.Detail
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// GetHeaders returns Retry-After if the error has it.
func (e *Error) GetHeaders() http.Header { return ProblemOf(e).GetHeaders() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns an error with a public message.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ReplacedLink is the error of a link that was replaced by a newer one.
func ReplacedLink() *Error {
	return New(LinkReplaced, "this link was replaced by a newer one, which is in the latest mail")
}

// Wrap adds a code and a public message to a cause, which stays internal.
func Wrap(cause error, code Code, format string, args ...any) *Error {
	e := New(code, format, args...)
	e.Cause = cause
	return e
}

// InvalidField is the error of one wrong field.
func InvalidField(name, format string, args ...any) *Error {
	return InvalidFields(Field{name, fmt.Sprintf(format, args...)})
}

// InvalidFields is the error of wrong fields.
func InvalidFields(fields ...Field) *Error {
	return &Error{Code: Invalid, Message: "some fields are not valid", Fields: fields}
}

// CodeOf returns the code of an error: Internal if it has none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// passing are the codes for which another try may succeed. An error without a code counts too: a retry costs little, and
// a wrongly parked event costs a customer.
var passing = map[Code]bool{TooMany: true, Unavailable: true, InProgress: true, InDoubt: true, Internal: true}

// Permanent reports whether another try cannot succeed.
func Permanent(err error) bool { return err != nil && !passing[CodeOf(err)] }
