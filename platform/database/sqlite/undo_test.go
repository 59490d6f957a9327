package sqlite

import (
	"context"
	"errors"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// TestAWriteThatFailsHalfDoneIsUndoneAlone: the other writes of its transaction are stored, and nothing of it remains in
// the file or the cache.
func TestAWriteThatFailsHalfDoneIsUndoneAlone(t *testing.T) {
	b := openBench(t)
	ctx := context.Background()
	first, err := b.create()
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	b.OnCommit(func(events []event.Envelope) { told += len(events) })
	errHalf := errors.New("half-done")
	half := func(t *tx) error {
		if _, err := within(b.Store, t).MoveOrder(ctx, order.Move{OrderID: first, To: order.Placed}); err != nil {
			return err
		}
		return errHalf
	}
	var second order.Order
	create := func(t *tx) (err error) {
		second, _, err = within(b.Store, t).CreateOrder(ctx, someOrder(), order.IdempotencyKey{})
		return err
	}
	hold, held := make(chan struct{}), make(chan struct{})
	results := make(chan error, 3)
	go func() {
		_, err := b.do(ctx, func(*tx) error { close(held); <-hold; return nil })
		results <- err
	}()
	<-held
	wrong := &job{ctx: ctx, done: make(chan error, 1), run: half}
	right := &job{ctx: ctx, done: make(chan error, 1), run: create}
	b.queue <- wrong // both arrive while a transaction runs, so that they share the next one
	b.queue <- right
	close(hold)
	if err := errors.Join(<-results, <-right.done); err != nil {
		t.Error(err)
	}
	if err := <-wrong.done; !errors.Is(err, errHalf) {
		t.Errorf("the job that fails ends with %v", err)
	}
	stored, err := b.Order(ctx, first)
	if err != nil || stored.Status != order.Created || !b.stored()[second.ID] || told != 1 {
		t.Errorf("%v; the first order is %s; stored are %v; %d events were told", err, stored.Status, b.stored(), told)
	}
	if moved, err := b.MoveOrder(ctx, order.Move{OrderID: first, To: order.Placed}); err != nil || moved.Status != order.Placed || told != 2 {
		t.Errorf("moved again: %s, %v; %d events", moved.Status, err, told)
	}
}

// within returns the use cases, run in a transaction that has begun.
func within(s *Store, t *tx) database.UseCases {
	return database.UseCases{Engine: begun{s, t}, Now: s.now, Keeper: s.Keeper}
}

type begun struct {
	*Store
	t *tx
}

func (b begun) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (bool, error) {
	use, err := b.t.decide(ctx, rows, "abcdefghijkl", b.now(), useCase)
	if err != nil {
		return false, err
	}
	return false, b.t.store(use, b.now())
}

// TestADeadLetterIsNotArchived: if a receipt becomes a dead letter after its order was packed, the order is not archived.
func TestADeadLetterIsNotArchived(t *testing.T) {
	b := openBench(t)
	ctx := context.Background()
	id, err := b.create()
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := b.ReceiptsOf(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts {
		if err := b.MarkDone(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}); err != nil {
			t.Fatal(err)
		}
	}
	packed, err := b.pack(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	dead := &event.Receipt{EventID: receipts[0].EventID, Subscriber: receipts[0].Subscriber}
	if told, err := b.Unsettle(ctx, dead, "it failed after all"); err != nil || !told {
		t.Fatal(told, err)
	}
	moved := -1
	if _, err := b.do(ctx, func(t *tx) (err error) { moved, err = t.archive(id, packed, b.now()); return err }); err != nil || moved != 0 {
		t.Errorf("%d were archived, %v", moved, err)
	}
	if letter, err := b.DeadLetter(ctx, dead); err != nil || letter.LastError != "it failed after all" {
		t.Errorf("%+v, %v", letter, err)
	}
}
