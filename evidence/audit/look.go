package audit

import (
	"context"
	"fmt"
	"time"
)

// check is one check, of each order, or once of all together.
type check struct {
	name    string
	promise int
	says    string
	each    func(*look, *life, verdict)
	whole   func(context.Context, *look, *snapshot, verdict) error
}

// checks is the table of all checks. Their names are stable, for people and programs.
var checks = []check{
	{name: "order.in-sight", promise: 1, says: "an order has ended, or it is plain what it waits for", each: checkInSight},
	{name: "order.acknowledged", promise: 1, says: "an order that a client was told of is there, as told", each: checkAcknowledged, whole: checkAcknowledgedMissing},

	{name: "money.price", promise: 2, says: "an order costs what its version of the rules says: its pieces, less what its offers may take off", each: checkPrice},
	{name: "money.tax", promise: 2, says: "each tax of an order has the treatment and the amount that its version of the rules makes of it", each: checkTax},
	{name: "money.paid", promise: 2, says: "an order that pays at once goes on only when it is paid", each: checkPaid},
	{name: "money.charge", promise: 2, says: "a payment of an order has one charge at its provider, of the order's price", each: checkCharge},
	{name: "money.refund", promise: 2, says: "a cancelled order has all back that was paid, no order more than that, and what was paid twice goes back", each: checkRefund},
	{name: "money.stray", promise: 2, says: "no provider holds or gave back money without an order", whole: checkStrayMoney},
	{name: "money.books", promise: 2, says: "the books have one sale of each order that was placed, and one reversal when it was cancelled", each: checkBooks},
	{name: "money.ledger", promise: 2, says: "the ledger has just the entries that follow from the order and its events, as corrected", each: checkLedger},
	{name: "money.balance", promise: 2, says: "the ledger's cash is what the providers took less what they gave back, and what is owed is explained", whole: checkBalance},
	{name: "money.entries", promise: 2, says: "the books are as they were entered: their entries balance and have no gaps, nor have documents, and providers hold what the ledger says", whole: checkEntries},
	{name: "money.account", promise: 2, says: "each payment and refund moved money once in the account at Stripe, nothing else did, and the ledger's cash is what moved", whole: checkAccounts},

	{name: "effect.receipts", promise: 3, says: "an event has a receipt of each of its subscribers, and of no one else", each: checkReceipts},
	{name: "effect.check", promise: 3, says: "the fraud check was asked once about an order that must pass it, and about no other", each: checkScreening},
	{name: "effect.refill", promise: 3, says: "the stockist was asked once for the pieces of an order that was placed", each: checkRefill},
	{name: "effect.consignment", promise: 3, says: "the delivery company was asked once, for the time and place of the order", each: checkConsignment},
	{name: "effect.mail", promise: 3, says: "a mail that is said to be sent was sent", each: checkMail},
	{name: "effect.stray", promise: 3, says: "no partner did anything for an order that is not there, or not its own", whole: checkStrayEffects},

	{name: "move.events", promise: 4, says: "the events of an order are known, each happened once, and one after another as they may", each: checkEvents},
	{name: "move.status", promise: 4, says: "an order's status is where its events have led it", each: checkStatus},
	{name: "move.payload", promise: 4, says: "an event tells what the order is", each: checkPayload},
	{name: "move.delivery", promise: 4, says: "an order has a delivery time just when it was booked", each: checkDelivery},
	{name: "move.tracking", promise: 4, says: "an order is as far as its carrier reported last", each: checkTracking},
	{name: "move.review", promise: 4, says: "an order is placed only when all its reviews passed it, and cancelled for one that refused it", each: checkReview},
	{name: "move.cancel", promise: 4, says: "an order that was cancelled has its reason, and no other has one", each: checkCancel},
	{name: "move.complaint", promise: 4, says: "a complaint is in the journal, has one answer, and the refund or the order that it was answered with", each: checkComplaints, whole: checkReplacements},
	{name: "move.slots", promise: 4, says: "a slot counts the orders that have it, and has room for them", whole: checkSlots},
	{name: "move.stock", promise: 4, says: "the count of a product equals the pieces that orders have taken, and does not exceed what was received", whole: checkStock},
	{name: "move.claims", promise: 4, says: "a claim is of an order, and a payment in doubt keeps its claim", whole: checkClaims},
	{name: "move.archive", promise: 4, says: "an order that is archived had ended, its history is whole, and elsewhere is only what came later", each: checkArchive},
	{name: "move.stray", promise: 4, says: "no event, receipt or entry is without what it belongs to", whole: checkStrayRows},

	{name: "alert.open", promise: 5, says: "what is parked or late has an open alert", each: checkAlert},
}

