package app_test

import (
	"testing"

	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	orders "acme.example/webshop/order"
)

// TestAnotherProcessUsesTheStore of a shop that runs, through all that its private listener puts around it.
func TestAnotherProcessUsesTheStore(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Remote"))
	s.arrives(made.OrderID, "STOCKED")
	store, err := client.Open(client.Config{URLs: []string{s.PrivateURL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	o, err := store.Order(t.Context(), made.OrderID)
	if err != nil || o.Customer.Name != "Remote" || o.Status != orders.Stocked || o.PaymentProvider == "" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := store.MoveOrder(t.Context(), orders.Move{OrderID: o.ID, To: orders.Created}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an illegal move: %v", err)
	}
	history, err := store.History(t.Context(), o.ID)
	if err != nil || len(history) < 3 {
		t.Fatalf("history %+v, %v", history, err)
	}
	done := &event.Receipt{EventID: history[0].ID, Subscriber: "order.OrderCreated"}
	again, err := store.MoveOrder(event.WithReceipt(t.Context(), done), orders.Move{OrderID: o.ID, To: orders.Cancelled})
	if err != nil || again.Status != orders.Stocked || !done.Settled() {
		t.Errorf("a duplicate moved the order: %s, %v, settled %v", again.Status, err, done.Settled())
	}
}
