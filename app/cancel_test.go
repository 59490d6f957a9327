package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

// trackingKey returns the key in an order's tracking link.
func trackingKey(c created) string {
	return c.TrackingURL[strings.LastIndexAny(c.TrackingURL, "=/#")+1:]
}

// ledger returns the order's entries, as "kind debit credit amount".
func (s *shop) ledger(id int64) (entries []string) {
	s.Helper()
	var got struct {
		GetOrder struct {
			Ledger []struct {
				Kind, Debit, Credit, Currency string
				Amount                        int64
			}
		}
	}
	s.graphql(fmt.Sprintf(`{ getOrder(id: %d) { ledger { kind debit credit amount currency } } }`, id), &got)
	for _, e := range got.GetOrder.Ledger {
		entries = append(entries, fmt.Sprintf("%s %s %s %d %s", e.Kind, e.Debit, e.Credit, e.Amount, e.Currency))
	}
	return entries
}

// balanced fails the test if the ledger lacks an entry, or has an unexpected balance.
func (s *shop) balanced(want map[string]int64) {
	s.Helper()
	var got struct {
		Balances []struct {
			Account, Currency string
			Balance           int64
		}
		Faults []struct{ What string }
	}
	s.call("GET", s.PrivateURL+"/ledger", nil).want(200).into(&got)
	balances := map[string]int64{}
	for _, b := range got.Balances {
		balances[b.Account+" "+b.Currency] = b.Balance
	}
	if diff := cmp.Diff(want, balances); diff != "" || len(got.Faults) != 0 {
		s.Errorf("the ledger: %s, faults %v", diff, got.Faults)
	}
}

// TestACustomerCancels: the money is refunded, the ledger corrected, a mail sent; and only once.
func TestACustomerCancels(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 60_000})
	made := s.create(realOrder("Regret"))
	s.arrives(made.OrderID, "PLACED")
	cancel := map[string]any{"key": trackingKey(made)}
	for range 3 {
		s.call("POST", s.PublicURL+"/cancelOrder", cancel).want(200)
	}
	o := s.arrives(made.OrderID, "CANCELLED")
	if diff := cmp.Diff([]string{"OrderCreated", "OrderPlaced", "OrderCancelled"}, o.types()); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"payment cash:payments-us receivable 30000 USD", "refund receivable cash:payments-us 30000 USD",
		"reversal refunds receivable 30000 USD", "sale receivable revenue 30000 USD",
	}
	if diff := cmp.Diff(want, sorted(s.ledger(made.OrderID)...)); diff != "" {
		t.Error(diff)
	}
	s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "revenue USD": -30000, "refunds USD": 30000})
	mails := s.mails("someone@example.com")
	if len(mails) != 2 || !strings.Contains(mails[0].Text, "$300.00 back") || !strings.Contains(mails[0].Text, "You asked us") {
		t.Errorf("%d mails, the last: %+v", len(mails), mails[0])
	}
	var seen struct{ Status, CancelReason, Refund string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&seen)
	if seen.Status != "CANCELLED" || seen.CancelReason != "customer" || seen.Refund != "done" {
		t.Errorf("the customer sees %+v", seen)
	}
}

// TestTheStockistRefuses: an order whose plants cannot be had is cancelled, at once and by callback.
func TestTheStockistRefuses(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("shared with the stockist ", 2)
	s := start(t, func(c *app.Config) { c.StockistSecret = []app.Secret{app.Secret(secret)} }, trusting(t, "123456"))
	s.turn("stockist", map[string]any{"refuseRate": 1})
	atOnce := s.create(realOrder("At once", "email", "now@example.com"))
	s.arrives(atOnce.OrderID, "CANCELLED")
	s.turn("stockist", map[string]any{"answerLater": 60_000})
	later := s.create(realOrder("Later", "customerType", "B2B", "orgNumber", "123456", "email", "later@example.com"))
	s.arrives(later.OrderID, "PLACED")
	body := fmt.Sprintf(`{"type":"stock.refused","data":{"orderId":%d}}`, later.OrderID)
	for range 2 {
		s.call("POST", s.PublicURL+"/callbacks/stockist", body, signed(t, secret, body)...).want(http.StatusNoContent)
	}
	s.arrives(later.OrderID, "CANCELLED")
	if m := s.mails("later@example.com")[0]; !strings.Contains(m.Text, "cannot supply") || !strings.Contains(m.Text, "owe nothing") {
		t.Errorf("the mail: %s", m.Text)
	}
	if diff := cmp.Diff([]string{"reversal refunds receivable 30000 USD", "sale receivable revenue 30000 USD"}, sorted(s.ledger(later.OrderID)...)); diff != "" {
		t.Errorf("an invoice: %s", diff)
	}
	s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "revenue USD": -60000, "refunds USD": 60000})
}