// look is one pass over everything.
type look struct {
	a      *auditor
	only   []int64
	at     time.Time
	mails  *mails
	alerts *alerts

	checks    map[string]*Check
	findings  []Finding
	open      []Finding
	standings map[string]int
	orders    int
	sums      sums
	story     []string
	healed    int
	byHand    int            // orders that were STOCKED without the stockist
	unpriced  map[string]int // orders whose price was not computed anew, by the reason
	offered   int            // offers of which the amount was
}

func newLook(a *auditor, only []int64) *look {
	k := &look{a: a, only: only, checks: map[string]*Check{}, standings: map[string]int{}, unpriced: map[string]int{}, sums: newSums(), findings: []Finding{}, open: []Finding{}}
	for _, c := range checks {
		k.checks[c.name] = &Check{Name: c.name, Promise: c.promise, Says: c.says}
	}
	for _, one := range a.acked {
		one.seen = false
	}
	return k
}

// judge runs every check.
func (k *look) judge(ctx context.Context, s *snapshot) error {
	err := s.lives(ctx, k.only, func(l *life) {
		k.askOf(l)
		if l.id == k.a.Order {
			k.story = k.tell(l)
		}
	})
	if err != nil {
		return err
	}
	for _, c := range checks {
		if c.whole == nil {
			continue
		}
		if err := c.whole(ctx, k, s, verdict{k, k.checks[c.name], 0}); err != nil {
			return err
		}
	}
	return nil
}

// askOf runs every check on one order.
func (k *look) askOf(l *life) {
	k.orders++
	for _, c := range checks {
		if c.each != nil {
			c.each(k, l, verdict{k, k.checks[c.name], l.id})
		}
	}
}

// partial reports whether this pass reads some orders only, so that totals are meaningless.
func (k *look) partial() bool { return len(k.only) > 0 }

// partner returns the place of an order's partner, or nil if it has no address.
func (k *look) partner(name string, o *order) *place {
	if o.isTest() {
		return k.a.test[name]
	}
	return k.a.live[name]
}

// notes returns what was not checked, and why.
func (k *look) notes() []string {
	notes := []string{"Promise 6 (keys) leaves no trace in the data: tests hold it, the audit cannot."}
	for _, c := range checks {
		if n := k.checks[c.name].Unknown; n > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d could not be checked: %s.", c.name, n, whyUnknown[c.name]))
		}
	}
	if k.a.MailURL == "" {
		notes = append(notes, "effect.mail: not checked: no mailbox was named.")
	}
	if k.alerts == nil {
		notes = append(notes, "alert.open: not checked: the shop was not named, or has no /alerts.")
	}
	if len(k.a.acked) == 0 {
		notes = append(notes, "order.acknowledged: not checked: no file of acknowledged orders was named.")
	}
	notes = append(notes, k.priceNotes()...)
	if k.byHand > 0 {
		notes = append(notes, fmt.Sprintf("%d orders became STOCKED by an operator's hand, without the stockist.", k.byHand))
	}
	if k.healed > 0 {
		notes = append(notes, fmt.Sprintf("%d findings were gone at the second look, and are not told.", k.healed))
	}
	notes = append(notes, k.accountNotes()...)
	for _, p := range k.forgetful() {
		if !p.since.IsZero() {
			notes = append(notes, fmt.Sprintf("%s remembers since %s only.", p.name, p.since.UTC().Format(time.RFC3339)))
		}
	}
	return notes
}

// forgetful returns the places that matter for unproven records.
func (k *look) forgetful() []*place {
	for name, why := range whyUnknown {
		if why == forgot && k.checks[name].Unknown > 0 {
			return k.a.places
		}
	}
	return nil
}

const forgot = "the partner was not named, or does not remember that far back"

var whyUnknown = map[string]string{
	"money.charge": forgot, "money.refund": forgot, "money.books": forgot, "effect.check": forgot, "effect.refill": forgot, "effect.consignment": forgot,
	"money.balance": forgot, "money.account": forgot,
	"effect.mail": "the mailbox keeps its newest mails only, and none over a restart",
	"move.slots":  "the capacity of the market was not told",
	"alert.open":  "it happened just now",
}
