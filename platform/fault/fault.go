// Package fault is the one vocabulary of errors. An Error has a stable code, a message for the caller that holds
// nothing internal, the fields that are wrong, and a cause that is only for the log. Whatever is not an Error is an
// internal fault: its text never leaves the process.
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
	Malformed     Code = "malformed"          // the request is not what its format says: send it in the right form
	Invalid       Code = "invalid"            // a field is wrong: correct it
	Unauthorized  Code = "unauthorized"       // a key is missing or not valid: get one
	Declined      Code = "payment-declined"   // the money was refused: pay another way
	PaidTooLate   Code = "paid-too-late"      // the order had ended when the money came: it is given back; order again
	Forbidden     Code = "forbidden"          // this caller may not do this
	NotAllowed    Code = "method-not-allowed" // the address is right, the method is not
	NotFound      Code = "not-found"          // there is no such thing
	Conflict      Code = "conflict"           // the present state does not allow it: look at the state
	SlotTaken     Code = "slot-taken"         // the delivery time is full: pick another
	LimitReached  Code = "limit-reached"      // the customer has as much as one may have at a time: end something first
	AlreadyBooked Code = "already-booked"     // the order has a delivery time: it does not change
	NotReady      Code = "not-ready"          // the order is not where this is possible: look at its status
	Refused       Code = "refused"            // the partner does not do this: find another way
	KeyReused     Code = "key-reused"         // the Idempotency-Key came with another body: use a new key
	InProgress    Code = "in-progress"        // the first request with this key still runs: ask again soon
	TooLarge      Code = "too-large"          // the body is over its limit
	TooMany       Code = "too-many-requests"  // this client asks too often: ask again later
	Unavailable   Code = "unavailable"        // a passing fault: try again later
	InDoubt       Code = "payment-in-doubt"   // the provider did not say: do not pay again, the shop asks on
	Internal      Code = "internal"           // our fault
)

// ErrNotBegun is in the error of something that was not begun, for want of a place to do it: no one failed, and it costs
// no try.
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
	RetryAfter time.Duration // 0: not said
	// TrackingURL is where the caller can follow what is open: a key to an order, for the answer only, never for the log.
	TrackingURL string
	Cause       error
}

// Error is the message with its fields and cause, for logs.
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

// GetHeaders returns Retry-After where the error says when to come back.
func (e *Error) GetHeaders() http.Header { return ProblemOf(e).GetHeaders() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error with a public message.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause, which stays internal, a code and a public message.
func Wrap(cause error, code Code, format string, args ...any) *Error {
	e := New(code, format, args...)
	e.Cause = cause
	return e
}

// InvalidField says that one field is wrong.
func InvalidField(name, format string, args ...any) *Error {
	return InvalidFields(Field{name, fmt.Sprintf(format, args...)})
}

// InvalidFields says which fields are wrong.
func InvalidFields(fields ...Field) *Error {
	return &Error{Code: Invalid, Message: "some fields are not valid", Fields: fields}
}

// CodeOf is the code of an error: Internal for one that has none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// passing holds the codes that may be gone when the same is tried again. An error without a code is taken as passing
// too: a retry costs little, and a wrongly parked event costs a customer.
var passing = map[Code]bool{TooMany: true, Unavailable: true, InProgress: true, InDoubt: true, Internal: true}

// Permanent reports whether trying again cannot help.
func Permanent(err error) bool { return err != nil && !passing[CodeOf(err)] }
