package audit

import (
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
	reviews, terms                                 string // as JSON
}

// ref is how partners know the order: its number and, since there are such, its unique part.
func (o *order) ref() string {
	if o.unique == "" {
		return strconv.FormatInt(o.id, 10)
	}
	return strconv.FormatInt(o.id, 10) + "-" + o.unique
}

func (o *order) isTest() bool { return o.testID != 0 }

// paid says whether the shop holds that the order's money was taken.
func (o *order) paid() bool { return o.reference != "" }

// event is a row of the journal, with its receipts.
type event struct {
	id, kind, source, data string
	time                   int64
	receipts               []receipt
}

// receipt is how far a subscriber got with an event.
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

// of is the kind of an entry; of a correction, the kind of what it corrects: sale of sale/1.
func (e entry) of() string {
	kind, _, _ := strings.Cut(e.kind, "/")
	return kind
}

// life is all that the database knows about one order. Its events are in the order of the journal.
type life struct {
	order
	events  []event
	entries []entry

	archived   bool   // its history is in the archive
	journalled int    // events that are in the journal all the same
	unreadable string // why the archived history could not be read
}

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

// imported says whether another system took the order, and its money.
func (l *life) imported() bool { return l.has("OrderImported") }

// bookedElsewhere says whether the order was booked in the system that it comes from, whatever happened here since.
func (l *life) bookedElsewhere() bool {
	return l.imported() && !l.has("DeliveryBooked") && l.deliveryTime != 0 && l.status == delivered
}

// receipt returns a subscriber's receipt; the zero one when there is none.
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

// done says whether a subscriber did its work, and when the event was that asked for it.
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

// kinds is the order's events to be written for people, should it come to that.
type kinds []event

func (k kinds) String() string {
	names := make([]string, len(k))
	for i, e := range k {
		names[i] = e.kind
	}
	return strings.Join(names, ", ")
}

func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
