package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
)

// reviewRules turn both reviews on: orders of individuals over 200 dollars are checked for fraud, and orders of
// businesses over 200 dollars approved by a person.
const reviewRules = `
reviews:
  fraud:
    - { customerTypes: [B2C], over: { USD: 20000, MXN: 400000 } }
  approval:
    - { markets: [US], customerTypes: [B2B], over: { USD: 20000 } }
`

// dearReviews do so over 400 dollars.
var dearReviews = strings.ReplaceAll(reviewRules, "20000", "40000")

// withReviews configures a shop with both.
func withReviews(t *testing.T) func(*app.Config) { return withRules(t, reviewRules) }

// withRules adds rules to the built-in ones.
func withRules(t *testing.T, more string) func(*app.Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(trusted(string(app.DefaultShopFile), "123456")+more), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

var reviewedLife = []string{"OrderCreated", "ReviewRequested", "ReviewDone", "OrderPlaced", "StockCreated", "OrderDeliverable"}

// firm returns an order of a business that must be approved.
func firm(name string, changes ...any) draft {
	return realOrder(name, append([]any{"customerType", "B2B", "orgNumber", "123456"}, changes...)...)
}

// wantTypes compares the events of an order.
func (o order) wantTypes(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, o.types()); diff != "" {
		t.Errorf("the events of order %d: %s", o.OrderID, diff)
	}
}

// asked returns how many new requests a partner has had.
func (s *shop) asked(partner string) (n int) {
	s.Helper()
	var got struct{ Records []any }
	s.call("GET", s.PrivateURL+"/partners/"+partner+"/records", nil).want(200).into(&got)
	return len(got.Records)
}

// TestTheFraudCheck: an order that passes continues, at once or later; one that does not is refunded; below the amount
// there is no check; and until the partner answers, the stockist is not asked.
func TestTheFraudCheck(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("shared with the partners ", 2)
	s := start(t, withReviews(t), func(c *app.Config) { c.ScreeningSecret = []app.Secret{app.Secret(secret)} })
	small := s.create(realOrder("Small", "products", "BB001", "totalPrice", 15000))
	s.arrives(small.OrderID, "STOCKED").wantTypes(t, "OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable")
	atOnce := s.create(realOrder("At once"))
	s.arrives(atOnce.OrderID, "STOCKED").wantTypes(t, reviewedLife...)

	s.turn("screening", map[string]any{"answerLater": 3_600_000})
	passes, fails := s.create(realOrder("Passes")), s.create(realOrder("Fails", "email", "fails@example.com"))
	for _, c := range []created{passes, fails} {
		s.arrives(c.OrderID, "IN_REVIEW").wantTypes(t, "OrderCreated", "ReviewRequested")
	}
	if n := s.asked("stockist"); n != 2 {
		t.Errorf("the stockist was asked for %d orders, of which 2 are placed", n)
	}
	var seen struct{ Status string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(passes), nil).want(200).into(&seen)
	if seen.Status != "IN_REVIEW" {
		t.Errorf("its customer sees %+v", seen)
	}
	s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": map[string]any{"orderId": passes.OrderID}}).want(409)
	for range 2 { // the second changes nothing
		for id, says := range map[int64]string{passes.OrderID: "check.passed", fails.OrderID: "check.refused"} {
			body := fmt.Sprintf(`{"type":%q,"data":{"orderId":%d}}`, says, id)
			s.call("POST", s.PublicURL+"/callbacks/screening", body, signed(t, secret, body)...).want(http.StatusNoContent)
		}
	}
	s.arrives(passes.OrderID, "STOCKED").wantTypes(t, reviewedLife...)
	s.arrives(fails.OrderID, "CANCELLED").wantTypes(t, "OrderCreated", "ReviewRequested", "ReviewDone", "OrderCancelled")
	if m := s.mails("fails@example.com")[0]; !strings.Contains(m.Text, "cannot accept this order") || !strings.Contains(m.Text, "$300.00 back") {
		t.Errorf("the mail: %s", m.Text)
	}
	s.balanced(map[string]int64{"cash:payments-us USD": 75000, "receivable USD": 0, "revenue USD": -75000})
}

// TestTheFraudCheckIsAway: it is asked until it answers, with one key.
func TestTheFraudCheckIsAway(t *testing.T) {
	t.Parallel()
	s := start(t, withReviews(t))
	s.turn("screening", map[string]any{"failureRate": 1})
	made := s.create(realOrder("Patience", "market", "MX"))
	s.eventually("it was asked in vain", func() bool { return s.attempts(made.OrderID, "fraud.ReviewRequested") > 0 })
	if o := s.order(made.OrderID); o.Status != "IN_REVIEW" {
		t.Errorf("it is %s", o.Status)
	}
	s.turn("screening", map[string]any{})
	s.arrives(made.OrderID, "STOCKED").wantTypes(t, reviewedLife...)
	if n := s.asked("screening"); n != 1 {
		t.Errorf("%d checks", n)
	}
}

// attempts returns how many tries of a subscriber failed.
func (s *shop) attempts(id int64, subscriber string) (n int) {
	s.Helper()
	for _, e := range s.order(id).History {
		for _, r := range e.Receipts {
			if r.Subscriber == subscriber {
				n += r.Attempts
			}
		}
	}
	return n
}

// decide approves or refuses an order.
func (s *shop) decide(verdict string, id int64) answer {
	s.Helper()
	return s.call("POST", s.PrivateURL+"/"+verdict, map[string]any{"orderId": id, "note": "known to us"})
}

