package storetest

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const year = 365 * 24 * time.Hour

// sold returns an order that is paid and delivered, with all receipts done.
func (f *fixture) sold() order.Order {
	f.Helper()
	o := f.booked()
	f.heard(o.ID)
	return o
}

// booked returns an order with a booked delivery whose receipts are all pending.
func (f *fixture) booked(change ...func(*order.Order)) order.Order {
	f.Helper()
	o := f.paid(change...)
	f.move(o.ID, order.Placed)
	f.must(f.StockCreated(ctx, o.ID))
	f.move(o.ID, order.Stocked)
	_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(24 * time.Hour)}, delivery.Room{Slot: 1000})
	f.must(err)
	return f.move(o.ID, order.DeliveryBooked)
}

// returned returns an order that was paid, cancelled and refunded.
func (f *fixture) returned() order.Order {
	f.Helper()
	o := f.paid()
	f.move(o.ID, order.Placed)
	f.cancel(o.ID)
	f.heard(o.ID)
	f.refunded(o.ID, 1)
	return f.order(o.ID)
}

// refunded has the provider give a refund back, and all hear of it.
func (f *fixture) refunded(id int64, number int) {
	f.Helper()
	f.must(f.RecordRefund(ctx, id, number, payments.RefundOutcome{State: payments.RefundDone, Reference: fmt.Sprint("re_", number)}))
	f.heard(id)
}

func (f *fixture) cancel(id int64) {
	f.Helper()
	_, err := f.MoveOrder(ctx, order.Move{OrderID: id, To: order.Cancelled, Reason: order.ByCustomer})
	f.must(err)
}

// unconfirmed returns an order whose doubtful payment was declined, with its mail sent.
func (f *fixture) unconfirmed() order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.PaymentDeclined, Reason: order.NotConfirmed, Event: true})
	f.must(err)
	f.heard(o.ID)
	return f.order(o.ID)
}

// heard handles all events of an order at all subscribers.
func (f *fixture) heard(id int64) {
	f.Helper()
	receipts, err := f.ReceiptsOf(ctx, id)
	f.must(err)
	var group sync.WaitGroup
	for _, r := range receipts {
		if r.State == "parked" {
			continue
		}
		group.Go(func() {
			hears := event.WithReceipt(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber})
			var err error
			switch r.Subscriber {
			case "finance.OrderPlaced":
				err = f.PostEntries(hears, f.sale(id))
			case "finance.OrderCancelled":
				err = f.PostEntries(hears, f.reversal(id))
			default:
				err = f.MarkDone(ctx, event.ReceiptOf(hears))
			}
			if err != nil {
				f.Error(err)
			}
		})
	}
	group.Wait()
}

