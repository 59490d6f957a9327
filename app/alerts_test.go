package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/surfaces/ops"
)

// alerts returns the shop's list of alerts.
func (s *shop) alerts() (list ops.AlertList) {
	s.Helper()
	s.call("GET", s.PrivateURL+"/alerts", nil).want(200).into(&list)
	return list
}

// alerted waits for an open alert of a rule about something, or for one that it follows from, and returns it.
func (s *shop) alerted(rule, about string) (found ops.Alert) {
	s.Helper()
	s.eventually("an alert "+rule+" about "+about, func() bool {
		open := s.alerts().Open
		i := slices.IndexFunc(open, func(a ops.Alert) bool {
			return strings.HasPrefix(a.ID, rule+"/"+about+"/") || slices.ContainsFunc(a.Follows, func(f ops.Consequence) bool { return f.Rule == rule && f.About == about })
		})
		if i >= 0 {
			found = open[i]
		}
		return i >= 0
	})
	if found.Do == "" || found.What == "" || strings.Contains(fmt.Sprint(found), "someone@example.com") {
		s.Errorf("alert %+v", found)
	}
	return found
}

// withDeadlines adds deadlines to the shop file.
func withDeadlines(t *testing.T, deadlines string) func(*app.Config) {
	t.Helper()
	head, _, found := strings.Cut(string(app.DefaultShopFile), "\ndeadlines:")
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(head+"\ndeadlines: "+deadlines+"\n"), 0o600); err != nil || !found {
		t.Fatal(err, found)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

func TestAShopThatIsWellHasNoAlerts(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Well", "testId", 3))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.eventually("the rules looked", func() bool { return !s.alerts().Looked.IsZero() })
	time.Sleep(4 * time.Second)                             // as long as any rule waits
	busy := []string{"outbox", "queue-full", "cannot-look"} // a machine that is busy with tests is no fault of the shop
	for _, a := range append(s.alerts().Open, s.alerts().Ended...) {
		if !slices.Contains(busy, a.Rule) {
			t.Errorf("an alert of a shop that is well: %+v", a)
		}
	}
	s.eventually("the console says so", func() bool {
		return strings.Contains(string(s.call("GET", s.PrivateURL+"/console/api/now", nil).want(200).body), `"alerts":[]`)
	})
}

// heardBy is a receiver of alerts that keeps what was posted to it.
type heardBy struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func receiver(t *testing.T) *heardBy {
	h := &heardBy{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, string(body))
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *heardBy) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

// TestAnAlertGoesToEveryoneOnceAndIsOverWhenItIs: log, webhook, Slack and mail receive a dead letter's alert and its end,
// beside a webhook that hangs; no receiver's address is in the log.
func TestAnAlertGoesToEveryoneOnceAndIsOverWhenItIs(t *testing.T) {
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(func() { close(release); hanging.Close() })
	webhook, slack := receiver(t), receiver(t)
	s, log := startLogging(t, func(c *app.Config) {
		c.AlertWebhook = []app.Secret{app.Secret(hanging.URL + "/hush"), app.Secret(webhook.URL + "/hush")}
		c.AlertSlack, c.AlertMail = []app.Secret{app.Secret(slack.URL + "/hush")}, []string{"operator@example.com"}
	})
	s.turn("carrier", map[string]any{"refuseRate": 1})
	made := s.create(realOrder("Alerting", "testId", 6))
	a := s.alerted("dead-letter", "delivery.DeliveryBooked")
	if a.OrderCount != 1 || len(a.Orders) != 1 || a.Orders[0].OrderID != made.OrderID || a.Severity != ops.High {
		t.Errorf("alert %+v", a)
	}
	s.call("GET", a.Orders[0].Link, nil).want(200)
	page := s.call("GET", strings.Replace(a.Orders[0].Link, "/console/", "/console/api/", 1), nil).want(200)
	if text := string(page.body); !strings.Contains(text, "delivery.DeliveryBooked") || !strings.Contains(text, "parked") {
		t.Errorf("the order's page: %s", text)
	}
	if page := s.call("GET", s.PrivateURL+"/console/api/now", nil).want(200); !strings.Contains(string(page.body), a.What) {
		t.Error("the console does not show the alert")
	}
	s.turn("carrier", map[string]any{})
	s.call("POST", s.PrivateURL+"/deadletters/replay", map[string]any{"subscriber": "delivery.DeliveryBooked"}).want(200)
	for name, heard := range map[string]func() []string{
		"webhook": webhook.all, "slack": slack.all,
		"mail": func() (subjects []string) {
			for _, m := range s.mails("operator@example.com") {
				subjects = append([]string{m.Subject}, subjects...)
			}
			return subjects
		},
	} {
		s.eventually(name+" heard of the end", func() bool { return len(heard()) >= 2 })
		if all := heard(); len(all) != 2 || !strings.Contains(all[0], "gave up on 1 event") || !strings.Contains(all[1], "over") {
			t.Errorf("%s heard %q", name, all)
		}
	}
	var notice ops.Notice
	if err := json.Unmarshal([]byte(webhook.all()[1]), &notice); err != nil || notice.Transition != ops.Over || notice.Alert.ID != a.ID || notice.Alert.Ended == nil || notice.Shop != s.PublicURL {
		t.Errorf("notice %+v, %v", notice, err)
	}
	text := log.String()
	if strings.Count(text, `msg="alert fired" rule=dead-letter`) != 1 || !strings.Contains(text, `msg="alert over" rule=dead-letter`) || strings.Contains(text, "/hush") {
		t.Errorf("log: %s", text)
	}
}

// TestALateOrderIsAskedForAgain: the stockist's callback was lost, so at the deadline the shop asks once more with the
// same key, and the order goes on.
func TestALateOrderIsAskedForAgain(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	s := start(t, withDeadlines(t, "{PLACED: 3s}"), func(c *app.Config) {
		c.PublicAddr, c.PublicURL = address, "http://127.0.0.1:1" // where no callback arrives
	})
	s.PublicURL = "http://" + address
	s.turn("stockist", map[string]any{"answerLater": 300})
	made := s.create(realOrder("Late"))
	s.arrives(made.OrderID, "STOCKED")
	if n := s.charges("stockist"); n != 1 {
		t.Errorf("the stockist produced %d times", n)
	}
}

// TestReplayingTwiceHasOneEffect: all at once, one by one and many times at once.
func TestReplayingTwiceHasOneEffect(t *testing.T) {
	s := start(t)
	s.turn("books", map[string]any{"refuseRate": 1})
	var made []int64
	for i := range 5 {
		id := s.create(realOrder(fmt.Sprintf("Twice %d", i))).OrderID
		made = append(made, id)
		s.eventually("the refusal is parked", func() bool { return s.receipt(id, "finance.OrderPlaced").State == "parked" })
	}
	s.call("POST", s.PrivateURL+"/deadletters/replay", map[string]any{"subscriber": "nobody"}).problem("invalid", "subscriber")
	letter := s.PrivateURL + "/deadletters/" + s.receipt(made[0], "finance.OrderPlaced").Event + "/finance.OrderPlaced"
	var shown ops.DeadLetter
	s.call("GET", letter, nil).want(200).into(&shown)
	if !strings.Contains(shown.Does, "of the sale") || shown.LastError == "" || shown.Attempts != 1 || len(shown.Data) == 0 {
		t.Errorf("dead letter %+v", shown)
	}
	s.turn("books", map[string]any{})
	var group sync.WaitGroup
	answers := make(chan int, 10)
	for range cap(answers) {
		group.Go(func() {
			var got ops.Replayed
			s.call("POST", s.PrivateURL+"/deadletters/replay", map[string]any{"subscriber": "finance.OrderPlaced"}).into(&got)
			answers <- got.Replayed
			s.call("POST", letter+"/replay", nil)
		})
	}
	group.Wait()
	close(answers)
	sum := 0
	for n := range answers {
		sum += n
	}
	if sum > len(made) {
		t.Errorf("%d dead letters were replayed of %d", sum, len(made))
	}
	for _, id := range made {
		s.arrives(id, "STOCKED")
	}
	if n := s.charges("books"); n != len(made) {
		t.Errorf("%d sales were booked, want %d", n, len(made))
	}
}

// TestEachAlertIsLookedForOnce: a duplicate rule would evaluate everything twice.
func TestEachAlertIsLookedForOnce(t *testing.T) {
	source, err := os.ReadFile("alerts.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(source)) {
		rule, _, called := strings.Cut(strings.TrimSpace(line), "(")
		if !called || !strings.HasPrefix(rule, "ops.") {
			continue
		}
		if seen[rule] {
			t.Errorf("%s stands twice among the rules", rule)
		}
		seen[rule] = true
	}
	if !seen["ops.LedgerOutOfBalance"] {
		t.Errorf("no rules were found: %v", seen)
	}
}
