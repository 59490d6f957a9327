package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// TestAnImportBesideARunningShop: the shop does not use a cached order that another process has changed.
func TestAnImportBesideARunningShop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	open := func() *Store {
		s, err := Open(t.Context(), path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	shop, beside := open(), open()
	if is, err := UpToDate(t.Context(), path); err != nil || !is {
		t.Errorf("the tables are up to date: %v, %v", is, err)
	}
	bring := func(status order.Status, want database.ImportResult) {
		t.Helper()
		got, err := beside.Import(t.Context(), []order.Order{{
			ID: 301, Status: status, StatusAt: time.Now(), CreatedAt: time.Now(), Market: "US", CustomerType: "B2C", Products: event.ParseItems("BB001"),
			Total: money.Amount{Minor: 15000, Currency: "USD"}, Terms: order.Terms{Imported: &order.Imported{Status: status, TotalPrice: 15000}},
		}})
		if err != nil || got[0].Result != want {
			t.Fatalf("%+v, %v, want %s", got, err, want)
		}
	}
	bring(order.Placed, database.ImportNew)
	if _, err := shop.MoveOrder(t.Context(), order.Move{OrderID: 301, To: order.Placed}); err != nil { // which changes nothing, and caches the order
		t.Fatal(err)
	}
	bring(order.Stocked, database.ImportChanged)
	if _, err := shop.Book(t.Context(), 301, delivery.Slot{Start: time.Now().Add(time.Hour)}, delivery.Room{Slot: 1}); err != nil {
		t.Fatalf("the shop takes the order for one that is not %s: %v", order.Stocked, err)
	}
	bring(order.DeliveryBooked, database.ImportConflict)
}
