package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// uuid7 matches an event's id, which begins with the milliseconds since 1970.
var uuid7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// checkEvents follows the order's events in the order of the journal.
func checkEvents(_ *look, l *life, v verdict) {
	happened := map[string]bool{}
	for i, e := range l.events {
		if e.kind == "OrderImported" {
			v.expect(i == 0, "OrderImported before all else", "%s", kinds(l.events))
		}
		rule, known := facts[e.kind]
		v.expect(known, "a type of event that is known", "%q", e.kind)
		v.expect(!happened[e.kind] || rule.repeats, "each event once", "%s is there twice", e.kind)
		v.expect(e.source == rule.source, e.kind+" from "+rule.source, "from %s", e.source)
		v.expect(idFits(e), "an id that has the event's time in it", "%s at %s", e.id, moment(e.time))
		for _, earlier := range rule.after {
			v.expect(happened[earlier] || l.imported() && slices.Contains(elsewhere, earlier), e.kind+" after "+earlier, "%s", kinds(l.events))
		}
		v.expect(e.kind != "StockCreated" || !happened["OrderDeliverable"], "StockCreated before OrderDeliverable", "%s", kinds(l.events))
		v.expect(e.kind != "OrderCancelled" || !slices.ContainsFunc(l.events[i+1:], event.beforeEnd),
			"nothing after OrderCancelled but money given back and corrections", "%s", kinds(l.events))
		v.expect(e.kind != "OrderCancelled" || (happened["OrderCreated"] || l.imported()) != (l.reason == paidTooLate),
			"OrderCancelled after OrderCreated, or of an order that was paid too late", "%s, %q", kinds(l.events), l.reason)
		happened[e.kind] = true
	}
}

// beforeEnd reports whether an event cannot come after the end of its order.
func (e event) beforeEnd() bool {
	return !slices.Contains([]string{"RefundDone", "OrderCorrected", "ComplaintMade", "ComplaintAnswered"}, e.kind)
}

// idFits reports whether an id was made at the event's time, or later by a clock that does not go back.
func idFits(e event) bool {
	if !uuid7.MatchString(e.id) {
		return false
	}
	ms, err := strconv.ParseInt(e.id[:8]+e.id[9:13], 16, 64)
	return err == nil && ms >= e.time
}

// checkStatus compares the status with the furthest event.
func checkStatus(_ *look, l *life, v verdict) {
	for _, at := range standsAt {
		if at.event == "" || l.has(at.event) {
			v.expect(slices.Contains(at.statuses, l.status) || l.bookedElsewhere(), strings.Join(at.statuses, " or ")+", by the journal", "%s", l.status)
			break
		}
	}
	v.expect(l.statusAt >= l.createdAt, "a status since the order was made, or later", "%s, made %s", moment(l.statusAt), moment(l.createdAt))
}

// payload has the fields of events of any type.
type payload struct {
	OrderID, TestID, TotalPrice                        int64
	Market, Name, Email, Phone, Street, City, Currency string
	CustomerType, Products, OrgNumber, TaxID           string
	DeliveryTime, PreviousTime                         string
	Version, DeliveryVersion, Number                   int64
	Reason, Ref, Method                                string
	Amount, Payment, Refund, Complaint                 int64
	Outcome                                            string
	Paid, Passed, OfSale                               bool
	Language                                           string
	Address                                            whereabouts
}

// paying and givingBack are what events tell of a payment and a refund.
type (
	paying struct {
		Number int
		Method string
		Amount int64
	}
	givingBack struct {
		Number int
		Amount int64
		Reason string
		OfSale bool
	}
)

// told is, for each field of a payload, its value and the order's.
var told = map[string]func(p payload, l *life) (says, is any){
	"orderId": func(p payload, l *life) (any, any) { return p.OrderID, l.id },
	"ref": func(p payload, l *life) (any, any) {
		return cmp.Or(p.Ref, strconv.FormatInt(l.id, 10)), l.ref() // older events have none
	},
	"testId":       func(p payload, l *life) (any, any) { return p.TestID, l.testID },
	"market":       func(p payload, l *life) (any, any) { return p.Market, l.market },
	"name":         func(p payload, l *life) (any, any) { return p.Name, l.name },
	"email":        func(p payload, l *life) (any, any) { return p.Email, l.email },
	"phone":        func(p payload, l *life) (any, any) { return p.Phone, l.phone },
	"street":       func(p payload, l *life) (any, any) { return p.Street, l.street },
	"city":         func(p payload, l *life) (any, any) { return p.City, l.city },
	"language":     func(p payload, l *life) (any, any) { return p.Language, l.language },
	"address":      func(p payload, l *life) (any, any) { return p.Address, l.where },
	"customerType": func(p payload, l *life) (any, any) { return p.CustomerType, l.customerType },
	"products":     func(p payload, l *life) (any, any) { return p.Products, l.products },
	"totalPrice":   func(p payload, l *life) (any, any) { return p.TotalPrice, l.total },
	"currency":     func(p payload, l *life) (any, any) { return p.Currency, l.currency },
	"orgNumber":    func(p payload, l *life) (any, any) { return p.OrgNumber + p.TaxID, l.orgNumber },
	"reason":       func(p payload, l *life) (any, any) { return p.Reason, l.reason },
	"number": func(p payload, l *life) (any, any) {
		if p.Number > 0 && (l.erased() || slices.ContainsFunc(l.earlier, func(e earlier) bool { return e.number == p.Number })) {
			return true, true
		}
		return p.Number, "of a correction that is kept"
	},
	"passed": func(p payload, l *life) (any, any) { return p.Passed, l.passed() },
	"paid":   func(p payload, l *life) (any, any) { return p.Paid, l.paid() },
	"payment": func(p payload, l *life) (any, any) {
		of := payment{}
		if found := l.payment(int(p.Payment)); found != nil {
			of = *found
		}
		return paying{Number: int(p.Payment), Method: p.Method, Amount: p.Amount}, paying{Number: of.Number, Method: of.Method, Amount: of.Amount}
	},
	"refund": func(p payload, l *life) (any, any) {
		of := refund{}
		if p.Refund > 0 && int(p.Refund) <= len(l.back) && l.back[p.Refund-1].State == isRefunded {
			of = l.back[p.Refund-1]
		}
		return givingBack{Number: int(p.Refund), Amount: p.Amount, Reason: p.Reason, OfSale: p.OfSale},
			givingBack{Number: of.Number, Amount: of.Amount, Reason: of.Reason, OfSale: l.partsTakenBack()[of.Number] > 0}
	},
}

