// Package ref says how an order is named where others see it: in the links that customers hold, and in the idempotency
// keys that partners are given.
//
// It guarantees: no two orders in the world have the same reference. Numbers alone come twice: when a database is restored
// or another server takes over, and in a second shop. So a reference holds, besides the number, the id of the
// installation (which is in its database) and a random part that the order was given when it was stored. An order
// from before there were such parts is named by its number alone, as it always was.
package ref

import (
	"encoding/base32"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Order is an order's reference: "7-4fk29x0qmtzb-9c1d5n0tz6ce", or "7" for an order from before there were unique parts.
type Order string

// Of returns the reference of the order with a number and a unique part, which is empty for an old order.
func Of(number int64, unique string) Order {
	if unique == "" {
		return Order(strconv.FormatInt(number, 10))
	}
	return Order(strconv.FormatInt(number, 10) + "-" + unique)
}

// Or returns the reference, or that of an old order when there is none, as in events from before they had one.
func (o Order) Or(number int64) Order {
	if o == "" {
		return Of(number, "")
	}
	return o
}

// form is what a reference looks like.
var form = regexp.MustCompile(`^[1-9][0-9]{0,9}(-[0-9a-z]{12}-[0-9a-z]{12})?$`)

// Parse reads a reference, and reports whether it is one.
func Parse(text string) (o Order, number int64, ok bool) {
	if !form.MatchString(text) {
		return "", 0, false
	}
	digits, _, _ := strings.Cut(text, "-")
	number, err := strconv.ParseInt(digits, 10, 64)
	return Order(text), number, err == nil
}

// Effect is what a partner is asked to do, once for each order.
type Effect string

// The effects at partners.
const (
	Charge   Effect = "charge"   // take the order's money
	Refund   Effect = "refund"   // give it back
	Check    Effect = "check"    // look whether the order is in earnest
	Refill   Effect = "refill"   // produce its plants
	Delivery Effect = "delivery" // bring it
	Sale     Effect = "sale"     // book its sale
	Reversal Effect = "reversal" // take the sale back
)

// Key is the idempotency key under which a partner is asked for an effect.
func (o Order) Key(e Effect) string { return string(e) + ":" + string(o) }

// MessageID is the local part of the Message-ID of a mail. Event ids are unique in the world by themselves (UUIDv7).
func MessageID(eventID, subscriber string) string { return eventID + "." + subscriber }

// letters are those of Crockford's base 32, in small letters: none is taken for another.
var letters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns 60 random bits in twelve letters, for an installation or for the random part of an order.
func NewID(random io.Reader) (string, error) {
	var bits [8]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", err
	}
	return letters.EncodeToString(bits[:])[:12], nil
}

// Unique returns the unique part of an order, from the ids of its installation and of itself.
func Unique(installation, order string) string { return installation + "-" + order }
