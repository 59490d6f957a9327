package audit

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// order is a row of the orders.
type order struct {
	id, statusAt, createdAt                        int64
	unique, status                                 string
	name, email, phone, street, city               string
	customerType, market, orgNumber, products      string
	total, testID, deliveryTime                    int64
	currency, provider, reference, reason, refunds string
	reviews                                        string // JSON
	rules                                          int64  // their version
	payUntil                                       int64  // when the customer's time to pay ends
	language                                       string
	where                                          whereabouts
}

// whereabouts is what an address has besides street and city: JSON in the orders' table, in events and in consignments.
type whereabouts struct {
	Line2, PostalCode, Region, Neighborhood, Country, Company, DeliveryNotes, RecipientName, RecipientPhone, GiftMessage string
}

// read reads the column; an order that has none of it has no text there.
func (w *whereabouts) read(column string) error {
	if column == "" {
		return nil
	}
	return json.Unmarshal([]byte(column), w)
}

// ref returns the order's reference for partners: its number and, if it has one, its unique part.
func (o *order) ref() string {
	if o.unique == "" {
		return strconv.FormatInt(o.id, 10)
	}
	return strconv.FormatInt(o.id, 10) + "-" + o.unique
}

func (o *order) isTest() bool { return o.testID != 0 }

// paid reports whether the shop considers the order's money as taken.
func (o *order) paid() bool { return o.reference != "" }

// event is a row of the journal, with its receipts.
type event struct {
	id, kind, source, data string
	time                   int64
	receipts               []receipt
}

// receipt is the state of an event at a subscriber.
type receipt struct {
	eventID, subscriber, state, lastError string
	attempts                              int
	changedAt                             int64
}

// entry is a row of the ledger.
type entry struct {
	kind, debit, credit, currency string
	amount                        int64
	test                          bool
	author, reason                string // of a correction
}

// of returns the kind of an entry; for a correction, that of the corrected entry: sale for sale/1.
func (e entry) of() string {
	kind, _, _ := strings.Cut(e.kind, "/")
	return kind
}

// life is everything that the database has of one order. Its events are in the order of the journal.
type life struct {
	order
	events  []event
	entries []entry
	earlier []earlier // what was corrected, oldest first

	payments []payment
	back     []refund

	complaints []complaint

	terms   terms
	unread  error    // why the terms could not be read
	version *version // of the rules that the order names; nil: it is not there

	archived   bool    // its history is in the archive
	since      []event // what came later, and is in the journal
	unreadable string  // why the archived history could not be read
}

// earlier is who an order was of, and where it went, until it was corrected.
type earlier struct {
	number, at                       int64
	name, email, phone, street, city string
	where                            whereabouts
}

// erased reports whether nothing is left of who the order is of.
func (l *life) erased() bool { return l.name+l.email+l.phone+l.street+l.city == "" }

// event returns the first event of a kind, or nil.
func (l *life) event(kind string) *event {
	for i := range l.events {
		if l.events[i].kind == kind {
			return &l.events[i]
		}
	}
	return nil
}

func (l *life) has(kind string) bool { return l.event(kind) != nil }

// imported reports whether another system took the order and its money.
func (l *life) imported() bool { return l.has("OrderImported") }

// bookedElsewhere reports whether the order was booked in the system that it comes from, whatever has happened here
// since.
func (l *life) bookedElsewhere() bool {
	return l.imported() && !l.has("DeliveryBooked") && l.deliveryTime != 0 && l.status == booked
}

// receipt returns a subscriber's receipt, or a zero one.
func (l *life) receipt(subscriber string) (receipt, *event) {
	for i := range l.events {
		for _, r := range l.events[i].receipts {
			if r.subscriber == subscriber {
				return r, &l.events[i]
			}
		}
	}
	return receipt{}, nil
}

// done reports whether a subscriber is done, and the time of the event that it handled.
func (l *life) done(subscriber string) (bool, int64) {
	r, e := l.receipt(subscriber)
	if r.state != "done" {
		return false, 0
	}
	return true, e.time
}

// entriesOf returns the entries of a kind, and their corrections.
func (l *life) entriesOf(kind string) (found, corrections []entry) {
	for _, e := range l.entries {
		switch {
		case e.kind == kind:
			found = append(found, e)
		case e.of() == kind:
			corrections = append(corrections, e)
		}
	}
	return found, corrections
}

// kinds is the order's events, formatted for people only when needed.
type kinds []event

func (k kinds) String() string {
	names := make([]string, len(k))
	for i, e := range k {
		names[i] = e.kind
	}
	return strings.Join(names, ", ")
}

func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