// personal are the fields that the journal leaves to the order; older events have them.
var personal = join(customer, address)

// checkPayload compares each event with the order.
func checkPayload(_ *look, l *life, v verdict) {
	for _, e := range l.events {
		var p payload
		if err := json.Unmarshal([]byte(e.data), &p); err != nil {
			v.expect(false, e.kind+" in JSON", "%v", err)
			continue
		}
		for _, field := range facts[e.kind].fields {
			says, is := told[field](p, l)
			if says == is || (says == "" || says == whereabouts{}) && slices.Contains(personal, field) {
				v.fine()
				continue
			}
			v.expect(false, fmt.Sprintf("%s.%s is %v, as the order's", e.kind, field, is), "%v", says)
		}
	}
}

// checkDelivery expects an event if there is a delivery time, and the reverse.
func checkDelivery(_ *look, l *life, v verdict) {
	if l.imported() && !l.has("DeliveryBooked") {
		return // the other system may have booked one, or said that it did
	}
	at, _ := l.deliveryAt(v)
	v.expect(at == l.deliveryTime, "the delivery time "+moment(at)+" by the journal", "%s, and %s", moment(l.deliveryTime), kinds(l.events))
	v.expect(l.status != booked || l.deliveryTime != 0, "a delivery time", "none, though it is %s", l.status)
}

// deliveryAt follows the order's delivery through its events, and returns when it comes, 0 for not at all, and the version of the
// last word about it, 0 for none.
func (l *life) deliveryAt(v verdict) (at, version int64) {
	for _, e := range l.events {
		p := e.payload()
		to, _ := strconv.ParseInt(p.DeliveryTime, 10, 64)
		switch e.kind {
		case "DeliveryBooked":
			at, version = to, 1
		case "DeliveryRescheduled":
			v.expect(p.PreviousTime == strconv.FormatInt(at, 10) && p.Version == version+1, fmt.Sprintf("a change from %d to version %d", at, version+1), "from %s to version %d", p.PreviousTime, p.Version)
			at, version = to, p.Version
		case "OrderCorrected":
			if p.DeliveryVersion == 0 {
				continue
			}
			v.expect(to == at && p.DeliveryVersion == version+1, fmt.Sprintf("a correction of the delivery of %d as version %d", at, version+1), "of that of %q as version %d", p.DeliveryTime, p.DeliveryVersion)
			version = p.DeliveryVersion
		case "OrderCancelled":
			v.expect(to == at && (at == 0) == (p.DeliveryVersion == 0) && (at == 0 || p.DeliveryVersion == version+1), fmt.Sprintf("the delivery of %d called off as version %d", at, version+1), "that of %q as version %d", p.DeliveryTime, p.DeliveryVersion)
			at, version = 0, p.DeliveryVersion
		}
	}
	return at, version
}

// checkCancel expects a reason of a cancelled order.
func checkCancel(_ *look, l *life, v verdict) {
	if l.status == declined {
		told := l.reason == notConfirmed || l.reason == notPaid || l.reason != paidTooLate && slices.Contains(reasons, l.reason)
		v.expect(l.has("PaymentDeclined") == told, "PaymentDeclined just of a payment that was in doubt or did not come, and of an order that was cancelled before", "%q, and %s", l.reason, kinds(l.events))
		return
	}
	if l.status != cancelled {
		v.expect(l.reason == "", "no reason to be cancelled", "%q", l.reason)
		return
	}
	v.expect(slices.Contains(reasons, l.reason), "one of "+strings.Join(reasons, ", "), "%q", l.reason)
}

// checkAlert expects an alert about a dead letter, or a receipt that is later than an alert takes.
func checkAlert(k *look, l *life, v verdict) {
	if k.alerts == nil {
		return
	}
	ask := func(since int64, what string) {
		if k.at.Sub(time.UnixMilli(since)) < alertWithin {
			v.unknown()
			return
		}
		v.expect(k.alerts.names(l.id), "an open alert that names the order", "none, and %s", what)
	}
	for _, e := range l.events {
		for _, r := range e.receipts {
			switch {
			case r.state == "parked":
				ask(r.changedAt, r.subscriber+" is parked")
			case k.late(r, e):
				ask(max(e.time, r.changedAt*int64(zeroIf(r.attempts > 0)))+deadlines[r.subscriber].Milliseconds(), r.subscriber+" is late")
			}
		}
	}
	if limit, open := statusDeadlines[l.status]; open && !l.ended() && k.at.Sub(time.UnixMilli(l.pendingSince())) > limit+k.a.GraceFor {
		ask(l.pendingSince()+limit.Milliseconds(), "it is "+l.status+" since "+moment(l.statusAt))
	}
}

func zeroIf(b bool) int {
	if b {
		return 0
	}
	return 1
}
