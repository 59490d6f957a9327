package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/database/storetest"
	"acme.example/webshop/platform/fault"
)

func open(t testing.TB, now func() time.Time) database.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "shop?#%.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestStore(t *testing.T) { storetest.Run(t, open) }

func TestWhatWasStoredIsThereAfterARestart(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "shop.db")
	first, err := sqlite.Open(ctx, path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	o, _, err := first.CreateOrder(ctx, order.Order{
		Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now(), Total: money.Amount{Minor: 1, Currency: "USD"},
	}, order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = first.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Placed})
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a write to a closed store: %v", err)
	}
	second, err := sqlite.Open(ctx, path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if got, err := second.Order(ctx, o.ID); err != nil || got.Status != order.Created {
		t.Errorf("after the restart: %+v, %v", got, err)
	}
}

func BenchmarkOrder(b *testing.B) { storetest.Benchmark(b, open) }
