package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// runs runs a program and returns its output.
func runs(t *testing.T, input []byte, name string, args ...string) []byte {
	t.Helper()
	var out, wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &wrong
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, wrong.String())
	}
	return out.Bytes()
}

// tracked requests the order of a tracking link.
func (s *shop) tracked(c created) answer {
	s.Helper()
	return s.call("GET", s.PublicURL+"/trackOrder?key="+url.QueryEscape(trackingKey(c)), nil)
}

// keys returns the keys of a partner's records of a kind.
func (o *outside) keys(partner, kind string) (keys []string) {
	o.Helper()
	var page struct {
		Records []struct{ Kind, Key string }
	}
	got, err := http.Get(o.url + "/" + partner + "/records?limit=100")
	if err != nil {
		o.Fatal(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		o.Fatal(got.Status)
	}
	if err := json.NewDecoder(got.Body).Decode(&page); err != nil {
		o.Fatal(err)
	}
	for _, r := range page.Records {
		if r.Kind == kind {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// TestARestoredDatabaseRepeatsNoOrder: two orders are made after a dump, which is then restored. The next order has
// neither the number nor the keys of one of them, its buyer pays, and their links do not open it.
func TestARestoredDatabaseRepeatsNoOrder(t *testing.T) {
	t.Parallel()
	partners := startOutside(t)
	database := pgtest.Database(t)
	s := start(t, partners.use, func(c *app.Config) { c.DatabaseURL = app.Secret(database) })
	kept := s.create(realOrder("Kept"))
	s.arrives(kept.OrderID, "STOCKED")
	dump := runs(t, nil, "pg_dump", "--dbname", database)
	lost := []created{s.create(realOrder("Lost")), s.create(realOrder("Lost too"))}
	for _, c := range lost {
		s.arrives(c.OrderID, "STOCKED")
	}
	s.stop()
	runs(t, []byte("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"), "psql", "--set=ON_ERROR_STOP=1", database)
	runs(t, dump, "psql", "--set=ON_ERROR_STOP=1", database)

	restored := startWith(t, s.config)
	restored.tracked(kept).want(200)
	var fresh []created
	for _, name := range []string{"Fresh", "Fresh too"} {
		c := restored.create(realOrder(name))
		restored.arrives(c.OrderID, "STOCKED")
		fresh = append(fresh, c)
	}
	for i, c := range lost {
		if fresh[i].OrderID <= lost[1].OrderID {
			t.Errorf("the number %d comes twice", fresh[i].OrderID)
		}
		if fresh[i].TrackingURL == c.TrackingURL {
			t.Errorf("the link %s comes twice", c.TrackingURL)
		}
		restored.tracked(c).want(404)
	}
	for partner, kind := range map[string]string{"payments-us": "charge", "stockist": "refill", "books": "entry"} {
		keys := partners.keys(partner, kind)
		if n := len(slices.Compact(slices.Sorted(slices.Values(keys)))); n != 5 || len(keys) != 5 {
			t.Errorf("%s did %q, want one for each of five orders", partner, keys)
		}
	}
}

// TestTwoShopsOnOneAccount do not mistake each other's charges, refills and sales for their own.
func TestTwoShopsOnOneAccount(t *testing.T) {
	t.Parallel()
	partners := startOutside(t)
	one, other := start(t, partners.use), start(t, partners.use)
	for _, s := range []*shop{one, other} {
		s.arrives(s.create(realOrder("Someone")).OrderID, "STOCKED")
	}
	for partner, kind := range map[string]string{"payments-us": "charge", "stockist": "refill", "books": "entry"} {
		if keys := partners.keys(partner, kind); len(keys) != 2 || keys[0] == keys[1] {
			t.Errorf("%s did %q, want one for each shop", partner, keys)
		}
	}
	for _, s := range []*shop{one, other} {
		clean(t, s.audited()) // the other shop's records are no strays
	}
}

// TestRestoredByHand: a data folder that was copied other than by webshop backup cannot know that it is old. It is marked
// while no shop uses it.
func TestRestoredByHand(t *testing.T) {
	t.Parallel()
	partners := startOutside(t)
	s := start(t, partners.use)
	kept := s.create(realOrder("Kept"))
	s.arrives(kept.OrderID, "STOCKED")
	if err := app.Restored(t.Context(), s.config.DataDir, "", io.Discard); err == nil || !strings.Contains(err.Error(), "another shop uses the data folder") {
		t.Errorf("while a shop serves it: %v", err)
	}
	s.stop()
	copied := s.config
	copied.DataDir = t.TempDir()
	if err := os.CopyFS(copied.DataDir, os.DirFS(s.config.DataDir)); err != nil {
		t.Fatal(err)
	}
	s = startWith(t, s.config)
	lost := s.create(realOrder("Lost"))
	s.stop()

	var told strings.Builder
	if err := app.Restored(t.Context(), copied.DataDir, "", &told); err != nil || !strings.Contains(told.String(), "New orders begin at number 1000002") {
		t.Fatalf("told %q, %v", told.String(), err)
	}
	s = startWith(t, copied)
	if fresh := s.create(realOrder("Fresh")); fresh.OrderID != 1_000_002 {
		t.Errorf("the next order is %d", fresh.OrderID)
	}
	s.tracked(kept).want(200)
	s.tracked(lost).want(404)
	if err := app.Restored(t.Context(), t.TempDir(), "", io.Discard); err == nil || !strings.Contains(err.Error(), "there is no webshop.db in") {
		t.Errorf("of nothing: %v", err)
	}
}

// TestALinkToALostOrderOpensNoOther: the copy was not marked as old, and another order gets the number of a lost one. The
// lost order's links say that it does not exist, wherever they are used.
func TestALinkToALostOrderOpensNoOther(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.stop()
	copied := s.config
	copied.DataDir = t.TempDir()
	if err := os.CopyFS(copied.DataDir, os.DirFS(s.config.DataDir)); err != nil {
		t.Fatal(err)
	}
	s = startWith(t, s.config)
	lost := s.create(realOrder("Lost", "email", "lost@example.com"))
	s.arrives(lost.OrderID, "STOCKED")
	track, deliver := trackingKey(lost), s.deliveryKey(s.mails("lost@example.com"))
	s.stop()

	s = startWith(t, copied)
	fresh := s.create(realOrder("Fresh"))
	if fresh.OrderID != lost.OrderID {
		t.Fatalf("order %d, where %d was lost", fresh.OrderID, lost.OrderID)
	}
	s.arrives(fresh.OrderID, "STOCKED")
	before := s.footprint()
	for name, a := range map[string]answer{
		"seen":             s.call("GET", s.PublicURL+"/trackOrder?key="+track, nil),
		"followed":         s.call("GET", s.PublicURL+"/trackOrder/live?key="+track, nil),
		"offered":          s.call("GET", s.PublicURL+"/deliveryTimes?order="+deliver, nil),
		"shared":           s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": track}),
		"cancelled":        s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": track}),
		"booked":           s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": deliver, "deliveryTime": "16000000000"}),
		"booked by number": s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": lost.OrderID, "key": deliver, "deliveryTime": "16000000000"}),
	} {
		if a.status != http.StatusNotFound {
			t.Errorf("%s: answered %d %s", name, a.status, a.body)
		}
	}
	s.untouched(before)
}
