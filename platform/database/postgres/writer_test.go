package postgres_test

import (
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/fault"
)

// TestAWriteThatFailsFailsAlone, though it shares its transaction with others.
func TestAWriteThatFailsFailsAlone(t *testing.T) {
	store := openAt(t, pgtest.Database(t), time.Now)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			o := draft()
			if i%50 == 0 {
				o.Total.Minor = -1 // violates a constraint of the table
			}
			if _, _, err := store.CreateOrder(t.Context(), o, order.IdempotencyKey{}); (err != nil) != (i%50 == 0) {
				t.Errorf("order %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if counts, err := store.Counts(t.Context()); err != nil || counts.Orders[order.Created] != 196 || counts.Pending != 2*196 {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestALockOfSomeoneElseStopsOneOrderOnly: a row that an operator has left locked holds up its order, and no other.
func TestALockOfSomeoneElseStopsOneOrderOnly(t *testing.T) {
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	var ids []int64
	for range 8 {
		o, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, o.ID)
	}
	locked := make(chan error, 1)
	go func() {
		locked <- pgtest.Exec(url, `BEGIN; SELECT 1 FROM orders WHERE order_id = 1 FOR UPDATE; SELECT pg_sleep(8); COMMIT`)
	}()
	time.Sleep(500 * time.Millisecond) // until it is locked; if it is not yet, nothing fails
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			if _, err := store.MoveOrder(t.Context(), order.Move{OrderID: id, To: order.Placed}); err != nil && (id != 1 || fault.CodeOf(err) != fault.Unavailable) {
				t.Errorf("order %d: %v", id, err)
			}
		})
	}
	all.Wait()
	if err := <-locked; err != nil {
		t.Error(err)
	}
	if _, err := store.MoveOrder(t.Context(), order.Move{OrderID: 1, To: order.Placed}); err != nil {
		t.Errorf("when the lock is gone: %v", err)
	}
}

// TestAnyTextCanBeKept: a partner's answer may be no valid text.
func TestAnyTextCanBeKept(t *testing.T) {
	store := openAt(t, pgtest.Database(t), time.Now)
	o, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{Key: "\xff\x00", Fingerprint: "f", ValidFor: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	history, err := store.History(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	r := &event.Receipt{EventID: history[0].ID, Subscriber: "email.OrderCreated"}
	if err := store.Park(t.Context(), r, "answered \xff\x00"); err != nil {
		t.Fatal(err)
	}
	if letter, err := store.DeadLetter(t.Context(), r); err != nil || letter.LastError != `"answered \xff\x00"` {
		t.Errorf("%+v, %v", letter, err)
	}
}
