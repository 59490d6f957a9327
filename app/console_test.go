package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// history is an order with its history, as the console shows it.
type history struct {
	Status, RefundReference, CancelReason string
	DeliveryTime                          *time.Time
	Moments                               []struct {
		ID, Cause, Kind, Title, Text, State, Error, Trace, Mail string
		At                                                      time.Time
		Attempts                                                int
		After                                                   struct {
			Status, CancelReason          string
			Paid, Stock, Refunded, Booked bool
			DeliveryTime                  *time.Time
			Mails, Open                   int
		}
	}
}

func (s *shop) history(id int64) (shown history) {
	s.Helper()
	s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil).want(200).into(&shown)
	return shown
}

// titles returns what happened, in order.
func (t history) titles(kind string) (titles []string) {
	for _, m := range t.Moments {
		if m.Kind == kind {
			titles = append(titles, m.Title)
		}
	}
	return titles
}

func TestAnOrdersHistoryIsWhole(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Reader"))
	s.arrives(made.OrderID, "STOCKED")
	s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID, "reason": "operator"}).want(200)
	var shown history
	s.eventually("the money is back and the customer knows", func() bool {
		shown = s.history(made.OrderID)
		last := shown.Moments[len(shown.Moments)-1].After
		return last.Refunded && last.Open == 0
	})
	if diff := cmp.Diff([]string{"OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable", "OrderCancelled"}, shown.titles("event")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"cancel"}, shown.titles("action")); diff != "" {
		t.Error(diff)
	}
	for i, m := range shown.Moments {
		if i > 0 && m.At.Before(shown.Moments[i-1].At) {
			t.Errorf("%s is told after what came later", m.Title)
		}
		if m.Kind == "event" && m.Trace == "" || m.Kind == "receipt" && (m.Cause == "" || m.Text == "") {
			t.Errorf("incomplete: %+v", m)
		}
		if strings.HasPrefix(m.Title, "email.") {
			s.call("GET", s.PrivateURL+m.Mail, nil).want(200)
		}
	}
	last := shown.Moments[len(shown.Moments)-1].After
	if last.Status != shown.Status || last.CancelReason != "operator" || !last.Paid || last.Booked || last.Mails != 3 || shown.RefundReference == "" {
		t.Errorf("in the end: %+v of %+v", last, shown)
	}
	if first := shown.Moments[0].After; first.Status != "PAYMENT_PENDING" || first.Paid {
		t.Errorf("at first: %+v", first)
	}
	s.call("GET", s.PrivateURL+"/console/api/orders/4711", nil).problem(fault.NotFound)
	s.call("GET", s.PrivateURL+"/console/api/orders/x", nil).problem(fault.NotFound)
}

const anns = "ann's token is this"

func operated(c *app.Config) { c.Operator = []app.Secret{"ann=" + anns, "bob=bob's token is that one"} }

// done returns the operators' actions, newest first.
func (s *shop) done() (all []string) {
	s.Helper()
	var got struct {
		Actions []struct {
			Who, What, Subscriber, Detail string
			OrderID                       int64
		}
	}
	s.call("GET", s.PrivateURL+"/console/api/actions", nil).want(200).into(&got)
	for _, a := range got.Actions {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s: %s %d %s %s", a.Who, a.What, a.OrderID, a.Subscriber, a.Detail)))
	}
	return all
}

func TestWhatOperatorsDoIsKeptWithTheirNames(t *testing.T) {
	s := start(t, operated)
	as := []string{"Authorization", "Bearer " + anns}
	s.call("PUT", s.PrivateURL+"/partners/carrier/knobs", `{"refuseRate":1}`, as...).want(200)
	made := s.create(realOrder("Kept", "testId", 9))
	a := s.alerted("dead-letter", "delivery.DeliveryBooked")
	var letters struct{ DeadLetters []struct{ EventID string } }
	s.call("GET", s.PrivateURL+"/deadletters", nil).want(200).into(&letters)
	at := s.PrivateURL + "/deadletters/" + letters.DeadLetters[0].EventID + "/delivery.DeliveryBooked/"
	s.call("POST", at+"discard", `{"reason":"<b>called</b> them"}`, as...).want(204)
	s.call("POST", at+"replay", nil, as...).problem(fault.Conflict)
	s.call("POST", s.PrivateURL+"/deadletters/replay", `{"subscriber":"delivery.DeliveryBooked"}`).want(200)
	s.call("POST", s.PrivateURL+"/stock", `{"orderId":4711}`, as...).problem(fault.NotFound)
	s.call("GET", s.PrivateURL+"/stock", nil, as...).problem(fault.NotAllowed)
	want := []string{
		"ann: ask-stockist refused 4711  answered 404", "ann: ask-stockist 4711", "token: replay-all 0 delivery.DeliveryBooked",
		"ann: replay refused 0 delivery.DeliveryBooked answered 409", "ann: replay 0 delivery.DeliveryBooked",
		fmt.Sprintf("ann: discard %d delivery.DeliveryBooked <b>called</b> them", made.OrderID), `ann: knobs 0  carrier {"refuseRate":1}`,
	}
	if diff := cmp.Diff(want, s.done()); diff != "" {
		t.Error(diff)
	}
	if shown := s.history(made.OrderID); len(shown.titles("action")) != 1 || a.OrderCount != 1 {
		t.Errorf("of the order: %v", shown.titles("action"))
	}
}