// approvals tests a shop's approvals: a person approves or refuses, once; small orders and individuals need none.
func (s *shop) approvals() {
	s.Helper()
	small := s.create(firm("Small firm", "products", "BB001", "totalPrice", 15000))
	yes, no := s.create(firm("Yes")), s.create(firm("No", "email", "no@example.com"))
	s.arrives(small.OrderID, "STOCKED")
	for _, c := range []created{yes, no} {
		s.arrives(c.OrderID, "IN_REVIEW").wantTypes(s.T, "OrderCreated", "ReviewRequested")
	}
	type review struct {
		OrderID, TotalPrice, Amount int64
		Name, Currency              string
	}
	var list struct{ Reviews []review }
	s.call("GET", s.PrivateURL+"/reviews", nil).want(200).into(&list)
	slices.SortFunc(list.Reviews, func(a, b review) int { return int(a.OrderID - b.OrderID) })
	if len(list.Reviews) != 2 || list.Reviews[0].OrderID != yes.OrderID || list.Reviews[1].Name != "No" || list.Reviews[0].TotalPrice != 30000 || list.Reviews[0].Amount != 30000 || list.Reviews[0].Currency != "USD" {
		s.Errorf("they wait: %+v", list.Reviews)
	}
	s.decide("approve", yes.OrderID).want(200)
	s.decide("approve", yes.OrderID).want(200)
	s.decide("refuse", yes.OrderID).want(409)
	s.decide("refuse", no.OrderID).want(200)
	s.arrives(yes.OrderID, "STOCKED").wantTypes(s.T, reviewedLife...)
	s.arrives(no.OrderID, "CANCELLED").wantTypes(s.T, "OrderCreated", "ReviewRequested", "ReviewDone", "OrderCancelled")
	s.decide("approve", no.OrderID).want(409)
	s.decide("approve", small.OrderID).want(409)
	if m := s.mails("no@example.com")[0]; !strings.Contains(m.Text, "owe nothing") {
		s.Errorf("the mail: %s", m.Text)
	}
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	s := start(t, withReviews(t))
	s.approvals()
	s.balanced(map[string]int64{"receivable USD": 45000, "revenue USD": -45000})
	test := s.create(firm("A test", "testId", 7))
	s.arrives(test.OrderID, "DELIVERY_BOOKED")
	doomed := s.create(firm("Doomed"))
	s.arrives(doomed.OrderID, "IN_REVIEW")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	s.arrives(doomed.OrderID, "CANCELLED")
	s.decide("approve", doomed.OrderID).want(409)
	if kept := strings.Join(s.done(), "\n"); !strings.Contains(kept, "approve") || !strings.Contains(kept, "refuse") {
		t.Errorf("the record of what operators did: %s", kept)
	}
}

// TestTwoDecideAtOnce: one of them gets an error that it is decided.
func TestTwoDecideAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, withReviews(t))
	for round := range 5 {
		made := s.create(firm(fmt.Sprint("Disputed ", round)))
		s.arrives(made.OrderID, "IN_REVIEW")
		answers := map[string]int{}
		var mu sync.Mutex
		var both sync.WaitGroup
		for _, verdict := range []string{"approve", "refuse"} {
			both.Go(func() {
				a := s.decide(verdict, made.OrderID)
				mu.Lock()
				defer mu.Unlock()
				answers[verdict] = a.status
			})
		}
		both.Wait()
		want := map[bool]string{true: "STOCKED", false: "CANCELLED"}[answers["approve"] == 200]
		if answers["approve"]+answers["refuse"] != 200+409 {
			t.Errorf("answers: %v", answers)
		}
		s.arrives(made.OrderID, want)
	}
}

// TestReviewsInManyProcesses: on PostgreSQL, each service in a process of its own.
func TestReviewsInManyProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	withReviews(t)(&f.base)
	for _, name := range []string{"database", "order", "fraud", "fraud", "approval", "approval", "delivery,stock,finance,email"} {
		f.run(name)
	}
	f.approvals()
	f.turn("screening", map[string]any{"answerLater": 100})
	later := f.create(realOrder("Later"))
	f.arrives(later.OrderID, "STOCKED").wantTypes(t, reviewedLife...)
	f.turn("screening", map[string]any{"declineRate": 1})
	fails := f.create(realOrder("Fails"))
	f.arrives(fails.OrderID, "CANCELLED").wantTypes(t, "OrderCreated", "ReviewRequested", "ReviewDone", "OrderCancelled")
	f.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 45000, "revenue USD": -75000})
}

// TestAnOrderTooLongInReview causes an alert that names it; the fraud check is asked again, and a person may decide in
// its place.
func TestAnOrderTooLongInReview(t *testing.T) {
	t.Parallel()
	rules := strings.Replace(trusted(string(app.DefaultShopFile), "123456"), "IN_REVIEW: 4h", "IN_REVIEW: 1s", 1) + reviewRules
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.ShopFile = file })
	s.turn("screening", map[string]any{"answerLater": 3_600_000})
	made := s.create(realOrder("Late"))
	s.arrives(made.OrderID, "IN_REVIEW")
	if a := s.alerted("overdue", "IN_REVIEW"); len(a.Orders) != 1 || a.Orders[0].OrderID != made.OrderID {
		t.Errorf("the alert: %+v", a)
	}
	s.eventually("it is asked again", func() bool { return s.calls()["screening"] > 1 })
	s.call("POST", s.PrivateURL+"/approve", map[string]any{"orderId": made.OrderID, "step": "fraud"}).want(200)
	s.arrives(made.OrderID, "STOCKED").wantTypes(t, reviewedLife...)
	if titles := s.history(made.OrderID).titles("review"); !slices.Equal(titles, []string{"fraud passed"}) {
		t.Errorf("its history tells of the reviews %v", titles)
	}
	if n := s.asked("screening"); n != 1 {
		t.Errorf("%d checks under one key", n)
	}
}
