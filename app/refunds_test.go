package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/operatorclient"
)

// refund asks for a refund in someone's name.
func (s *shop) refund(as string, id int64, more map[string]any) answer {
	s.Helper()
	body := map[string]any{"orderId": id, "reason": "It came broken"}
	for name, value := range more {
		body[name] = value
	}
	return s.call("POST", s.PrivateURL+"/refundOrder", body, "Authorization", as)
}

// askedRefund is what is answered to who asks for one.
type askedRefund struct {
	Number         int
	Amount         int64
	Currency       string
	State          string
	Waits          string
	Reference, Key string
}

// shownRefund is a refund as the customer sees it.
type shownRefund struct {
	Amount        int64
	Reason, State string
}

// shownRefunds returns the refunds that the order's customer sees.
func (s *shop) shownRefunds(made created) []shownRefund {
	s.Helper()
	var tracked struct{ Refunds []shownRefund }
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&tracked)
	return tracked.Refunds
}

// TestAnOperatorGivesMoneyBack by amount and by lines, once for each key; the customer, GraphQL, the ledger and the console show it.
func TestAnOperatorGivesMoneyBack(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, secondPerson), operated)
	made := s.create(realOrder("Broken"))
	id := made.OrderID
	s.arrives(id, "STOCKED")
	var first, second askedRefund
	for range 2 {
		s.refund(byAnn, id, map[string]any{"amount": 1000, "currency": "USD", "key": "k"}).want(200).into(&first)
	}
	if first.Number != 1 || first.Amount != 1000 || first.State != "done" || first.Reference == "" {
		t.Errorf("by amount: %+v", first)
	}
	s.refund(byAnn, id, map[string]any{"lines": []any{map[string]any{"sku": "LB001", "quantity": 1}}}).want(200).into(&second)
	if second.Number != 2 || second.Amount != 15000 || second.State != "done" {
		t.Errorf("by lines: %+v", second)
	}
	var printed strings.Builder
	as := func(token app.Secret) operatorclient.Client {
		return app.OperatorClient(s.PrivateURL, token, "", &printed)
	}
	if err := as(anns).Refund(t.Context(), id, "140.00", "It came broken"); err != nil {
		t.Error(err)
	}
	if told := s.shownRefunds(made); len(told) != 2 {
		t.Errorf("before it is approved, the customer sees %+v", told)
	}
	approve := map[string]any{"orderId": id, "number": 3}
	s.call("POST", s.PrivateURL+"/approveRefund", approve, "Authorization", byAnn).problem(fault.Conflict)
	if err := as(app.Secret(strings.TrimPrefix(byBob, "Bearer "))).ApproveRefund(t.Context(), id, 3); err != nil {
		t.Error(err)
	}
	const said = "Refund 3 of order %d, USD 140.00: asked for by ann, waits for a second person.\nRefund 3 of order %d, USD 140.00: done as "
	if text := printed.String(); !strings.HasPrefix(text, fmt.Sprintf(said, id, id)) {
		t.Errorf("over the limit: %s", text)
	}
	entries := s.ledger(id)
	for _, want := range []string{
		"refund receivable cash:payments-us 1000 USD", "refund.2 receivable cash:payments-us 15000 USD",
		"reversal.1 refunds receivable 1000 USD", "reversal.3 refunds receivable 14000 USD",
	} {
		if !slices.Contains(entries, want) {
			t.Errorf("no %q in %v", want, entries)
		}
	}
	s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "refunds USD": 30000, "revenue USD": -30000})
	if told := s.shownRefunds(made); len(told) != 3 || told[1] != (shownRefund{15000, "It came broken", "done"}) {
		t.Errorf("the customer sees %+v", told)
	}
	s.arrives(id, "STOCKED")
	var told []string
	for _, m := range s.mails("someone@example.com") {
		if strings.Contains(m.Text, "It came broken") {
			told = append(told, strings.Split(m.Text, "We have given ")[1][:7])
		}
	}
	if slices.Sort(told); !slices.Equal(told, []string{"$10.00 ", "$140.00", "$150.00"}) {
		t.Errorf("the mails tell of %q", told)
	}
	for i, key := range s.bookedUnder() {
		if want := []string{"sale:", "reversal:", "reversal:", "reversal:"}[i]; !strings.HasPrefix(key, want) || i > 0 && !strings.HasSuffix(key, fmt.Sprint(".", i)) {
			t.Errorf("the books have %q as their number %d", key, i)
		}
	}
	var got struct {
		GetOrder struct {
			Payments []struct{ State, Method string }
			Refunds  []struct{ By, Second, State, Products string }
		}
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { payments { state method } refunds { by second state products } } }", id), &got)
	if p, r := got.GetOrder.Payments, got.GetOrder.Refunds; len(p) != 1 || p[0].State != "paid" || len(r) != 3 || r[1].Products != "LB001" || r[2].By != "ann" || r[2].Second != "bob" {
		t.Errorf("over GraphQL: %+v", got)
	}
	if titles := s.history(id).titles("action"); !slices.Contains(titles, "refund") || !slices.Contains(titles, "approve-refund") {
		t.Errorf("its history has the actions %v", titles)
	}
	s.refund(byAnn, id, map[string]any{"amount": 1}).problem(fault.Invalid)
}

