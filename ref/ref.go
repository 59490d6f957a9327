// Package ref defines the references of orders for others: in customers' links, and in partners' idempotency keys.
//
// It guarantees: no two orders in the world have the same reference. Numbers alone are repeated when a database is
// restored or fails over, and in a second shop. So a reference has, besides the number, the id of the installation
// (stored in its database) and a random part that the order gets when it is stored. An order from before such parts
// existed is still named by its number alone.
package ref

import (
	"encoding/base32"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Order is an order's reference: "7-4fk29x0qmtzb-9c1d5n0tz6ce", or "7" for an order without a unique part.
type Order string

// Of returns the reference of the order with a number and a unique part, which is empty for an old order.
func Of(number int64, unique string) Order {
	if unique == "" {
		return Order(strconv.FormatInt(number, 10))
	}
	return Order(strconv.FormatInt(number, 10) + "-" + unique)
}

// Or returns the reference, or that of an order without a unique part if there is none, as in older events.
func (o Order) Or(number int64) Order {
	if o == "" {
		return Of(number, "")
	}
	return o
}

// form matches a reference.
var form = regexp.MustCompile(`^[1-9][0-9]{0,9}(-[0-9a-z]{12}-[0-9a-z]{12})?$`)

// Parse parses a reference, and reports whether it is valid.
func Parse(text string) (o Order, number int64, ok bool) {
	if !form.MatchString(text) {
		return "", 0, false
	}
	digits, _, _ := strings.Cut(text, "-")
	number, err := strconv.ParseInt(digits, 10, 64)
	return Order(text), number, err == nil
}

// Effect is something that a partner does once for each order.
type Effect string

// The effects at partners.
const (
	Charge   Effect = "charge"   // take the order's money
	Refund   Effect = "refund"   // give it back
	Check    Effect = "check"    // check the order for fraud
	Refill   Effect = "refill"   // produce its plants
	Delivery Effect = "delivery" // deliver it
	Sale     Effect = "sale"     // post its sale
	Reversal Effect = "reversal" // reverse the sale
)

// Key returns the idempotency key for an effect at a partner.
func (o Order) Key(e Effect) string { return string(e) + ":" + string(o) }

// MessageID returns the local part of a mail's Message-ID. Event ids are unique in the world by themselves (UUIDv7).
func MessageID(eventID, subscriber string) string { return eventID + "." + subscriber }

// What a mail is sent again by, which begins its Message-ID.
const (
	byHand = "again"
	byJob  = "bulk"
)

// AgainID returns the local part of the Message-ID of a mail about an order that is sent again by hand. It is unique if random is.
func AgainID(random string, order int64) string { return namedID(byHand, random, order) }

// BulkID returns the same of a mail that a job on many orders sends again: always the same one.
func BulkID(job string, order int64) string { return namedID(byJob, job, order) }

func namedID(by, name string, order int64) string {
	return by + "." + name + "." + strconv.FormatInt(order, 10)
}

// SentAgain returns the number of the order that an AgainID or a BulkID is about, and whether it is one.
func SentAgain(messageID string) (order int64, is bool) {
	parts := strings.Split(messageID, ".")
	if len(parts) != 3 || parts[0] != byHand && parts[0] != byJob {
		return 0, false
	}
	order, err := strconv.ParseInt(parts[2], 10, 64)
	return order, err == nil && order > 0
}

// letters are Crockford's base 32 in lower case, which has no ambiguous letters.
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

// Opened is what a customer's key to an order says.
type Opened struct {
	Order  Order
	Number int64
	Made   time.Time // when the key was made; zero for one from before keys said so
	Shared bool      // it shows the state of the order only
}

// Replaced reports whether the key is one of those that an order's newer ones have replaced.
func (k Opened) Replaced(keysFrom time.Time) bool { return k.Made.Before(keysFrom) }
