package simulation

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// operator changes orders by hand, and replays dead letters.
type operator struct {
	touched map[int64]bool // orders that were not left to the events
	replays map[receiptID]int
}

type receiptID struct{ eventID, subscriber string }

func newOperator() operator { return operator{map[int64]bool{}, map[receiptID]int{}} }

// options returns what the operator can do now.
func (o operator) options(w *world) []option {
	if !w.chance(w.plan.byHand) || w.life.running >= mostAtOnce {
		return nil
	}
	id := int64(1 + w.dice.IntN(len(w.clients)+1))
	return []option{{20, func() { o.meddle(w.life, id, w.dice.IntN(5)) }}}
}

func (o operator) meddle(l *life, id int64, what int) {
	to := []order.Status{order.Created, order.Placed, order.Stocked, order.DeliveryBooked, order.Cancelled, order.PaymentDeclined}[l.dice.IntN(6)]
	if what == 0 {
		l.replay()
		return
	}
	l.begin("operator", func(ctx context.Context, _ *activity) {
		// Any of it may be refused; what matters is its effect on the order.
		switch what {
		case 1:
			o.touched[id] = true
			_, _ = l.services.Orders.UpdateOrderStatus(ctx, id, to)
		case 2:
			_, _ = l.services.Orders.CancelOrder(ctx, id, order.ByOperator)
		case 3:
			_, _ = l.services.Stock.RefillByHand(ctx, id)
		case 4:
			if sale, err := l.seen.Sale(ctx, id); err == nil {
				o.touched[id] = true
				_ = l.services.Finance.BookOrder(ctx, id, sale.CatalogTotal, "")
			}
		}
	})
}

// replay makes all dead letters due again. One that can never succeed, because its order was changed by hand, is
// discarded.
func (w *world) replay() {
	ctx := context.Background()
	letters, err := w.life.store.ListDeadLetters(ctx, 100)
	if err != nil {
		panic(err)
	}
	for _, letter := range letters {
		r := &event.Receipt{EventID: letter.Envelope.ID, Subscriber: letter.Subscriber}
		w.operator.replays[receiptID{r.EventID, r.Subscriber}]++
		w.note("operator replays %s of order %d: %s", letter.Subscriber, letter.Envelope.OrderID, letter.LastError)
		if err := w.replayOrDiscard(letter, r); err != nil {
			panic(err)
		}
	}
}

func (w *world) replayOrDiscard(letter database.DeadLetter, r *event.Receipt) error {
	id := letter.Envelope.OrderID
	if w.healing && w.operator.replays[receiptID{r.EventID, r.Subscriber}] > 3 {
		if !w.operator.touched[id] {
			w.wrong("what is mended goes on", "order %d: %s is parked again and again: %s", id, letter.Subscriber, letter.LastError)
		}
		return w.life.store.Discard(context.Background(), r, "cannot be helped")
	}
	return w.life.store.Replay(context.Background(), r)
}
