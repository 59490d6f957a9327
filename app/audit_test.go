package app_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/evidence/systemtest"
)

// lives creates an order of every kind, in a shop with dearReviews, and returns their numbers by kind.
func (s *shop) lives() map[string]int64 {
	s.Helper()
	ids := map[string]int64{}
	make := func(name, status string, changes ...any) created {
		made := s.create(realOrder(name, append([]any{"email", name + "@example.com"}, changes...)...), "Idempotency-Key", name)
		ids[name] = made.OrderID
		if status != "" {
			s.arrives(made.OrderID, status)
		}
		return made
	}
	business := []any{"customerType", "B2B", "orgNumber", "123456"}
	dear := []any{"products", "EX002", "totalPrice", 50000}
	mexico := []any{"market", "MX"}
	make("stocked", "STOCKED")
	make("checked", "STOCKED", dear...)
	make("unapproved", "IN_REVIEW", append(dear, business...)...)
	s.decide("refuse", ids["unapproved"]).want(200)
	s.arrives(ids["unapproved"], "CANCELLED")
	make("in-review", "IN_REVIEW", append(dear, business...)...)
	for name, changes := range map[string][]any{"delivered": nil, "firm": business, "mexican": mexico} {
		make(name, "STOCKED", changes...)
		s.bookFirst(s.deliveryKey(s.mails(name + "@example.com")))
		s.arrives(ids[name], "DELIVERY_BOOKED")
	}
	make("test", "DELIVERY_BOOKED", "testId", 7, "market", "MX")
	s.turn("carrier", map[string]any{"refuseRate": 1})
	make("parked", "", "testId", 8)
	s.eventually("the van is refused", func() bool { return s.receipt(ids["parked"], "delivery.DeliveryBooked").State == "parked" })
	s.turn("stockist", map[string]any{"refuseRate": 1})
	make("refused", "CANCELLED")
	s.turn("stockist", map[string]any{"answerLater": 60_000})
	make("waiting", "PLACED")
	for name, changes := range map[string][]any{"regret": nil, "regretting-firm": business} {
		made := make(name, "PLACED", changes...)
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).want(200)
		s.arrives(made.OrderID, "CANCELLED")
	}
	s.badPayments(ids, mexico)
	return ids
}

// badPayments creates an order that is declined, and one whose payment is in doubt.
func (s *shop) badPayments(ids map[string]int64, mexico []any) {
	s.Helper()
	s.turn("payments-us", map[string]any{"declineRate": 1})
	s.call("POST", s.PublicURL+"/createOrder", realOrder("declined")).want(402)
	s.turn("payments-mx", map[string]any{"failureRate": 1})
	s.call("POST", s.PublicURL+"/createOrder", realOrder("doubt", mexico...)).want(503)
	last := slices.Max(slices.Collect(maps.Values(ids)))
	ids["declined"], ids["doubt"] = last+1, last+2
}

// audited audits the shop while it runs.
func (s *shop) audited(change ...func(*audit.Config)) audit.Report {
	s.Helper()
	c := audit.Config{
		Database: filepath.Join(s.config.DataDir, "webshop.db"), PrivateURL: s.PrivateURL, Token: string(s.token), LookTime: 100 * time.Millisecond,
		Capacity: map[string]int{"US": 20, "MX": 15},
	}
	if url := string(s.config.DatabaseURL); url != "" {
		c.Database, c.DatabaseURL = "", url
	}
	if err := c.AskShop(s.Context()); err != nil {
		s.Fatal(err)
	}
	for _, f := range change {
		f(&c)
	}
	r, err := audit.Run(s.Context(), c)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// clean fails the test if a promise is broken.
func clean(t *testing.T, r audit.Report) {
	t.Helper()
	for _, f := range r.Findings {
		t.Errorf("order %d, %s: expected %s; is: %s", f.OrderID, f.Check, f.Expected, f.Is)
	}
	if !r.OK {
		t.Errorf("%+v", r.Checks)
	}
}

func TestAuditOfEveryKindOfLife(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, dearReviews))
	ids := s.lives()
	s.entered()
	r := s.audited()
	clean(t, r)
	if r.Orders != len(ids) || len(r.Open) != 1 || r.Open[0].OrderID != ids["parked"] {
		t.Errorf("%d orders of %d, open: %+v", r.Orders, len(ids), r.Open)
	}
	for standing, want := range map[string]int{
		"delivered": 4, "waits for its customer": 2, "waits for its stockist": 1, "waits for its reviews": 1, "cancelled": 4, "declined": 1, "under way": 1, "dead letter": 1,
	} {
		if r.Standings[standing] != want {
			t.Errorf("%d orders are %s, want %d", r.Standings[standing], standing, want)
		}
	}
	for _, c := range r.Checks {
		if c.Checked == 0 && c.Name != "order.acknowledged" && c.Name != "alert.open" && c.Name != "move.archive" && c.Name != "move.stock" && c.Name != atStripe {
			t.Errorf("%s was never asked", c.Name)
		}
		if c.Unknown > 0 && c.Name != "effect.mail" && c.Name != "alert.open" {
			t.Errorf("%s has %d that it cannot tell", c.Name, c.Unknown)
		}
	}
}

// TestAuditBesideALiveShop audits repeatedly while orders flow: there is no false alarm.
func TestAuditBesideALiveShop(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 20})
	s.turn("books", map[string]any{"failureRate": 0.2})
	acked := filepath.Join(t.TempDir(), "acked.jsonl")
	first := s.create(realOrder("First"))
	line := fmt.Sprintf(`{"orderId":%d,"totalPrice":%d,"amount":%d,"currency":%q,"testId":0}`+"\n", first.OrderID, first.TotalPrice, first.Amount, first.Currency)
	if err := os.WriteFile(acked, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := systemtest.Run(t.Context(), systemtest.Config{
			PublicURL: s.PublicURL, PrivateURL: s.PrivateURL, Orders: 150, Concurrency: 4, Seed: 1, Timeout: time.Minute, Out: io.Discard,
		})
		done <- err
	}()
	audits, busy := 0, 0
	for running := true; running; audits++ {
		select {
		case err := <-done:
			if running = false; err != nil {
				t.Log(err) // a busy machine refuses orders; what counts here is the audit of the others
			}
		case <-time.After(50 * time.Millisecond):
		}
		r := s.audited(func(c *audit.Config) { c.Acknowledged = acked })
		clean(t, r)
		if r.Healed > 0 {
			t.Errorf("%d findings healed: the first look is to be right by itself", r.Healed)
		}
		if r.Standings["under way"] > 0 {
			busy++
		}
	}
	t.Logf("%d audits, %d of them with orders under way", audits, busy)
	if busy == 0 {
		t.Error("no audit met an order under way")
	}
}

// TestAuditKnowsWhatItCannotTell: simulated partners and the mailbox lose their records at a restart.
func TestAuditKnowsWhatItCannotTell(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.arrives(s.create(realOrder("Old", "testId", 3)).OrderID, "DELIVERY_BOOKED")
	s = s.restart()
	r := s.audited()
	clean(t, r)
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "money.charge: 1 could not be checked") || !strings.Contains(notes, "effect.mail: 3") {
		t.Error(notes)
	}
	s.arrives(s.create(realOrder("New", "testId", 3)).OrderID, "DELIVERY_BOOKED")
	clean(t, s.audited())
	one := s.audited(func(c *audit.Config) { c.Order = 2 })
	if clean(t, one); one.Orders != 1 || !strings.Contains(strings.Join(one.Life, "\n"), "consignment delivery:2-") {
		t.Errorf("%d orders: %s", one.Orders, one.Life)
	}
}
