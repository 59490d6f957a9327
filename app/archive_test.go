package app_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// TestAnArchivedOrderLooksAndAnswersAsBefore: its pages, its links, the operators' queries, and late calls.
func TestAnArchivedOrderLooksAndAnswersAsBefore(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]func(*testing.T, *app.Config){
		"SQLite":     func(*testing.T, *app.Config) {},
		"PostgreSQL": func(t *testing.T, c *app.Config) { c.DatabaseURL = app.Secret(pgtest.Database(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(c *app.Config) { engine(t, c) })
			made := s.create(realOrder("Ann", "email", "ann@example.com"), "Idempotency-Key", "ann")
			s.arrives(made.OrderID, "STOCKED")
			key := s.deliveryKey(s.mails("ann@example.com"))
			booking := s.bookFirst(key)
			s.arrives(made.OrderID, "DELIVERY_BOOKED")
			doomed := s.create(realOrder("Doomed"))
			s.arrives(doomed.OrderID, "STOCKED")
			s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
			s.arrives(doomed.OrderID, "CANCELLED")
			tell := func() (told []string) {
				for _, id := range []int64{made.OrderID, doomed.OrderID} {
					told = append(told, fmt.Sprintf("%+v", s.order(id)), fmt.Sprint(s.ledger(id)),
						string(s.call("GET", s.PrivateURL+fmt.Sprintf("/console/orders/%d", id), nil).want(200).body))
					for _, late := range []struct{ path, field string }{{"/finance", `"totalPrice":30000,`}, {"/stock", ""}} {
						body := fmt.Sprintf(`{"detail-type":"OrderPlaced","orderId":%d,"detail":{%s"orderId":%d}}`, id, late.field, id)
						told = append(told, fmt.Sprint(late.path, s.call("POST", s.PrivateURL+late.path, body).status))
					}
				}
				again := s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)})
				told = append(told, fmt.Sprint("cancel ", again.status))
				for _, time := range []any{booking["deliveryTime"], "1"} {
					again := s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"key": key, "orderId": made.OrderID, "deliveryTime": time})
					told = append(told, fmt.Sprint("book ", again.status))
				}
				same := s.create(realOrder("Ann", "email", "ann@example.com"), "Idempotency-Key", "ann")
				return append(told, fmt.Sprint("the same request again: ", same.OrderID))
			}
			before := tell()
			s.stop()
			s.archives(2)
			s = startWith(t, s.config)
			if diff := cmp.Diff(before, tell()); diff != "" {
				t.Error(diff)
			}
			s.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 0, "revenue USD": -60000, "refunds USD": 30000})
		})
	}
}
