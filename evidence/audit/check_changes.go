package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// consigned is what the delivery company is to be told by an event, or what the one record has if that is right too.
func (l *life) consigned(e event, found []*record) string {
	at, _ := strconv.ParseInt(e.payload().DeliveryTime, 10, 64)
	if len(found) == 1 && l.mayHaveTold(e, at, found[0].content) {
		return found[0].content
	}
	return consignment(at, l.where, l.market, l.name, l.email, l.phone, l.street, l.city)
}

// mayHaveTold reports whether the delivery company was told by an event what was corrected since, or of a customer who is erased.
func (l *life) mayHaveTold(e event, at int64, content string) bool {
	if l.erased() {
		return strings.HasPrefix(content, consignment(at, whereabouts{}, l.market))
	}
	return slices.ContainsFunc(l.earlier, func(was earlier) bool {
		return was.at >= e.time && was.number > e.payload().Number &&
			content == consignment(at, was.where, l.market, was.name, was.email, was.phone, was.street, was.city)
	})
}

// expectChanges expects that the delivery company was told each change of the delivery once, under its version. The highest
// version is the last word, which deliveryAt compares with the order.
func (l *life) expectChanges(p *place, v verdict) {
	found := map[string][]*record{}
	for _, r := range p.of("change", l.id) {
		found[r.key] = append(found[r.key], r)
	}
	for _, e := range l.events {
		version := changeOf(e)
		if version == 0 {
			continue
		}
		key := fmt.Sprintf("%s%s.%d", keys["change"], l.ref(), version)
		l.expectChange(p, e, key, found[key], v)
		delete(found, key)
	}
	for key, records := range found {
		v.expect(len(before(records)) == 0, "no change without its event", "%s has %s as %s", p.name, list(records), key)
	}
}

func (l *life) expectChange(p *place, e event, key string, records []*record, v verdict) {
	told := calledOff
	if e.kind != "OrderCancelled" {
		told = l.consigned(e, records)
	}
	v.expect(len(records) <= 1, "one change "+key, "%s has %s", p.name, list(records))
	for _, r := range records {
		v.expect(r.content == told, "a change to "+told, "%s", r.content)
	}
	switch {
	case !e.doneBy("delivery."+e.kind) || len(records) > 0:
	case !p.covers(e.time):
		v.unknown()
	default:
		v.expect(false, "the change "+key+", since its receipt is done", "%s does not have it", p.name)
	}
}

// changeOf is the version of the change that an event makes of its order's delivery; 0 for none.
func changeOf(e event) int64 {
	switch e.kind {
	case "DeliveryRescheduled":
		return e.payload().Version
	case "OrderCancelled", "OrderCorrected":
		return e.payload().DeliveryVersion
	}
	return 0
}

// doneBy reports whether a subscriber is done with an event.
func (e event) doneBy(subscriber string) bool {
	return slices.ContainsFunc(e.receipts, func(r receipt) bool { return r.subscriber == subscriber && r.state == "done" })
}
