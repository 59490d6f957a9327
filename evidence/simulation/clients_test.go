package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// client is a customer, and what the shop told her. She outlives the shop's processes.
type client struct {
	number  int
	draft   order.Draft
	key     string // Idempotency-Key; "" for a client that does not retry
	doubles bool   // sends each request twice
	cancels bool   // wants to cancel the order
	books   bool   // wants a delivery time
	moves   int    // how often she wants to change it
	regrets bool   // cancels in the end, when it is booked

	waiting   int       // requests without an answer
	sent      int       // requests for the order
	next      time.Time // her next request
	orderID   int64     // acknowledged
	declined  bool      // by the shop's answer
	soldOut   bool      // by the shop's answer, and she does not try again
	cancelled bool      // acknowledged
	booked    time.Time
	tried     []time.Time // to which she wanted to change it: an answer may be lost
	done      bool        // wants nothing more
}

func (w *world) newClient(n int) *client {
	c := &client{number: n, doubles: w.dice.IntN(3) == 0, cancels: w.dice.IntN(4) == 0, books: w.dice.IntN(6) != 0}
	c.moves, c.regrets = w.dice.IntN(3), w.dice.IntN(4) == 0
	if w.dice.IntN(6) != 0 {
		c.key = fmt.Sprintf("key of client %d", n)
	}
	c.draft = order.Draft{
		Name: fmt.Sprintf("Client %d", n), Email: fmt.Sprintf("%d@example.com", n), Phone: "321321321", Street: "Thisway 1", City: "Thatplace",
		CustomerType: "B2C", Market: []string{"US", "MX"}[w.dice.IntN(2)], Products: "BB001",
	}
	if w.plan.rush {
		c.draft.Market, c.cancels, c.books = "US", false, true
	}
	if c.draft.Market == "US" && w.dice.IntN(3) == 0 {
		c.draft.CustomerType, c.draft.OrgNumber = "B2B", "1234567"
	}
	if w.dice.IntN(3) == 0 && !w.plan.rush {
		c.draft.TestID, c.books = 352, w.dice.IntN(3) == 0
	}
	c.draft.TotalPrice, c.draft.Currency = price(c.draft), rules.Orders.Markets[c.draft.Market].Currency
	if c.draft.TestID != 0 && w.dice.IntN(4) == 0 {
		c.draft.TotalPrice = 0 // as with a code of 100 %
	}
	return c
}

func price(d order.Draft) int64 {
	for _, p := range rules.Orders.Catalog {
		if p.SKU == d.Products {
			amount, err := rules.Orders.Markets[d.Market].PriceIn(p)
			if err != nil {
				panic(err)
			}
			return amount.Minor
		}
	}
	panic("no product " + d.Products)
}

// open reports whether the client still expects her order.
func (c *client) open() bool {
	return c.orderID == 0 && !c.declined && (c.waiting > 0 || c.wantsOrder())
}

// options returns what the client can do now.
func (c *client) options(w *world) []option {
	l := w.life
	switch {
	case l.running >= mostAtOnce, time.Now().Before(c.next):
		return nil
	case c.wantsOrder():
		return []option{{3, func() { c.sent++; c.ask(l, "orders", c.create) }}}
	case c.waiting > 0:
		return nil
	case c.books && c.orderID != 0 && l.orderAt(c.orderID).Status == order.DeliveryFailed:
		return []option{{3, func() { c.ask(l, "books again", c.rebook) }}}
	case c.orderID == 0 || c.done:
		return nil
	case c.cancels && (w.healing || w.dice.IntN(20) == 0):
		return []option{{3, func() { c.ask(l, "cancels", c.cancel) }}}
	case c.cancels, !c.books, w.plan.rush && !w.healing:
		return nil
	}
	o := l.orderAt(c.orderID)
	if o.Status == order.Cancelled || o.Status == order.PaymentDeclined || o.Status == order.Delivered || o.Status == order.DeliveryFailed {
		c.done = true
	}
	if o.Status != order.Stocked && o.Status != order.DeliveryBooked {
		return nil // the mail that asks for a time has not come
	}
	switch {
	case c.booked.IsZero():
		return []option{{3, func() { c.ask(l, "books", c.book) }}}
	case c.moves > 0:
		return []option{{3, func() { c.ask(l, "moves", c.move) }}}
	}
	return []option{{3, func() { c.ask(l, "cancels", c.cancel) }}}
}

