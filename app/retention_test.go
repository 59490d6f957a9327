package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/surfaces/operatorclient"
)

// keepsPersonalData makes a market keep personal data for so long.
func keepsPersonalData(t *testing.T, keep string) func(*app.Config) {
	t.Helper()
	text := strings.Replace(string(app.DefaultShopFile), "\n    contact:", "\n    privacy: { keep: "+keep+" }\n    contact:", 1)
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil || !strings.Contains(text, keep) {
		t.Fatalf("the rules say nothing of %s: %v", keep, err)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

// TestPersonalDataEndsByTheRules: a cancelled order is erased when its time is over, and one under way is not. It is counted and
// written down, and the audit finds nothing.
func TestPersonalDataEndsByTheRules(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		var later atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		s := start(t, keepsPersonalData(t, "20d"), engine, func(c *app.Config) { *c = c.WithClock(clock) })
		gone := s.create(realOrder("Zoë Quörnli", "email", "zoe@private.example"))
		open := s.create(realOrder("Zoë Quörnli", "email", "zoe@private.example", "street", "Elsewhere 2"))
		s.arrives(open.OrderID, "STOCKED")
		s.arrives(gone.OrderID, "STOCKED")
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": gone.OrderID, "reason": "customer"}).want(200)
		s.arrives(gone.OrderID, "CANCELLED")
		s.handled()
		s.stop()
		later.Store(int64(21 * 24 * time.Hour))
		s = startWith(t, s.config)
		s.eventually("it is erased", func() bool {
			return strings.Contains(string(s.call("GET", s.PrivateURL+"/metrics", nil).body), "webshop_erased_orders_total 1")
		})
		export := func(id int64) string {
			return string(s.call("POST", s.PrivateURL+"/privacy/export", map[string]any{"orderId": id}).want(200).body)
		}
		s.eventually("it is written down", func() bool { return strings.Contains(export(gone.OrderID), `"Who":"retention"`) })
		if text := export(gone.OrderID); strings.Contains(text, "zoe@") || strings.Contains(text, "Quörnli") || !strings.Contains(text, "kept for 20d") {
			t.Errorf("of who is erased there is %s", text)
		}
		if text := export(open.OrderID); !strings.Contains(text, "zoe@private.example") {
			t.Errorf("an order under way lost its customer: %s", text)
		}
		clean(t, s.audited(func(c *audit.Config) {
			if c.DatabaseURL = string(s.config.DatabaseURL); c.DatabaseURL != "" {
				c.Database = ""
			}
		}))
	})
}

// handled waits until no event waits.
func (s *shop) handled() {
	s.Helper()
	s.eventually("all events are handled", func() bool {
		var got struct{ Counts struct{ Pending int } }
		s.graphql("{ counts { pending } }", &got)
		return got.Counts.Pending == 0
	})
}

// TestARestoreIsFollowedByErasingAgain: a backup from before brings a person back, and the list of erasures takes them away again.
func TestARestoreIsFollowedByErasingAgain(t *testing.T) {
	t.Parallel()
	partners := startOutside(t)
	s := start(t, partners.use)
	order := func(s *shop, key string) int64 {
		made := s.create(realOrder("Zoë Quörnli", "email", "zoe@private.example"), "Idempotency-Key", key)
		s.arrives(made.OrderID, "STOCKED")
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID, "reason": "customer"}).want(200)
		s.arrives(made.OrderID, "CANCELLED")
		s.handled()
		return made.OrderID
	}
	client := func(s *shop, out *strings.Builder) operatorclient.Client {
		return operatorclient.Client{URL: s.PrivateURL, Token: func() (string, error) { return "", nil }, Out: out}
	}
	known := order(s, "1")
	folder, _ := s.backup()
	lost := order(s, "2")
	var list, told strings.Builder
	if err := client(s, &told).ErasePerson(t.Context(), operatorclient.Person{Email: "zoe@private.example"}, "asked for", false); err != nil {
		t.Fatal(err)
	}
	if err := client(s, &list).Erasures(t.Context()); err != nil || strings.Count(list.String(), "\n") != 2 || strings.Contains(list.String(), "zoe") {
		t.Fatalf("the list is %s, %v", list.String(), err)
	}
	s.stop()

	c := s.config
	c.DataDir = folder
	restored := startWith(t, c)
	export := func() string {
		return string(restored.call("POST", restored.PrivateURL+"/privacy/export", map[string]any{"orderId": known}).want(200).body)
	}
	if !strings.Contains(export(), "zoe@private.example") {
		t.Fatal("the backup does not have what it should bring back")
	}
	for range 2 {
		told.Reset()
		if err := client(restored, &told).EraseAgain(t.Context(), strings.NewReader(list.String())); err != nil {
			t.Fatal(err)
		}
		if want := "1 orders are erased, 1 are not in this database, and 0 were left.\n"; told.String() != want {
			t.Errorf("told is %q, want %q", told.String(), want)
		}
	}
	if text := export(); strings.Contains(text, "zoe@") || strings.Contains(text, "Quörnli") || restored.exists(int(lost)) {
		t.Errorf("after it there is %s", text)
	}
	other := fmt.Sprintf(`{"orderId":%d,"ref":"%d-000000000000-000000000000"}`, order(restored, "3"), known)
	for _, wrong := range []string{"nonsense", "{}"} {
		if err := client(restored, &told).EraseAgain(t.Context(), strings.NewReader(wrong)); err == nil {
			t.Errorf("a list of %q was taken", wrong)
		}
	}
	told.Reset()
	if err := client(restored, &told).EraseAgain(t.Context(), strings.NewReader(other)); err != nil || !strings.HasPrefix(told.String(), "0 orders are erased, 1") {
		t.Errorf("another order with the number of an erased one: %q, %v", told.String(), err)
	}
}
