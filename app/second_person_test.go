package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/platform/fault"
)

// secondPerson is the rule that orders in review over 275 dollars need two persons.
const secondPerson = reviewRules + "secondPersonOver: { USD: 27500, MXN: 550000 }\n"

const (
	byAnn = "Bearer " + anns
	byBob = "Bearer bob's token is that one"
)

// says approves or refuses an order in someone's name.
func (s *shop) says(as, verdict string, id int64, step string) answer {
	s.Helper()
	return s.call("POST", s.PrivateURL+"/"+verdict, map[string]any{"orderId": id, "step": step, "note": "known to us"}, "Authorization", as)
}

// alone tries every way in which ann, who approved an order, could place it by herself.
func (s *shop) alone(id int64) {
	s.Helper()
	if p := s.says(byAnn, "approve", id, "approval").problem(fault.Conflict); !strings.Contains(p.Detail, "ann has approved it already") {
		s.Errorf("the second time: %+v", p)
	}
	as := []string{"Authorization", byAnn}
	s.call("POST", s.PrivateURL+"/placeOrder", fmt.Sprintf(`{"detail":{"orderId":%d}}`, id), as...).problem(fault.Conflict)
	s.call("POST", s.PrivateURL+"/updateOrderStatus", map[string]any{"orderId": id, "status": "PLACED"}, as...).problem(fault.Conflict)
	for query, want := range map[string]fault.Code{
		`decideReview(orderId: %d, step: "approval", passed: true, by: "", note: "") { holds }`:    fault.Conflict,
		`decideReview(orderId: %d, step: "approval", passed: true, by: "bob", note: "") { holds }`: fault.Forbidden,
		`updateOrderStatus(id: %d, status: PLACED) { orderId }`:                                    fault.Conflict,
	} {
		if code, why := s.refusedAs(anns, fmt.Sprintf("mutation { "+query+" }", id)); code != string(want) {
			s.Errorf("%s: %s, %s", query, code, why)
		}
	}
	if p := s.decide("approve", id).problem(fault.Conflict); !strings.Contains(p.Detail, "two operators with names of their own") {
		s.Errorf("by the private token: %+v", p)
	}
	s.order(id).wantTypes(s.T, "OrderCreated", "ReviewRequested")
}

// firstIsSeen wants the first approver, and that the order waits for the second, wherever operators look.
func (s *shop) firstIsSeen(id int64) {
	s.Helper()
	var list struct {
		Reviews []struct {
			OrderID    int64
			Two        bool
			ApprovedBy string
		}
	}
	s.call("GET", s.PrivateURL+"/reviews", nil).want(200).into(&list)
	if len(list.Reviews) != 1 || list.Reviews[0].OrderID != id || !list.Reviews[0].Two || list.Reviews[0].ApprovedBy != "ann" {
		s.Errorf("the list: %+v", list.Reviews)
	}
	var got struct {
		GetOrder struct {
			Reviews []struct{ State, By, First, FirstNote string }
		}
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { reviews { state by first firstNote } } }", id), &got)
	if r := got.GetOrder.Reviews[0]; r.State != "open" || r.By != "" || r.First != "ann" || r.FirstNote != "known to us" {
		s.Errorf("over GraphQL: %+v", r)
	}
	page := string(s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil).want(200).body)
	for _, want := range []string{"approved by ann, waits for a second person", "approval approved by the first of two"} {
		if !strings.Contains(page, want) {
			s.Errorf("the order's page has no %q: %s", want, page)
		}
	}
}

