package systemtest

import (
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/unicode/norm"
)

// judge compares what was sent with what the shop lists and returns the problems, one per line. The window is how long
// the orders had to arrive. 0 means that the test ended early: then no order counts as lost or late, since it might still
// have come.
func judge(sent []outcome, found []listed, window time.Duration) []string {
	problems := judgeSending(sent, window)
	rows := map[int64][]listed{}
	for _, l := range found {
		rows[l.OrderID] = append(rows[l.OrderID], l)
	}
	for _, o := range sent {
		if o.orderID != 0 {
			problems = append(problems, judgeOrder(o, rows[o.orderID], window)...)
		}
	}
	return append(problems, judgeStrangers(sent, found)...)
}

// judgeSending returns the problems of createOrder.
func judgeSending(sent []outcome, window time.Duration) (problems []string) {
	unsent, takenBy := 0, map[int64]int{}
	for _, o := range sent {
		switch first := takenBy[o.orderID]; {
		case o.order.number == 0:
			unsent++
		case o.err != nil:
			problems = append(problems, fmt.Sprintf("no. %d: createOrder %v", o.order.number, o.err))
		case first != 0:
			problems = append(problems, fmt.Sprintf("%s: createOrder gave no. %d the same orderId", name(o), first))
		default:
			takenBy[o.orderID] = o.order.number
		}
	}
	if unsent > 0 && window > 0 {
		problems = append(problems, fmt.Sprintf("%d orders were not sent, because the shop stopped answering", unsent))
	}
	return problems
}

// judgeOrder compares an acknowledged order with the rows that the shop lists for it.
func judgeOrder(o outcome, rows []listed, window time.Duration) (problems []string) {
	add := func(format string, args ...any) {
		problems = append(problems, name(o)+": "+fmt.Sprintf(format, args...))
	}
	switch {
	case len(rows) == 0 && window > 0:
		add("lost: it was acknowledged, but the shop does not list it")
	case len(rows) > 1:
		add("doubled: the shop lists it %d times", len(rows))
	}
	if len(rows) == 0 {
		return problems
	}
	for _, d := range differences(o.order, rows[0]) {
		add("%s", d)
	}
	if !rows[0].arrived() && window > 0 {
		add("is %s and not DELIVERY_BOOKED %v after the last createOrder", rows[0].Status, window)
	}
	for _, p := range judgeTimes(rows[0], time.Now()) {
		add("%s", p)
	}
	return problems
}

type difference struct{ field, sent, got string }

// String shows the code points of texts that look the same, such as é as one or as two.
func (d difference) String() string {
	if norm.NFKC.String(d.got) == norm.NFKC.String(d.sent) {
		return fmt.Sprintf("%s is %+q; sent was %+q", d.field, d.got, d.sent)
	}
	return fmt.Sprintf("%s is %q; sent was %q", d.field, d.got, d.sent)
}

// differences compares each field exactly.
func differences(o order, l listed) (found []difference) {
	for _, d := range []difference{
		{"customerName", o.Name, l.CustomerName},
		{"customerEmail", o.Email, l.CustomerEmail},
		{"customerPhone", o.Phone, l.CustomerPhone},
		{"customerStreet", o.Street, l.CustomerStreet},
		{"customerCity", o.City, l.CustomerCity},
		{"customerType", o.CustomerType, l.CustomerType},
		{"customerMarket", o.Market, l.CustomerMarket},
		{"orderedProducts", o.Products, l.OrderedProducts},
		{"totalPrice", strconv.FormatInt(o.TotalPrice, 10), strconv.FormatInt(l.TotalPrice, 10)},
		{"testId", strconv.FormatInt(o.TestID, 10), strconv.FormatInt(l.TestID, 10)},
		{"orgNumber", string(o.OrgNumber), string(l.OrgNumber)},
	} {
		if d.sent != d.got {
			found = append(found, d)
		}
	}
	return found
}

// judgeTimes checks the times of an order that arrived.
func judgeTimes(l listed, now time.Time) (problems []string) {
	if !l.arrived() {
		return nil
	}
	if booked, err := moment(l.DeliveryTime); err != nil {
		problems = append(problems, fmt.Sprintf("deliveryTime %v", err))
	} else if !booked.After(now) {
		problems = append(problems, fmt.Sprintf("deliveryTime %s is not in the future", booked.UTC().Format(time.RFC3339)))
	}
	if _, err := l.way(); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// judgeStrangers returns the listed orders of this test that no createOrder acknowledged.
func judgeStrangers(sent []outcome, found []listed) (problems []string) {
	ours, byEmail := acknowledged(sent), map[string]outcome{}
	for _, o := range sent {
		if o.order.number != 0 {
			byEmail[o.order.Email] = o
		}
	}
	for _, l := range found {
		if _, ok := ours[l.OrderID]; ok {
			continue
		}
		problem := fmt.Sprintf("order %d: listed, but no createOrder answered with it", l.OrderID)
		switch twin, known := byEmail[l.CustomerEmail]; {
		case known && twin.err != nil:
			problem += fmt.Sprintf("; it is no. %d, whose customer was told that it failed", twin.order.number)
		case known:
			problem += "; it doubles " + name(twin)
		}
		problems = append(problems, problem)
	}
	return problems
}

func name(o outcome) string { return fmt.Sprintf("order %d (no. %d)", o.orderID, o.order.number) }
