package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// ended returns an order that was cancelled and whose receipts are all done.
func ended(t *testing.T, store *postgres.Store) order.Order {
	t.Helper()
	o, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
	if err == nil {
		_, err = store.MoveOrder(t.Context(), order.Move{OrderID: o.ID, To: order.Cancelled, Reason: order.ByCustomer})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts(t, store, o.ID) {
		if err := store.MarkDone(t.Context(), &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func receipts(t *testing.T, store *postgres.Store, id int64) []database.ReceiptState {
	t.Helper()
	all, err := store.ReceiptsOf(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// hold begins a transaction with a statement, and commits it when end is called.
func hold(t *testing.T, url, sql string, args ...any) (end func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Commit(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// someoneWaits returns when a session waits for a lock.
func someoneWaits(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for waits := false; !waits; time.Sleep(time.Millisecond) {
		if err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAFactThatIsStatedWhileItsOrderIsArchivedIsKept: an event that is journalled after its order was found finished and
// before its history is moved makes the order unfinished.
func TestAFactThatIsStatedWhileItsOrderIsArchivedIsKept(t *testing.T) {
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	o := ended(t, store)
	later := time.Now().Add(time.Hour)
	first := receipts(t, store, o.ID)[0]
	release := hold(t, url, `SELECT 1 FROM receipts WHERE event_id = $1 AND subscriber = $2 FOR UPDATE`, first.EventID, first.Subscriber)
	archived := make(chan int, 1)
	go func() {
		n, err := store.Archive(context.Background(), later, 10)
		if err != nil {
			t.Error(err)
		}
		archived <- n
	}()
	someoneWaits(t, url) // the order was found, and its receipts are being locked
	rows := database.Rows{Order: o.ID}
	if _, err := store.Do(t.Context(), rows, func(tx *database.Tx) error { return tx.Journal(event.StockCreated{OrderID: o.ID}) }); err != nil {
		t.Fatal(err)
	}
	release()
	if n := <-archived; n != 0 {
		t.Errorf("%d orders were archived, and one has a fact that no one has heard of", n)
	}
	history, err := store.History(t.Context(), o.ID)
	if err != nil || len(history) != 3 || history[2].Type != event.TypeStockCreated {
		t.Errorf("the history has %d events, %v", len(history), err)
	}
	pending := 0
	for _, r := range receipts(t, store, o.ID) {
		if r.State == "pending" {
			pending++
		}
	}
	if pending == 0 {
		t.Error("no one will hear of the fact")
	}
}

// TestAnOrderInWorkIsNotArchived: else an event that is not committed yet would be its whole history.
func TestAnOrderInWorkIsNotArchived(t *testing.T) {
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	o, other := ended(t, store), ended(t, store)
	later := time.Now().Add(time.Hour)
	release := hold(t, url, `SELECT 1 FROM orders WHERE order_id = $1 FOR NO KEY UPDATE`, o.ID)
	if n, err := store.Archive(t.Context(), later, 10); err != nil || n != 1 {
		t.Errorf("beside an order in work, %d were archived, %v", n, err)
	}
	release()
	if n, err := store.Archive(t.Context(), later, 10); err != nil || n != 1 {
		t.Errorf("then %d were archived, %v", n, err)
	}
	for _, id := range []int64{o.ID, other.ID} {
		if history, err := store.History(t.Context(), id); err != nil || len(history) != 2 {
			t.Errorf("order %d has %d events, %v", id, len(history), err)
		}
	}
}
