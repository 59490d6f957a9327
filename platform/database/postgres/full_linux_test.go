package postgres_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
)

// TestAFullDiskIsTold, before the first order is refused. The tables' disk is full; the log of the server is on another
// one, which has room.
func TestAFullDiskIsTold(t *testing.T) {
	server := pgtest.New(t, "-c", "fsync=off")
	disk := server.SmallDisk(t, 48)
	store := openAt(t, server.DatabaseOnDisk(t), time.Now)
	troubled(t, store, "")
	filler, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = filler.Write(make([]byte, 4096))
	}
	if err := filler.Close(); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, postgres.DiskFull)
	for refused := false; !refused; { // until the free space in the last page of each table is used up
		_, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
		if refused = err != nil; refused && fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("an order: %v", err)
		}
	}
	if err := os.Remove(filler.Name()); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, "")
	if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
		t.Error(err)
	}
}