// TestBadRefundsAreRefused, with the field, and nothing is given back.
func TestBadRefundsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, operated)
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	id, invoiced := s.create(realOrder("Greedy")).OrderID, s.create(firm("Invoiced")).OrderID
	s.arrives(id, "PLACED")
	line := func(sku string, quantity int64) []any { return []any{map[string]any{"sku": sku, "quantity": quantity}} }
	for name, c := range map[string]struct {
		id    int64
		more  map[string]any
		code  fault.Code
		field string
	}{
		"nothing":         {id, map[string]any{"amount": 0}, fault.Invalid, "amount"},
		"no amount":       {id, nil, fault.Invalid, "amount"},
		"negative":        {id, map[string]any{"amount": -1}, fault.Invalid, "amount"},
		"too much":        {id, map[string]any{"amount": 30001}, fault.Invalid, "amount"},
		"other currency":  {id, map[string]any{"amount": 1, "currency": "MXN"}, fault.Invalid, "currency"},
		"other pieces":    {id, map[string]any{"lines": line("XX999", 1)}, fault.Invalid, "lines"},
		"too many pieces": {id, map[string]any{"lines": line("LB001", 1000)}, fault.Invalid, "lines"},
		"negative pieces": {id, map[string]any{"lines": line("LB001", -1)}, fault.Invalid, "lines"},
		"no reason":       {id, map[string]any{"amount": 1, "reason": ""}, fault.Invalid, "reason"},
		"no such order":   {99_999, map[string]any{"amount": 1}, fault.NotFound, ""},
		"by invoice":      {invoiced, map[string]any{"amount": 1}, fault.Conflict, ""},
	} {
		a := s.refund(byAnn, c.id, c.more)
		if p := a.problem(c.code); c.field != "" && (len(p.Errors) != 1 || p.Errors[0].Name != c.field) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for name, args := range map[string]string{
		"negative": `orderId: %d, amount: -1, reason: "x"`, "other": `orderId: %d, amount: 1, currency: "MXN", reason: "x"`,
	} {
		if code, why := s.refusedAs(anns, fmt.Sprintf("mutation { refundOrder("+args+") { number } }", id)); code != string(fault.Invalid) {
			t.Errorf("%s: %s, %s", name, code, why)
		}
	}
	var page struct {
		Refunds    []any
		Payments   []struct{ State string }
		Refundable int64
	}
	s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil).want(http.StatusOK).into(&page)
	if len(page.Refunds) != 0 || page.Refundable != 30000 || len(page.Payments) != 1 || page.Payments[0].State != "paid" || strings.Contains(fmt.Sprint(s.ledger(id)), "refund") {
		t.Errorf("something was given back: %+v", page)
	}
}