// TestTheStockistRefusesTooLate: an order whose delivery is booked continues; the stockist gets a final answer, and an
// operator an alert, once.
func TestTheStockistRefusesTooLate(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("shared with the stockist ", 2)
	s := start(t, func(c *app.Config) { c.StockistSecret = []app.Secret{app.Secret(secret)} })
	made := s.create(realOrder("Late"))
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails("someone@example.com")))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	body := fmt.Sprintf(`{"type":"stock.refused","data":{"orderId":%d}}`, made.OrderID)
	refuse := func() {
		s.call("POST", s.PublicURL+"/callbacks/stockist", body, signed(t, secret, body)...).want(http.StatusNoContent)
	}
	refuse()
	refuse()
	letter := s.parks(made.OrderID, "stock.OrderPlaced")
	if told := s.alerted("dead-letter", "stock.OrderPlaced"); !slices.ContainsFunc(told.Orders, func(o ops.OrderLink) bool { return o.OrderID == made.OrderID }) {
		t.Errorf("the alert: %+v", told)
	}
	if o := s.order(made.OrderID); o.Status != "DELIVERY_BOOKED" {
		t.Errorf("the order is %s", o.Status)
	}
	clean(t, s.audited())
	s.call("POST", letter+"/discard", map[string]any{"reason": "they deliver after all"}).want(http.StatusNoContent)
	refuse()
	if r := s.receipt(made.OrderID, "stock.OrderPlaced"); r.State != "discarded" {
		t.Errorf("told again: %+v", r)
	}
}

// signed returns the headers of a callback signed by the stockist.
func signed(t *testing.T, secret, body string) []string {
	t.Helper()
	signer, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	signature, err := signer.Sign("msg_1", at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return []string{"webhook-id", "msg_1", "webhook-timestamp", fmt.Sprint(at.Unix()), "webhook-signature", signature}
}

// TestARefundIsTriedUntilItIsDone: while the provider is down the refund waits, and it is made once.
func TestARefundIsTriedUntilItIsDone(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 60_000})
	made := s.create(realOrder("Patience", "testId", 4))
	s.arrives(made.OrderID, "PLACED")
	s.turn("payments-us", map[string]any{"failureRate": 1})
	s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID}).want(200)
	s.eventually("the refund failed", func() bool { return s.receipt(made.OrderID, "order.OrderCancelled").Attempts > 0 })
	var seen struct{ Refund, CancelReason string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&seen)
	if seen.Refund != "under-way" || seen.CancelReason != "operator" {
		t.Errorf("the customer sees %+v", seen)
	}
	s.turn("payments-us", map[string]any{})
	s.arrives(made.OrderID, "CANCELLED")
	if n := s.charges("payments-us"); n != 2 {
		t.Errorf("%d records at the provider, want a charge and a refund", n)
	}
}

// TestWhatCannotBeCancelled: a booked delivery where the rules have no cut-off, someone else's order, an unknown reason.
func TestWhatCannotBeCancelled(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(app.DefaultShopFile), ", changes: { until: 12h }", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.ShopFile = file })
	made := s.create(realOrder("Booked"))
	s.arrives(made.OrderID, "STOCKED")
	for _, key := range []string{"", "x", trackingKey(made) + "x", s.deliveryKey(s.mails("someone@example.com"))} {
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": key}).problem(fault.Unauthorized)
	}
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"orderId": made.OrderID}).problem(fault.Invalid, "key")
	s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID, "reason": "mood"}).problem(fault.Invalid, "reason")
	s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": 4711}).problem(fault.NotFound)
	s.bookFirst(s.deliveryKey(s.mails("someone@example.com")))
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).problem(fault.Conflict)
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).problem(fault.Conflict)
}

func sorted(texts ...string) []string {
	slices.Sort(texts)
	return texts
}
