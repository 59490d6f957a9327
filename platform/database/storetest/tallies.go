package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// capped creates an order under a cap: each of its parties may have at most that many of its kind.
func (f *fixture) capped(o order.Order, most, amount int64) (order.Order, error) {
	var caps []order.Cap
	for _, t := range o.Tallies() {
		caps = append(caps, order.Cap{
			Kind: t.Kind, Party: t.Party, Since: o.CreatedAt.Add(-time.Hour), Most: most, Amount: t.Amount, MostAmount: amount, Whose: "party",
		})
	}
	stored, _, err := f.CreateOrder(ctx, o, order.IdempotencyKey{Caps: caps})
	return stored, err
}

// of returns an unpaid order of a mail address, to an address of its own unless one is given.
func (f *fixture) of(email, street string) order.Order {
	o := f.draft()
	o.Status, o.OrgNumber, o.Customer.Email, o.Customer.Street = order.PaymentPending, "", email, street
	return o
}

// nobodyGoesBeyondACap, with concurrent orders that have only the address or the mailbox in common.
func nobodyGoesBeyondACap(t *testing.T, f *fixture) {
	const asking, most = 40, 7
	for name, draft := range map[string]func(n int) order.Order{
		"mailbox": func(n int) order.Order { return f.of(fmt.Sprintf("Eve+%d@example.com", n), fmt.Sprint("Street ", n)) },
		"address": func(n int) order.Order { return f.of(fmt.Sprintf("eve.%d@example.com", n), "Only Street, 1") },
	} {
		var group sync.WaitGroup
		var made atomic.Int64
		var one atomic.Int64
		for n := range asking {
			group.Go(func() {
				o, err := f.capped(draft(n), most, 0)
				if err != nil {
					f.wantCode(err, fault.LimitReached)
					return
				}
				made.Add(1)
				one.Store(o.ID)
			})
		}
		group.Wait()
		if made.Load() != most {
			t.Errorf("%s: %d orders, want %d", name, made.Load(), most)
		}
		f.move(one.Load(), order.Created) // it is paid
		if o, err := f.capped(draft(asking), most, 0); err != nil {
			t.Errorf("%s: after one was paid: %v", name, err)
		} else {
			f.must(f.DropOrder(ctx, o.ID, order.IdempotencyKey{}))
		}
		again, err := f.capped(draft(asking), most, 0)
		if err != nil {
			t.Fatalf("%s: after one was forgotten: %v", name, err)
		}
		f.move(again.ID, order.PaymentDeclined)
		if _, err := f.capped(draft(asking), most, 0); err != nil {
			t.Errorf("%s: after one was declined: %v", name, err)
		}
		_, err = f.capped(draft(asking), most, 0)
		f.wantCode(err, fault.LimitReached)
		f.pass(2 * time.Hour)
		if _, err := f.capped(draft(asking), most, 0); err != nil {
			t.Errorf("%s: when the others do not count any more: %v", name, err)
		}
	}
}

// anOrganizationOwesNoMoreThanItsLimit: its orders by invoice count until they are cancelled.
func anOrganizationOwesNoMoreThanItsLimit(t *testing.T, f *fixture) {
	o := f.draft()
	o.PaymentProvider = ""
	first, err := f.capped(o, 10, 2*o.Total.Minor+1)
	if err != nil {
		t.Fatal(err)
	}
	f.move(first.ID, order.Placed)
	if _, err := f.capped(o, 10, 2*o.Total.Minor+1); err != nil {
		t.Errorf("up to the limit: %v", err)
	}
	_, err = f.capped(o, 10, 2*o.Total.Minor+1)
	f.wantCode(err, fault.LimitReached)
	f.move(first.ID, order.Cancelled)
	if _, err := f.capped(o, 10, 2*o.Total.Minor+1); err != nil {
		t.Errorf("after one was cancelled: %v", err)
	}
	o.TestID = 7
	if _, err := f.capped(o, 1, 1); err != nil {
		t.Errorf("a test order: %v", err)
	}
}