func (f *fixture) reversal(id int64) finance.Entry {
	return finance.Reversed(id, f.draft().Total, false)
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// archived archives orders that have been finished for an hour, and wants that many.
func (f *fixture) archived(want int) {
	f.Helper()
	if n, err := f.Archive(ctx, f.now().Add(-time.Hour), 1000); err != nil || n != want {
		f.Fatalf("%d orders were archived, want %d: %v", n, want, err)
	}
}

// known is all that a store returns of an order.
type known struct {
	Order    order.Order
	History  []event.Envelope
	Receipts []database.ReceiptState
	Entries  []database.LedgerEntry
	Sale     finance.Sale
}

func (f *fixture) known(id int64) (k known) {
	f.Helper()
	var wrong [5]error
	k.Order, wrong[0] = f.Order(ctx, id)
	k.History, wrong[1] = f.History(ctx, id)
	k.Receipts, wrong[2] = f.ReceiptsOf(ctx, id)
	k.Entries, wrong[3] = f.EntriesOf(ctx, id)
	k.Sale, wrong[4] = f.Sale(ctx, id)
	f.must(errors.Join(wrong[:]...))
	return k
}

// watched is what the watchdog, the audit and the console read of the whole shop.
type watched struct {
	Counts   database.Counts
	Overdue  []database.Stuck
	Parked   []database.Stuck
	Due      time.Time
	Faults   []database.LedgerFault
	Balances []database.Balance
}

func (f *fixture) watched() (w watched) {
	f.Helper()
	var wrong [6]error
	w.Counts, wrong[0] = f.Counts(ctx)
	w.Overdue, wrong[1] = f.Overdue(ctx, f.now(), database.Deadlines{
		Receipts: map[string]time.Duration{"email.OrderCreated": time.Minute, "email.DeliveryBooked": time.Minute},
		Statuses: map[order.Status]time.Duration{order.Placed: time.Minute, order.Stocked: time.Minute},
	})
	w.Parked, wrong[2] = f.Parked(ctx)
	w.Due, wrong[3] = f.OldestDue(ctx)
	w.Faults, wrong[4] = f.LedgerFaults(ctx, 1000)
	w.Balances, wrong[5] = f.Balances(ctx)
	f.must(errors.Join(wrong[:]...))
	maps.DeleteFunc(w.Counts.Orders, func(s order.Status, _ int) bool { return s.MayEnd() }) // they may be old
	return w
}

// anArchivedOrderIsAsItWas, by itself and in the totals; and it is archived once.
func anArchivedOrderIsAsItWas(t *testing.T, f *fixture) {
	orders := []order.Order{f.sold(), f.returned(), f.booked(), f.stocked(), f.sold(), f.unconfirmed()}
	f.must(f.Park(ctx, f.receipt(orders[2].ID, event.TypeOrderCreated, "email.OrderCreated"), "caf\xe9 \x00")) // as a mail server may answer
	f.must(f.Discard(ctx, f.receipt(orders[2].ID, event.TypeOrderCreated, "email.OrderCreated"), "no one reads it"))
	f.heard(orders[2].ID)
	f.pass(year)
	f.booked()
	first := f.event(orders[0].ID, event.TypeOrderCreated).Time
	if oldest, err := f.OldestEvent(ctx); err != nil || !oldest.Equal(first) {
		t.Errorf("the oldest event is of %s, want %s, %v", oldest, first, err)
	}
	var before []known
	for _, o := range orders {
		before = append(before, f.known(o.ID))
	}
	whole := f.watched()
	if n, err := f.Archive(ctx, f.now(), 3); err != nil || n != 3 {
		t.Fatalf("%d were archived of at most 3, %v", n, err)
	}
	f.archived(2)
	f.archived(0)
	for i, o := range orders {
		if diff := cmp.Diff(before[i], f.known(o.ID)); diff != "" {
			t.Errorf("order %d: %s", o.ID, diff)
		}
	}
	if diff := cmp.Diff(whole, f.watched()); diff != "" {
		t.Error(diff)
	}
	open := f.event(orders[3].ID, event.TypeOrderCreated).Time
	if oldest, err := f.OldestEvent(ctx); err != nil || !oldest.Equal(open) {
		t.Errorf("the oldest event is of %s, want %s of the order that is open, %v", oldest, open, err)
	}
}

// whatIsUnfinishedStays in the journal until it is finished.
func whatIsUnfinishedStays(t *testing.T, f *fixture) {
	finishes := map[string]func(){
		"an event that waits to be handled": func() {
			o := f.booked()
			f.must(f.Retry(ctx, f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated"), "no route", f.now()))
			f.pass(year)
			f.archived(0)
			f.heard(o.ID)
		},
		"a dead letter": func() {
			o := f.booked()
			dead := f.receipt(o.ID, event.TypeDeliveryBooked, "delivery.DeliveryBooked")
			f.must(f.Park(ctx, dead, "no van"))
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.must(f.Discard(ctx, dead, "given up"))
		},
		"an order that waits for stock, then for its customer": func() {
			o := f.paid()
			f.move(o.ID, order.Placed)
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.move(o.ID, order.Stocked)
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.cancel(o.ID)
			f.heard(o.ID)
			f.refunded(o.ID, 1)
		},
		"money that is not given back": func() {
			o := f.paid()
			f.cancel(o.ID)
			for _, subscriber := range event.SubscribersOf(event.TypeOrderCancelled) {
				f.must(f.Park(ctx, f.receipt(o.ID, event.TypeOrderCancelled, subscriber), "no"))
				f.must(f.Discard(ctx, f.receipt(o.ID, event.TypeOrderCancelled, subscriber), "given up"))
			}
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.refunded(o.ID, 1)
		},
		"an order that was cancelled after a part was given back": func() {
			o := f.givable()
			_, err := f.RequestRefund(ctx, wish(o, 60))
			f.must(err)
			f.refunded(o.ID, 1)
			f.cancel(o.ID)
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.refunded(o.ID, 2)
		},
		"a delivery that lies ahead": func() {
			o := f.stocked()
			_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(2 * year)}, delivery.Room{Slot: 1})
			f.must(err)
			f.move(o.ID, order.DeliveryBooked)
			f.heard(o.ID)
			f.pass(year)
			f.archived(0)
			f.pass(year)
		},
		"a dead letter that was handled just now": func() {
			o := f.booked()
			f.pass(year)
			f.heard(o.ID)
			f.archived(0)
		},
		"an invoice that was cancelled": func() {
			o := f.created()
			f.cancel(o.ID)
			f.heard(o.ID)
			f.archived(0)
		},
	}
	for name, finish := range finishes {
		finish()
		f.pass(year)
		if n, err := f.Archive(ctx, f.now().Add(-time.Hour), 1000); err != nil || n != 1 {
			t.Errorf("%s: %d were archived in the end, %v", name, n, err)
		}
	}
	doubt := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	f.pass(year)
	f.archived(0)
	f.move(doubt.ID, order.PaymentDeclined) // no subscriber has handled its event
	f.pass(year)
	f.archived(0)
}

// whatComesLateHasNoEffect: calls for an archived order return what they do for an ended order in the journal, and change
// nothing.
func whatComesLateHasNoEffect(t *testing.T, f *fixture) {
	for name, make := range map[string]func() order.Order{"sold": f.sold, "returned": f.returned} {
		f.pass(year)
		old := make()
		f.pass(year)
		twin := make()
		before, beside := f.known(old.ID), f.known(twin.ID)
		f.archived(1)
		for what, late := range f.late() {
			got, want := late(old.ID, before), late(twin.ID, beside)
			if fault.CodeOf(got) != fault.CodeOf(want) || (got == nil) != (want == nil) {
				t.Errorf("%s, %s: %v; beside the archive: %v", name, what, got, want)
			}
		}
		if diff := cmp.Diff(before, f.known(old.ID)); diff != "" {
			t.Errorf("%s has changed: %s", name, diff)
		}
		if diff := cmp.Diff(beside, f.known(twin.ID)); diff != "" {
			t.Errorf("the twin of %s has changed: %s", name, diff)
		}
		f.pass(year)
		f.archived(1) // the twin
	}
}

// late has the calls that may come for an order at any time.
func (f *fixture) late() map[string]func(id int64, k known) error {
	all := map[string]func(id int64, k known) error{
		"the stockist's answer": func(id int64, _ known) error { return f.StockCreated(ctx, id) },
		"the sale, by hand":     func(id int64, _ known) error { return f.PostEntries(ctx, f.sale(id)) },
		"a booking of the same": func(id int64, k known) error {
			_, err := f.Book(ctx, id, delivery.Slot{Start: k.Order.DeliveryTime}, delivery.Room{Slot: 1})
			return err
		},
		"a booking of another one": func(id int64, _ known) error {
			_, err := f.Book(ctx, id, delivery.Slot{Start: f.now().Add(time.Hour)}, delivery.Room{Slot: 1})
			return err
		},
	}
	all["the refund, by hand, once more"] = func(id int64, k known) error {
		if k.Order.RefundReference == "" {
			return nil // nothing is to be refunded
		}
		return f.RecordRefund(ctx, id, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: k.Order.RefundReference})
	}
	for _, to := range []order.Status{order.Created, order.Placed, order.Stocked, order.DeliveryBooked, order.Cancelled} {
		for _, late := range []bool{true, false} {
			all[fmt.Sprintf("a move to %s, by an event %t", to, late)] = func(id int64, _ known) error {
				_, err := f.MoveOrder(ctx, order.Move{OrderID: id, To: to, Event: late, Reason: order.ByCustomer})
				return err
			}
		}
	}
	all["every event once more"] = func(id int64, k known) error {
		var wrong []error
		for _, r := range k.Receipts {
			key := func() *event.Receipt { return &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber} }
			moved, err := f.MoveOrder(event.WithReceipt(ctx, key()), order.Move{OrderID: id, To: order.Cancelled, Reason: order.ByOperator})
			if err == nil && moved.Status != k.Order.Status {
				err = fmt.Errorf("a duplicate sees the order as %s", moved.Status)
			}
			wrong = append(wrong, err, f.PostEntries(event.WithReceipt(ctx, key()), finance.Entry{OrderID: id, Kind: "second", Amount: f.draft().Total, Debit: "a", Credit: "b"}),
				f.MarkDone(ctx, key()), f.Retry(ctx, key(), "late", f.now()), f.Park(ctx, key(), "late"), f.MakeDue(ctx, []*event.Receipt{key()}))
			if code := fault.CodeOf(f.Replay(ctx, key())); code != fault.Conflict {
				wrong = append(wrong, fmt.Errorf("a replay is %q", code))
			}
		}
		return errors.Join(wrong...)
	}
	return all
}