// TestAnOrderOverTheLimitTakesTwoPersons: one alone cannot place it, in no way and not after a restart; two can. Below
// the limit, and to refuse, one is enough.
func TestAnOrderOverTheLimitTakesTwoPersons(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, secondPerson), operated)
	dear, doubtful := s.create(firm("Dear")).OrderID, s.create(firm("Doubtful")).OrderID
	s.arrives(dear, "IN_REVIEW")
	s.arrives(doubtful, "IN_REVIEW")
	s.says(byAnn, "refuse", doubtful, "approval").want(200)
	s.arrives(doubtful, "CANCELLED")
	var first struct{ Waits string }
	if s.says(byAnn, "approve", dear, "approval").want(200).into(&first); first.Waits != "approved by ann, waits for a second person" {
		t.Errorf("the first is told %q", first.Waits)
	}
	s.alone(dear)
	s.firstIsSeen(dear)
	s.stop()
	s = startWith(t, s.config)
	s.alone(dear)
	s.firstIsSeen(dear)
	if s.says(byBob, "approve", dear, "approval").want(200).into(&first); strings.Contains(first.Waits, "bob") {
		t.Errorf("the second is told %q", first.Waits)
	}
	s.arrives(dear, "STOCKED").wantTypes(t, reviewedLife...)
	if titles := s.history(dear).titles("review"); !slices.Equal(titles, []string{"approval approved by the first of two", "approval passed"}) {
		t.Errorf("its history tells of the reviews %v", titles)
	}
	cheap := s.create(firm("Cheap", "products", "BB001,BB002", "totalPrice", 27500)).OrderID
	s.arrives(cheap, "IN_REVIEW")
	s.says(byBob, "approve", cheap, "approval").want(200)
	s.arrives(cheap, "STOCKED")
}

// TestOneDoesNotOverruleTheFraudCheck for an order over the limit.
func TestOneDoesNotOverruleTheFraudCheck(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, secondPerson), operated)
	passes := s.create(realOrder("Passes")).OrderID // no person is needed
	s.arrives(passes, "STOCKED").wantTypes(t, reviewedLife...)
	s.turn("screening", map[string]any{"answerLater": 3_600_000})
	id := s.create(realOrder("Waits")).OrderID
	s.arrives(id, "IN_REVIEW")
	s.says(byAnn, "approve", id, "fraud").want(200)
	s.says(byAnn, "approve", id, "fraud").problem(fault.Conflict)
	s.order(id).wantTypes(t, "OrderCreated", "ReviewRequested")
	s.says(byBob, "approve", id, "fraud").want(200)
	s.arrives(id, "STOCKED").wantTypes(t, reviewedLife...)
}

// TestWithoutNamesNobodyApprovesOverTheLimit: in local mode nobody has a name, and the error says what is needed.
func TestWithoutNamesNobodyApprovesOverTheLimit(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, secondPerson))
	id := s.create(firm("Nobody's")).OrderID
	s.arrives(id, "IN_REVIEW")
	for range 2 {
		if p := s.decide("approve", id).problem(fault.Conflict); !strings.Contains(p.Detail, "two operators with names of their own") {
			t.Errorf("%+v", p)
		}
	}
	s.order(id).wantTypes(t, "OrderCreated", "ReviewRequested")
	s.decide("refuse", id).want(200)
	s.arrives(id, "CANCELLED")
}

// TestTwoApproveAtOnce, at many copies of the service on PostgreSQL: the order is placed, once.
func TestTwoApproveAtOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	withRules(t, secondPerson)(&f.base)
	operated(&f.base)
	for _, name := range []string{"database", "order", "fraud", "approval", "approval", "delivery,stock,finance,email"} {
		f.run(name)
	}
	for round := range 3 {
		id := f.create(firm(fmt.Sprint("Dear ", round))).OrderID
		f.arrives(id, "IN_REVIEW")
		var all sync.WaitGroup
		for _, as := range []string{byAnn, byBob, byAnn, byBob} {
			all.Go(func() {
				if a := f.says(as, "approve", id, "approval"); a.status != http.StatusOK && a.status != http.StatusConflict {
					t.Errorf("answered %d: %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		f.arrives(id, "STOCKED").wantTypes(t, reviewedLife...)
	}
	id := f.create(firm("Alone")).OrderID
	f.arrives(id, "IN_REVIEW")
	f.says(byAnn, "approve", id, "approval").want(200)
	f.alone(id)
	f.firstIsSeen(id)
}
