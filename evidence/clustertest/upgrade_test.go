package clustertest

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// change is a text that a file of the tree has once, and its replacement.
type change struct{ file, old, new string }

// nextRelease is the changes of a next release, as an example of what one may do: an event has one more field, and one
// more subscriber. It is built from the current tree with `go build -overlay`, which leaves the tree unchanged.
var nextRelease = []change{
	{"event/order_deliverable.go", "\tTestID       int64", "\tGift    string `json:\"gift,omitempty\" jsonschema:\"What comes with the plants.\"`\n\tTestID       int64"},
	{"order/order.go", "event.OrderDeliverable{", "event.OrderDeliverable{\n\t\t\tGift: \"a cutting\","},
	{"event/subscriptions.go", "var Subscriptions = []Subscription{", `var Subscriptions = []Subscription{
	{Subscriber: "finance.OrderDeliverable", Type: TypeOrderDeliverable, Deadline: 5 * time.Minute, Outside: true, Does: "notes what the gift costs"},`},
	{"app/wiring.go", `"finance.OrderPlaced":    bus.On(s.finance.OnOrderPlaced),`, `"finance.OrderPlaced":    bus.On(s.finance.OnOrderPlaced),
				"finance.OrderDeliverable": bus.On(func(context.Context, event.OrderDeliverable) error { return nil }),`},
	{"evidence/audit/rules.go", `[]string{"email.OrderDeliverable", "delivery.OrderDeliverable"}`,
		`[]string{"email.OrderDeliverable", "delivery.OrderDeliverable", "finance.OrderDeliverable"}`},
	{"evidence/audit/rules.go", `var deadlines = map[string]time.Duration{`, `var deadlines = map[string]time.Duration{
	"finance.OrderDeliverable": 5 * time.Minute,`},
	{"evidence/audit/rules.go", `var joinedLater = map[string]bool{`, `var joinedLater = map[string]bool{"finance.OrderDeliverable": true, `},
}

// buildNext builds the next release.
func buildNext(t *testing.T) string { return overlaid(t, "webshop-next", nextRelease, nil) }

// TestTheNextReleaseFits: its changes apply to the current tree, which is checked before a cluster is built for it.
func TestTheNextReleaseFits(t *testing.T) { changed(t, "webshop-next", nextRelease, nil) }

// overlaid builds the shop with changes and new files.
func overlaid(t *testing.T, name string, changes []change, files map[string]string) string {
	t.Helper()
	return build(t, name, "acme.example/webshop/cmd/webshop", "-overlay", overlay(t, name, changes, files))
}

// overlay writes the file that lays changes and new files over the tree.
func overlay(t *testing.T, name string, changes []change, files map[string]string) string {
	t.Helper()
	replaced := map[string]string{}
	for file, text := range changed(t, name, changes, files) {
		path, err := filepath.Abs(inTree(file))
		if err != nil {
			t.Fatal(err)
		}
		replaced[path] = filepath.Join(t.TempDir(), filepath.Base(file))
		write(t, replaced[path], []byte(text))
	}
	text, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	write(t, file, text)
	return file
}

// changed returns the files after the changes, made one after the other, and the new files.
func changed(t *testing.T, name string, changes []change, files map[string]string) map[string]string {
	t.Helper()
	texts := maps.Clone(files)
	if texts == nil {
		texts = map[string]string{}
	}
	for file := range files {
		if _, err := os.Stat(inTree(file)); err == nil {
			t.Fatalf("%s adds %s, which is there already", name, file)
		}
	}
	for _, c := range changes {
		if _, known := texts[c.file]; !known {
			source, err := os.ReadFile(inTree(c.file))
			if err != nil {
				t.Fatal(err)
			}
			texts[c.file] = string(source)
		}
		if n := strings.Count(texts[c.file], c.old); n != 1 {
			t.Fatalf("%s changes %q in %s, which is there %d times: teach it what is there now", name, c.old, c.file, n)
		}
		texts[c.file] = strings.Replace(texts[c.file], c.old, c.new, 1)
	}
	return texts
}

// inTree returns the path of a file of the tree.
func inTree(path string) string { return filepath.Join("../..", path) }

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// met checks that the two releases met: events of both were written and handled, and the new subscriber received its
// events.
func (c *cluster) met(ctx context.Context, t *testing.T) {
	for what, sql := range map[string]string{
		"events of the old release":                        `SELECT count(*) FROM journal WHERE type = 'OrderDeliverable' AND data NOT LIKE '%"gift"%'`,
		"events of the next release":                       `SELECT count(*) FROM journal WHERE type = 'OrderDeliverable' AND data LIKE '%"gift"%'`,
		"what the new subscriber has done":                 `SELECT count(*) FROM receipts WHERE subscriber = 'finance.OrderDeliverable' AND state = 'done'`,
		"events of the next release and all that followed": `SELECT count(*) FROM journal j JOIN orders o USING (order_id) WHERE j.type = 'OrderDeliverable' AND j.data LIKE '%"gift"%' AND o.status = 'DELIVERY_BOOKED'`,
	} {
		n, err := c.count(ctx, sql)
		if err != nil || n == 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
		t.Logf("%s: %d", what, n)
	}
}