// anyLivesAreArchivedAsTheyWere runs random steps on orders, and archives in between.
func anyLivesAreArchivedAsTheyWere(t *testing.T, f *fixture) {
	archived := 0
	rapid.Check(t, func(rt *rapid.T) {
		ids := []int64{f.sold().ID} // at least one is finished: its delivery is over
		f.pass(48 * time.Hour)
		for range rapid.IntRange(1, 4).Draw(rt, "orders") {
			ids = append(ids, f.created().ID)
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			f.anything(rt, rapid.SampledFrom(ids).Draw(rt, "order"))
		}
		var before []known
		for _, id := range ids {
			before = append(before, f.known(id))
		}
		whole := f.watched()
		n, err := f.Archive(ctx, f.now().Add(-time.Minute), 1000)
		for i, id := range ids {
			if diff := cmp.Diff(before[i], f.known(id)); diff != "" || err != nil {
				rt.Fatalf("order %d: %s, %v", id, diff, err)
			}
		}
		if diff := cmp.Diff(whole, f.watched()); diff != "" {
			rt.Fatal(diff)
		}
		archived += n
	})
	if archived == 0 {
		t.Error("nothing was ever archived")
	}
}

// anything is a random step of an order, which may be refused.
func (f *fixture) anything(rt *rapid.T, id int64) {
	f.pass(time.Second)
	switch rapid.IntRange(0, 6).Draw(rt, "what") {
	case 0, 1:
		to := rapid.SampledFrom([]order.Status{order.Placed, order.Stocked, order.DeliveryBooked, order.Cancelled}).Draw(rt, "to")
		_, _ = f.MoveOrder(ctx, order.Move{OrderID: id, To: to, Reason: order.ByCustomer})
	case 2, 3:
		f.heard(id)
	case 4:
		receipts, err := f.ReceiptsOf(ctx, id)
		f.must(err)
		if r := rapid.SampledFrom(receipts).Draw(rt, "receipt"); r.State == "pending" {
			f.must(f.Park(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}, "no"))
		}
	case 5:
		_, _ = f.Book(ctx, id, delivery.Slot{Start: f.now().Add(time.Second)}, delivery.Room{Slot: 1000})
	case 6:
		f.pass(time.Hour)
	}
}

// manyArchiveAtOnce, while orders come in and events arrive late: each history moves once, and is complete all the time.
func manyArchiveAtOnce(t *testing.T, f *fixture) {
	const orders = 30
	var before []known
	for range orders {
		before = append(before, f.known(f.sold().ID))
	}
	f.pass(year)
	var archived atomic.Int64
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for archived.Load() < orders && t.Context().Err() == nil { // another one may hold the rest
				n, err := f.Archive(ctx, f.now(), 5)
				if err != nil {
					t.Error(err)
					return
				}
				archived.Add(int64(n))
			}
		})
		group.Go(func() {
			for j := range orders {
				k := before[(i*7+j)%orders]
				for _, r := range k.Receipts {
					key := &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}
					if _, err := f.MoveOrder(event.WithReceipt(ctx, key), order.Move{OrderID: k.Order.ID, To: order.Cancelled}); err != nil {
						t.Error(err)
					}
				}
				if diff := cmp.Diff(k, f.known(k.Order.ID)); diff != "" {
					t.Error(diff)
				}
				f.created()
			}
		})
	}
	group.Wait()
	if archived.Load() != orders {
		t.Errorf("%d of %d were archived", archived.Load(), orders)
	}
}
