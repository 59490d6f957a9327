package audit

import "slices"

// tracked reports whether the order's carrier reports about it. A test order's never does.
func (l *life) tracked() bool {
	return !l.isTest() && l.terms.Tracked
}

// ended reports whether nothing moves the order any more.
func (l *life) ended() bool {
	return slices.Contains([]string{delivered, cancelled, declined}, l.status) || l.status == booked && !l.tracked()
}

// stepFromBooked is the standing of an order whose delivery is booked, or further.
func (l *life) stepFromBooked() string {
	switch {
	case l.ended():
		return isDelivered
	case l.status == failed:
		return waitsForUser // to book another time
	}
	return waitsForVan
}

// checkTracking compares the status with what was reported last.
func checkTracking(_ *look, l *life, v verdict) {
	last := ""
	for _, e := range l.events {
		switch e.kind {
		case "DeliveryStarted", "DeliveryFailed", "Delivered":
			v.expect(l.tracked(), "no report about an order that is not tracked", "%s", kinds(l.events))
			v.expect(last != "Delivered", "no report after Delivered", "%s", kinds(l.events))
			last = e.kind
		case "DeliveryRescheduled":
			v.expect(last == "" || last == "DeliveryFailed", "no other time once the delivery has started, but for one that failed", "%s", kinds(l.events))
			last = ""
		}
	}
	v.expect(l.status != booked || last == "", "no report about the booked time", "%s after %s", l.status, last)
	for status, report := range map[string]string{outThere: "DeliveryStarted", failed: "DeliveryFailed", delivered: "Delivered"} {
		v.expect(l.status != status || last == report, report+" last, since it is "+status, "%s", kinds(l.events))
	}
}