// hasTime reports whether a time is the one that she was told of, or one that she asked for since.
func (c *client) hasTime(at time.Time) bool {
	return at.Equal(c.booked) || slices.ContainsFunc(c.tried, at.Equal)
}

// move picks another of the first available times.
func (c *client) move(ctx context.Context, l *life) func() {
	slots, err := l.services.Delivery.DeliveryTimes(ctx, c.draft.Market)
	if err != nil || len(slots) == 0 {
		return func() {}
	}
	slot := slots[l.dice.IntN(min(len(slots), 3))]
	c.tried = append(c.tried, slot)
	b, err := l.services.Delivery.MoveDelivery(ctx, c.orderID, delivery.Millis(slot))
	return func() {
		switch code := fault.CodeOf(err); {
		case err == nil:
			c.booked, c.moves = b.Time, c.moves-1
			c.done = c.moves == 0 && !c.regrets
		case code == fault.TooLate:
			c.done = true
		case code == fault.SlotTaken, code == fault.NotReady, code == fault.Unavailable, code == fault.Internal, code == fault.Invalid:
		default:
			l.wrong("answers are right", "client %d moves: %v", c.number, err)
		}
	}
}

// wantsOrder reports whether the client sends her order now. Without a key she does not retry.
func (c *client) wantsOrder() bool {
	atOnce := 1
	if c.doubles {
		atOnce = 2
	}
	return c.orderID == 0 && !c.declined && !c.soldOut && c.waiting < atOnce && (c.key != "" || c.sent < atOnce)
}

// ask sends a request. Its answer may be lost, and is if the shop dies.
func (c *client) ask(l *life, what string, request func(context.Context, *life) func()) {
	c.waiting++
	l.begin(fmt.Sprintf("client %d %s", c.number, what), func(ctx context.Context, a *activity) {
		heard := request(ctx, l)
		lost := l.dead || l.chance(l.plan.lose)
		l.note("%d %s: answered, lost %t", a.number, a.name, lost)
		c.waiting--
		if c.next = time.Now().Add(time.Second); c.waiting > 0 {
			c.next = time.Now()
		}
		if !lost {
			heard()
		}
	})
}

// create makes the order. The returned function handles the answer.
func (c *client) create(ctx context.Context, l *life) func() {
	o, err := l.services.Orders.CreateOrder(ctx, c.draft, c.key)
	return func() {
		switch code := fault.CodeOf(err); {
		case err == nil && c.orderID != 0 && c.orderID != o.ID && c.key != "":
			l.wrong("one key, one order", "client %d was told of order %d and of order %d", c.number, c.orderID, o.ID)
		case err == nil:
			c.orderID = o.ID
		case code == fault.Declined, code == fault.PaidTooLate:
			c.declined = c.key != ""
		case code == fault.SoldOut:
			c.soldOut = true
		case code == fault.Conflict && c.key == "", code == fault.Internal, code == fault.Unavailable, code == fault.InDoubt, code == fault.InProgress:
		default:
			l.wrong("answers are right", "client %d was answered %v", c.number, err)
		}
	}
}

func (c *client) cancel(ctx context.Context, l *life) func() {
	_, err := l.services.Orders.CancelOrder(ctx, c.orderID, order.ByCustomer)
	return func() {
		code := fault.CodeOf(err)
		c.cancelled = err == nil
		c.done = err == nil || code == fault.Conflict || code == fault.TooLate
		if !c.done && code != fault.Unavailable && code != fault.Internal {
			l.wrong("answers are right", "client %d cancels: %v", c.number, err)
		}
	}
}

// book picks one of the first available times, which others want too.
func (c *client) book(ctx context.Context, l *life) func() {
	slots, err := l.services.Delivery.DeliveryTimes(ctx, c.draft.Market)
	if err != nil || len(slots) == 0 {
		return func() {}
	}
	first := 2
	if l.plan.rush {
		first = 1
	}
	slot := slots[l.dice.IntN(min(len(slots), first))]
	b, err := l.services.Delivery.BookDelivery(ctx, c.orderID, delivery.Millis(slot))
	return func() {
		switch code := fault.CodeOf(err); {
		case err == nil:
			c.booked, c.done = b.Time, c.moves == 0 && !c.regrets
		case code == fault.AlreadyBooked: // by an answer that was lost, or by the test order itself
			c.done = true
		case code == fault.SlotTaken, code == fault.NotReady, code == fault.Unavailable, code == fault.Internal, code == fault.Invalid:
		default:
			l.wrong("answers are right", "client %d books: %v", c.number, err)
		}
	}
}
