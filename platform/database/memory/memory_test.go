package memory_test

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/memory"
	"acme.example/webshop/platform/database/storetest"
	"acme.example/webshop/platform/fault"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(_ testing.TB, now func() time.Time) database.Store {
		return memory.Open(memory.NewDisk(), now)
	})
}

var draft = order.Order{Status: order.Created, Total: money.Amount{Minor: 1, Currency: "USD"}}

func TestAFailedCommitChangesNothing(t *testing.T) {
	disk := memory.NewDisk()
	store := memory.Open(disk, time.Now)
	o, _, err := store.CreateOrder(t.Context(), draft, order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	store.CommitFails = func(context.Context) bool { return true }
	_, err = store.MoveOrder(t.Context(), order.Move{OrderID: o.ID, To: order.Placed})
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("the move: %v", err)
	}
	if _, _, err := store.CreateOrder(t.Context(), draft, order.IdempotencyKey{Key: "k", ValidFor: time.Hour}); err == nil {
		t.Error("an order was made")
	}
	next := memory.Open(disk, time.Now)
	counts, err := next.Counts(t.Context())
	if err != nil || counts.Orders[order.Created] != 1 || len(counts.Orders) != 1 || counts.Pending != 2 {
		t.Errorf("%+v, %v", counts, err)
	}
	if _, fresh, err := next.CreateOrder(t.Context(), draft, order.IdempotencyKey{Key: "k", ValidFor: time.Hour}); !fresh || err != nil {
		t.Errorf("the key of an order that was not made is held: %v", err)
	}
}
