package app_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// legal is the state machine of the design, repeated here.
var legal = map[string]string{
	"PAYMENT_PENDING":  "CREATED PAYMENT_DECLINED",
	"CREATED":          "PLACED CANCELLED",
	"PLACED":           "STOCKED CANCELLED",
	"STOCKED":          "DELIVERY_BOOKED CANCELLED",
	"DELIVERY_BOOKED":  "",
	"PAYMENT_DECLINED": "",
	"CANCELLED":        "",
}

// TestEveryIllegalMoveIsRefused: from each status to each that the state machine does not allow, by both APIs.
func TestEveryIllegalMoveIsRefused(t *testing.T) {
	t.Parallel()
	s, orders := startWithOneInEachStatus(t)
	for from, id := range orders {
		before := s.order(id)
		for to := range legal {
			if to != from && !strings.Contains(legal[from], to) && (from != "PAYMENT_PENDING" || to != "CANCELLED") { // a cancellation declines it
				t.Run(from+" to "+to, func(t *testing.T) { s.in(t).refusesMove(id, from, to) })
			}
		}
		if diff := cmp.Diff(before, s.order(id)); diff != "" {
			t.Errorf("the %s order has changed: %s", from, diff)
		}
	}
	booked := fmt.Sprintf(`{"orderId":%d,"status":"DELIVERY_BOOKED"}`, orders["STOCKED"])
	if p := s.call("POST", s.PrivateURL+"/updateOrderStatus", booked).refuses(fault.Conflict); !strings.Contains(p.Detail, "delivery time") {
		t.Errorf("without a delivery time: %q", p.Detail)
	}
}

// refusesMove requests a move over REST and GraphQL; both must return the current status and the allowed ones.
func (s *shop) refusesMove(id int64, from, to string) {
	s.Helper()
	body := map[string]any{"orderId": id, "status": to}
	plain := s.call("POST", s.PrivateURL+"/updateOrderStatus", body).refuses(fault.Conflict).Detail
	inDetail := s.call("POST", s.PrivateURL+"/updateOrderStatus", map[string]any{"detail": body}).refuses(fault.Conflict).Detail
	code, message := s.refused(fmt.Sprintf("mutation { updateOrderStatus(id: %d, status: %s) { orderId } }", id, to))
	if code != string(fault.Conflict) {
		s.Errorf("GraphQL: %s", code)
	}
	for _, told := range []string{plain, inDetail, message} {
		for _, status := range append(strings.Fields(legal[from]), from, to) {
			if !strings.Contains(told, status) {
				s.Errorf("%q does not tell of %s", told, status)
			}
		}
		if legal[from] == "" && !strings.Contains(told, "final") {
			s.Errorf("%q does not tell that %s is final", told, from)
		}
	}
}

// TestAskingForWhatIsSoChangesNothing, for each status.
func TestAskingForWhatIsSoChangesNothing(t *testing.T) {
	t.Parallel()
	s, orders := startWithOneInEachStatus(t)
	footprint := s.footprint()
	for status, id := range orders {
		before := s.order(id)
		s.call("POST", s.PrivateURL+"/updateOrderStatus", map[string]any{"orderId": id, "status": status}).want(200)
		s.graphql(fmt.Sprintf("mutation { updateOrderStatus(id: %d, status: %s) { orderId } }", id, status), &struct{}{})
		if diff := cmp.Diff(before, s.order(id)); diff != "" {
			t.Errorf("the %s order has changed: %s", status, diff)
		}
	}
	s.untouched(footprint)
}

func TestUnknownStatusesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, trusting(t, "123456"))
	made := s.create(realOrder("Firm", "customerType", "B2B", "orgNumber", 123456))
	before := s.arrives(made.OrderID, "STOCKED")
	for _, status := range []string{`""`, `"placed"`, `"NOPE"`, `"CANCELLED "`, `null`, `5`, `[]`} {
		for _, body := range []string{`{"orderId":%d,"status":%s}`, `{"detail":{"orderId":%d,"status":%s}}`} {
			t.Run(status, func(t *testing.T) {
				s.in(t).call("POST", s.PrivateURL+"/updateOrderStatus", fmt.Sprintf(body, made.OrderID, status)).refuses(fault.Invalid)
			})
		}
	}
	for _, event := range []string{"OrderCreated", "OrderDeliverable", "stockcreated", ""} {
		s.call("POST", s.PrivateURL+"/updateOrderStatus", map[string]any{"detail-type": event, "detail": map[string]any{"orderId": made.OrderID}}).refuses(fault.Invalid)
	}
	if code, _ := s.refused(fmt.Sprintf("mutation { updateOrderStatus(id: %d, status: NOPE) { orderId } }", made.OrderID)); code != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("GraphQL: %s", code)
	}
	if diff := cmp.Diff(before, s.order(made.OrderID)); diff != "" {
		t.Errorf("the order has changed: %s", diff)
	}
}

// startWithOneInEachStatus starts a shop that has an order in each status. Most statuses are short-lived: they are
// written into the file of a stopped shop.
func startWithOneInEachStatus(t *testing.T) (*shop, map[string]int64) {
	t.Helper()
	s := start(t, trusting(t, "123456"))
	orders := map[string]int64{}
	for status := range legal {
		orders[status] = s.create(realOrder(status, "customerType", "B2B", "orgNumber", 123456)).OrderID
	}
	for _, id := range orders {
		s.arrives(id, "STOCKED")
	}
	s.stop()
	s.write(func(db *sql.DB) {
		for status, id := range orders {
			if _, err := db.ExecContext(t.Context(), `UPDATE orders SET status = ?, status_at = unixepoch() * 1000 WHERE order_id = ?`, status, id); err != nil {
				t.Fatal(err)
			}
		}
	})
	return startWith(t, s.config), orders
}

// write opens the shop's database beside the shop.
func (s *shop) write(change func(*sql.DB)) {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.config.DataDir, "webshop.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		s.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			s.Error(err)
		}
	}()
	change(db)
}
