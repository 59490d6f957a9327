package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/order"
)

// longestHealing is how long the shop has to come to rest after all faults are over. The relay waits at most 22 minutes,
// and late charges are polled once an hour.
const longestHealing = 2 * time.Hour

// heal ends all faults and runs the shop until nothing is pending. It reports whether that came.
func (w *world) heal() bool {
	w.healing = true
	w.note("HEALING")
	for end := time.Now().Add(longestHealing); time.Now().Before(end); {
		w.settleDown()
		switch left := w.left(); left {
		case "":
			return true
		case "dead letters":
			w.replay()
		default:
			w.step()
		}
	}
	w.wrong("it comes to rest", "%s after all faults were over: %s", longestHealing, w.left())
	return false
}

// left says what is pending; "" for nothing.
func (w *world) left() string {
	l := w.life
	switch {
	case l.running > 0 || len(w.parked) > 0 || len(l.committed) > 0 || len(w.partners.onTheWay) > 0:
		return "something under way"
	case slices.ContainsFunc(l.bus.messages, func(m *message) bool { return !m.acked }):
		return "messages on the bus"
	case len(w.partners.callbacks) > 0:
		return w.deaf()
	}
	counts, err := l.store.Counts(context.Background())
	switch {
	case err != nil:
		return err.Error()
	case counts.Parked > 0:
		return "dead letters"
	case counts.Pending > 0:
		return fmt.Sprintf("%d pending receipts", counts.Pending)
	case counts.Orders[order.PaymentPending] > 0:
		return "payments in doubt"
	case w.partners.owe(w.orders()):
		return "money that came late"
	case unsettled(w.orders()):
		return "other payments and refunds"
	}
	if counts.Orders[order.InReview] > 0 {
		return "orders in review"
	}
	for _, c := range w.clients {
		if c.open() || c.orderID != 0 && !c.done && (c.books || c.cancels) {
			return fmt.Sprintf("client %d waits", c.number)
		}
	}
	return ""
}

// deaf is what remains if the stockist's answers are lost: about an order that was moved by hand, it may disagree with
// the shop for ever.
func (w *world) deaf() string {
	w.partners.callbacks = slices.DeleteFunc(w.partners.callbacks, func(c *callback) bool {
		return w.operator.touched[c.orderID] && c.tries > 100
	})
	return "callbacks of the stockist"
}
