package simulation

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// The delivery company of Mexico reports what becomes of its deliveries, late and in any order.

// drive sends a van on its way: it hands the order over, or cannot, and reports both the start and the end.
func (p *partners) drive(id int64, roll uint64) {
	end := order.Delivered
	if p.failing[id] = p.hits(&roll, 400); p.failing[id] {
		end = order.DeliveryFailed
	}
	started := time.Now().Add(time.Duration(roll%120) * time.Second)
	for i, status := range []order.Status{order.OutForDelivery, end} {
		at := started.Add(time.Duration(i) * time.Minute)
		p.callbacks = append(p.callbacks, &callback{
			orderID: id, report: &delivery.Report{Status: string(status), At: at, Reason: "no one in"}, at: at.Add(time.Duration(roll>>i%180) * time.Second),
		})
	}
}

// driven decides about a consignment, or about a change of it: a van that came back in vain goes out again.
func (p *partners) driven(b delivery.Booking, again bool, roll uint64) func() answer {
	return func() answer {
		answered := p.doesOrParks(roll)()
		if tracked := rules.Orders.Markets[b.Market].Tracked && b.TestID == 0; answered == does && tracked && (!again || p.failing[b.OrderID]) {
			p.drive(b.OrderID, roll)
		}
		return answered
	}
}

func (s store) ReportDelivery(ctx context.Context, id int64, r delivery.Report) error {
	_, err := through(s, ctx, writes, "ReportDelivery "+r.Status, id, func(ctx context.Context) (struct{}, error) {
		return nothing(s.Store.ReportDelivery(ctx, id, r))
	})
	return err
}

// rebook picks another time for an order that could not be delivered.
func (c *client) rebook(ctx context.Context, l *life) func() {
	slots, err := l.services.Delivery.DeliveryTimes(ctx, c.draft.Market)
	if err != nil || len(slots) == 0 {
		return func() {}
	}
	slot := slots[l.dice.IntN(min(len(slots), 3))]
	c.tried = append(c.tried, slot)
	_, err = l.services.Delivery.MoveDelivery(ctx, c.orderID, delivery.Millis(slot))
	return func() {
		switch fault.CodeOf(err) {
		case "", fault.TooLate, fault.SlotTaken, fault.NotReady, fault.Unavailable, fault.Internal, fault.Invalid:
		default:
			l.wrong("answers are right", "client %d books again: %v", c.number, err)
		}
	}
}