// anApprovedOrganizationIsKnown until its order is cancelled.
func anApprovedOrganizationIsKnown(t *testing.T, f *fixture) {
	o := f.draft()
	o.PaymentProvider, o.Reviews = "", []order.Review{{Step: order.Approval, State: order.ReviewOpen}}
	approved := o
	approved.Status, approved.Reviews = order.Placed, []order.Review{{Step: order.Approval, State: order.ReviewPassed}}
	party := ""
	for _, tally := range approved.Tallies() {
		if tally.Kind == order.TallyApproved {
			party = tally.Party
		}
	}
	create := func() order.Order {
		stored, _, err := f.CreateOrder(ctx, o, order.IdempotencyKey{Known: party})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.order(stored.ID); len(got.Reviews) != len(stored.Reviews) {
			t.Errorf("it has %+v, answered %+v", got.Reviews, stored.Reviews)
		}
		return stored
	}
	first, second := create(), create()
	if len(first.Reviews) != 1 || len(second.Reviews) != 1 {
		t.Errorf("of an organization that is not known: %+v, %+v", first.Reviews, second.Reviews)
	}
	for _, o := range []order.Order{first, second} {
		if moved, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Placed, Event: true}); err != nil || moved.Status != order.InReview {
			t.Fatalf("%s, %v", moved.Status, err)
		}
	}
	if holds, err := f.RecordReview(ctx, first.ID, order.Approval, true, "ana", ""); err != nil || !holds {
		t.Fatal(holds, err)
	}
	f.move(first.ID, order.Placed)
	if third := create(); len(third.Reviews) != 0 {
		t.Errorf("of one that is known: %+v", third.Reviews)
	}
	f.move(second.ID, order.Cancelled)
	if other := create(); len(other.Reviews) != 0 {
		t.Errorf("after an order was cancelled that was not approved: %+v", other.Reviews)
	}
	f.move(first.ID, order.Cancelled)
	if last := create(); len(last.Reviews) != 1 {
		t.Errorf("after the approved order was cancelled: %+v", last.Reviews)
	}
}

// nobodyBooksBeyondACap, with concurrent bookings; delivered orders and other addresses do not count.
func nobodyBooksBeyondACap(t *testing.T, f *fixture) {
	const asking, most = 12, 3
	room := delivery.Room{Slot: 1000, Customer: most}
	orders := make([]order.Order, asking)
	for n := range orders {
		orders[n] = f.stocked(func(o *order.Order) {
			o.OrgNumber, o.Customer.Email, o.Customer.Street = "", "eve@example.com", fmt.Sprint("Street ", n)
		})
	}
	slot := f.now().Add(24 * time.Hour)
	var group sync.WaitGroup
	var made atomic.Int64
	for n, o := range orders {
		group.Go(func() {
			if _, err := f.Book(ctx, o.ID, delivery.Slot{Start: slot.Add(time.Duration(n) * time.Hour)}, room); err == nil {
				made.Add(1)
			} else {
				f.wantCode(err, fault.LimitReached)
			}
		})
	}
	group.Wait()
	if made.Load() != most {
		t.Errorf("%d bookings, want %d", made.Load(), most)
	}
	other := f.stocked(func(o *order.Order) {
		o.OrgNumber, o.Customer.Email, o.Customer.Street = "", "ann@example.com", "Elsewhere 1"
	})
	if _, err := f.Book(ctx, other.ID, delivery.Slot{Start: slot}, room); err != nil {
		t.Errorf("another customer: %v", err)
	}
	f.pass(48 * time.Hour)
	late := f.stocked(func(o *order.Order) {
		o.OrgNumber, o.Customer.Email, o.Customer.Street = "", "eve@example.com", "Street 99"
	})
	if _, err := f.Book(ctx, late.ID, delivery.Slot{Start: f.now().Add(time.Hour)}, room); err != nil {
		t.Errorf("when the others are delivered: %v", err)
	}
}