// TestWhoMayActIsConfiguredWell: invalid names, roles and tokens are refused, and no error reveals a token.
func TestWhoMayActIsConfiguredWell(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][]app.Secret{
		{"ann"}, {"ann=short"}, {"=" + anns}, {"local=" + anns}, {"token=" + anns}, {"services=" + anns}, {"a b=" + anns}, {"ann:=" + anns}, {"ann:chief=" + anns},
		{"ann:services=" + anns}, {"ann:read", "support"}, {"ann=" + anns, "ann=" + anns}, {"ann=" + anns, "bob=" + anns}, {"ann:read=of the private token"},
	} {
		c := config(t)
		c.Operator, c.PrivateToken = wrong, "of the private token"
		if _, err := app.Start(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || strings.Contains(err.Error(), anns) {
			t.Errorf("operator %q: %v", fmt.Sprint(wrong), err)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<script(?:>| [^>]*[^"]>)|<style|\sstyle=|\son[a-z]+=|javascript:`)

// TestTheConsolesPagesHoldNothing: no data, no inline code, and a policy that would allow none.
func TestTheConsolesPagesHoldNothing(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Hidden Name"))
	for _, path := range []string{"/console", "/console/orders", fmt.Sprintf("/console/orders/%d", made.OrderID), "/console/deadletters", "/console/reviews", "/console/partners", "/console/ledger", "/console/books", "/console/stock", "/console/rules"} {
		a := s.call("GET", s.PrivateURL+path, nil).want(200)
		policy := a.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if text := string(a.body); inline.MatchString(text) || strings.Contains(text, "Hidden") {
			t.Errorf("%s: %q in %s", path, inline.FindString(text), text)
		}
		for _, asset := range regexp.MustCompile(`/console/assets/[a-z.-]+`).FindAllString(string(a.body), -1) {
			first := s.call("GET", s.PrivateURL+asset, nil).want(200)
			s.call("GET", s.PrivateURL+asset, nil, "If-None-Match", first.header.Get("ETag")).want(304)
		}
	}
	s.call("GET", s.PrivateURL+"/console/assets/../console.go", nil).refuses(fault.NotFound)
}

// TestTheConsoleHearsOfTheShopEachSecond until the shop stops.
func TestTheConsoleHearsOfTheShopEachSecond(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.PrivateURL+"/console/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	next := func() (seen struct {
		Orders map[string]int
		Tests  int
		Rates  map[string]float64
	}) {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &seen); err != nil {
					t.Fatal(err)
				}
				return seen
			}
		}
		t.Fatal("the stream ended")
		return seen
	}
	if first := next(); len(first.Orders) != 0 || first.Tests != 0 {
		t.Errorf("at first: %+v", first)
	}
	s.create(realOrder("Bought"))
	made := s.create(realOrder("Live", "testId", 4))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	seen := next()
	for seen.Orders["STOCKED"] != 1 || seen.Tests != 1 || seen.Rates["DeliveryBooked"] == 0 {
		seen = next()
	}
	if seen.Orders["DELIVERY_BOOKED"] != 0 {
		t.Errorf("a test order is among the real ones: %+v", seen)
	}
	stopped := time.Now()
	s.stop()
	if took := time.Since(stopped); took > 8*time.Second {
		t.Errorf("an open console holds up the stop: %s", took)
	}
	for lines.Scan() { // it ends
	}
}
