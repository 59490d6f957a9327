package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestARefundIsRefusedOrWithdrawn, in someone's name and with a reason: nothing goes back, and the customer hears nothing of it.
func TestARefundIsRefusedOrWithdrawn(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, secondPerson), operated)
	made := s.create(realOrder("Mistaken"))
	id := made.OrderID
	s.arrives(id, "STOCKED")
	var asked, ended, given askedRefund
	asks := func() {
		t.Helper()
		asked = askedRefund{}
		if s.refund(byAnn, id, map[string]any{"amount": 28000}).want(200).into(&asked); asked.Waits == "" {
			t.Fatalf("no second person is needed: %+v", asked)
		}
	}
	asks()
	refuse := map[string]any{"orderId": id, "number": 1, "reason": "the wrong order"}
	s.call("POST", s.PrivateURL+"/refuseRefund", map[string]any{"orderId": id, "number": 1}, "Authorization", byBob).problem(fault.Invalid, "reason")
	if s.call("POST", s.PrivateURL+"/refuseRefund", refuse, "Authorization", byBob).want(200).into(&ended); ended.State != "refused" {
		t.Errorf("refused: %+v", ended)
	}
	s.call("POST", s.PrivateURL+"/approveRefund", map[string]any{"orderId": id, "number": 1}, "Authorization", byBob).problem(fault.Conflict)
	asks()
	var printed strings.Builder
	if err := app.OperatorClient(s.PrivateURL, anns, "", &printed).RefuseRefund(t.Context(), id, 2, "too much"); err != nil {
		t.Error(err)
	}
	if want := fmt.Sprintf("Refund 2 of order %d, USD 280.00: withdrawn.\n", id); printed.String() != want {
		t.Errorf("withdrawn: %s", printed.String())
	}
	var got struct {
		GetOrder struct {
			Refunds []struct{ State, EndedBy, EndedWhy string }
		}
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { refunds { state endedBy endedWhy } } }", id), &got)
	if r := got.GetOrder.Refunds; len(r) != 2 || r[0].EndedBy != "bob" || r[0].EndedWhy != "the wrong order" || r[1].State != "withdrawn" || r[1].EndedBy != "ann" {
		t.Errorf("over GraphQL: %+v", r)
	}
	if titles := s.history(id).titles("action"); !slices.Contains(titles, "refuse-refund") || len(s.shownRefunds(made)) != 0 {
		t.Errorf("its history has the actions %v, and its customer sees %+v", titles, s.shownRefunds(made))
	}
	if s.refund(byAnn, id, map[string]any{"amount": 27000}).want(200).into(&given); given.Number != 3 || given.State != "done" {
		t.Errorf("it can be given back again: %+v", given)
	}
	clean(t, s.audited())
}
