package clustertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app/torture"
)

// thirdReview is what it takes to add a step between CREATED and PLACED, beside its folder: its name, what it hears, and its
// lines in the wiring; and what the auditor, who shares no code, is to expect.
var thirdReview = []change{
	{"event/subscriptions.go", "	{\"order.ReviewDone\",", `	{"blocklist.ReviewRequested", TypeReviewRequested, 30 * time.Second, false, "looks whether the customer is on the list"},
	{"order.ReviewDone",`},
	{"app/process.go", "ServiceNames = []string{", `ServiceNames = []string{"blocklist", `},
	{"app/wiring.go", "\t\"acme.example/webshop/bus\"\n", "\t\"acme.example/webshop/blocklist\"\n\t\"acme.example/webshop/bus\"\n"},
	{"app/wiring.go", "\tapproval *approval.Service\n", "\tapproval *approval.Service\n\tblocklist *blocklist.Service\n"},
	{"app/wiring.go", "\t\t{\n\t\t\tname: deliveryService,", `		{name: "blocklist", hears: map[string]bus.Handler{"blocklist.ReviewRequested": bus.On(s.blocklist.OnReviewRequested)}},
		{
			name: deliveryService,`},
	{"app/wiring.go", "\ts.stock = &stock.Service{", `	s.blocklist = &blocklist.Service{Store: s.store, Listed: []string{"Mallory"}}
	s.stock = &stock.Service{`},
	{"audit/rules.go", `[]string{"approval.ReviewRequested", `, `[]string{"approval.ReviewRequested", "blocklist.ReviewRequested", `},
	{"audit/rules.go", `"approval.ReviewRequested": 30 * time.Second,`, `"approval.ReviewRequested": 30 * time.Second, "blocklist.ReviewRequested": 30 * time.Second,`},
}

// TestAThirdReview: a step is added with a folder and a few lines, and all that there is for every step is there for it: the
// rules can name it, who fails it gets the money back, and the audit explains it.
func TestAThirdReview(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the shop anew")
	}
	folder, err := os.ReadFile("testdata/blocklist.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a third review: %d lines of its own, and %d in %d places elsewhere", lines(string(folder)), linesOf(thirdReview), len(thirdReview))
	binary := overlaid(t, "webshop-third", thirdReview, map[string]string{"blocklist/blocklist.go": string(folder)})
	s := aShop(t, binary, "\nreviews:\n  blocklist: [ { customerTypes: [B2C] } ]\n  fraud: [ { customerTypes: [B2C] } ]\n")
	for name, want := range map[string]string{"Alice": "STOCKED", "Mallory": "CANCELLED"} {
		id := s.order(t, name)
		s.becomes(t, id, want)
	}
	if out, err := exec.CommandContext(t.Context(), binary, "audit", "--data-dir", s.data, "--private-url", s.private).CombinedOutput(); err != nil {
		t.Errorf("the audit: %v\n%s", err, out)
	}
}

// lines counts those with something in them.
func lines(text string) (n int) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n
}

// linesOf counts the lines that changes add or touch.
func linesOf(changes []change) (n int) {
	for _, c := range changes {
		n += max(1, lines(c.new)-lines(c.old))
	}
	return n
}

// oneShop is a shop in one process.
type oneShop struct{ public, private, data string }

func aShop(t *testing.T, binary, moreRules string) oneShop {
	t.Helper()
	rules, err := exec.CommandContext(t.Context(), binary, "shop-file").Output()
	if err != nil {
		t.Fatal(err)
	}
	ports, err := torture.FreePorts(2)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, log := filepath.Join(dir, "shop.yaml"), filepath.Join(dir, "log")
	write(t, file, append(rules, moreRules...))
	s := oneShop{"http://" + ports[0], "http://" + ports[1], filepath.Join(dir, "data")}
	process, err := begin(log, nil, binary, "serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", s.data, "--shop-file", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := watched(ctx, func() error { return answers(ctx, s.public+"/readyz") }); err != nil {
		t.Fatalf("%v\n%s", err, torture.Tail(log))
	}
	return s
}

// post sends JSON and reads the answer.
func post(t *testing.T, url, body string, into any) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := readAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d: %s, %v", url, res.StatusCode, text, err)
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		t.Fatal(err)
	}
}

func (s oneShop) order(t *testing.T, name string) int64 {
	t.Helper()
	var made struct{ OrderID int64 }
	post(t, s.public+"/createOrder", fmt.Sprintf(`{"name":%q,"email":"a@example.com","phone":"321321321","street":"Thisway 1","city":"Thatplace",
		"customerType":"B2C","market":"US","products":"BB001","totalPrice":15000}`, name), &made)
	return made.OrderID
}

// becomes waits until an order has a status.
func (s oneShop) becomes(t *testing.T, id int64, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := watched(ctx, func() error {
		var got struct {
			Data struct{ GetOrder struct{ Status string } }
		}
		if post(t, s.private+"/database", fmt.Sprintf(`{"query":"{ getOrder(id: %d) { status } }"}`, id), &got); got.Data.GetOrder.Status != want {
			return fmt.Errorf("order %d is %s, not %s", id, got.Data.GetOrder.Status, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
