package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// TestTheSameKeyAndBodyGetTheSameAnswer, also after a restart, and however the same body is written.
func TestTheSameKeyAndBodyGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	d := realOrder("Twice")
	first := s.create(d, "Idempotency-Key", "k1")
	again := s.create(d, "Idempotency-Key", "k1")
	sameAnswer(t, first, again)
	d["orgNumber"], d["testId"], d["more"] = 0, 0, "ignored"
	spaced, err := json.MarshalIndent(d, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	var reformed created
	s.call("POST", s.PublicURL+"/createOrder", string(spaced), "Idempotency-Key", "k1", "Content-Type", "text/plain").want(200).into(&reformed)
	sameAnswer(t, first, reformed)
	s.arrives(first.OrderID, "STOCKED")
	sameAnswer(t, first, s.create(d, "Idempotency-Key", "k1"))
	s.only(1)
	if n := len(s.mails("someone@example.com")); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	s = s.restart()
	sameAnswer(t, first, s.create(d, "Idempotency-Key", "k1"))
	if s.exists(2) {
		t.Error("there is another order")
	}
}

// sameAnswer compares all but the tracking link, which has its hour.
func sameAnswer(t *testing.T, first, again created) {
	t.Helper()
	first.TrackingURL, again.TrackingURL = "", ""
	if diff := cmp.Diff(first, again); diff != "" || first.OrderID == 0 {
		t.Errorf("answers of the same request: %s", diff)
	}
}

// only fails the test unless there are this many orders, and as many charges.
func (s *shop) only(orders int) {
	s.Helper()
	if n := s.footprint().Orders; n != orders {
		s.Errorf("%d orders, want %d", n, orders)
	}
	if n := s.charges("payments-us"); n != orders {
		s.Errorf("%d charges, want %d", n, orders)
	}
}

// TestTheSameKeyWithAnotherBodyIsRefused, whichever field differs; another key makes another order.
func TestTheSameKeyWithAnotherBodyIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.create(realOrder("First"), "Idempotency-Key", "k2")
	for field, value := range map[string]any{
		"name": "Second", "email": "other@example.com", "phone": "321", "street": "Thatway 1", "city": "Elsewhere",
		"products": "LB001,BB001", "testId": 5,
	} {
		t.Run(field, func(t *testing.T) {
			s := s.in(t)
			s.call("POST", s.PublicURL+"/createOrder", realOrder("First", field, value), "Idempotency-Key", "k2").refuses(fault.KeyReused)
		})
	}
	firm := realOrder("First", "customerType", "B2B", "orgNumber", 123456)
	s.call("POST", s.PublicURL+"/createOrder", firm, "Idempotency-Key", "k2").refuses(fault.KeyReused)
	s.only(1)
	s.create(realOrder("First"), "Idempotency-Key", "K2")
	s.create(realOrder("First"), "Idempotency-Key", "k2 ' OR 1=1")
	s.only(3)
}

// TestABadOrderDoesNotUseItsKeyUp: the customer corrects the field and sends it again.
func TestABadOrderDoesNotUseItsKeyUp(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Typo", "email", "typo"), "Idempotency-Key", "k3").refuses(fault.Invalid, "email")
	s.call("POST", s.PublicURL+"/createOrder", "{", "Idempotency-Key", "k3").refuses(fault.Malformed)
	s.untouched(before)
	s.create(realOrder("Typo"), "Idempotency-Key", "k3")
	s.only(1)
}

func TestKeysHaveABound(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Long"), "Idempotency-Key", strings.Repeat("k", 256)).refuses(fault.Invalid, "Idempotency-Key")
	for _, key := range []string{"\xff\xfe", "a\tb", "\xc2\x85"} {
		s.call("POST", s.PublicURL+"/createOrder", realOrder("Long"), "Idempotency-Key", key).refuses(fault.Invalid, "Idempotency-Key")
	}
	body := map[string]any{"detail": realOrder("Long")}
	s.call("POST", s.PrivateURL+"/placeOrder", body, "Idempotency-Key", strings.Repeat("k", 256)).refuses(fault.Invalid, "Idempotency-Key")
	s.untouched(before)
	s.create(realOrder("Long"), "Idempotency-Key", strings.Repeat("k", 255))
	s.only(1)
}

// together sends the same order n times at once, and returns the answers.
func (s *shop) together(n int, d draft, headers ...string) []answer {
	s.Helper()
	answers := make([]answer, n)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = s.call("POST", s.PublicURL+"/createOrder", d, headers...) })
	}
	all.Wait()
	return answers
}

// TestManyAtOnceWithOneKeyMakeOneOrder: the others get the same order, or an error that the first is in progress.
func TestManyAtOnceWithOneKeyMakeOneOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, latency := range map[string]int{"a quick provider": 0, "a slow provider": 100} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.turn("payments-us", map[string]any{"latency": latency})
			charges := s.charges("payments-us")
			ids := map[int64]bool{}
			for _, a := range s.together(20, realOrder("Eager", "testId", 1+latency), "Idempotency-Key", name) {
				if a.status != 200 {
					if a.refuses(fault.InProgress); a.header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
					continue
				}
				var made created
				a.into(&made)
				ids[made.OrderID] = true
			}
			if n := s.charges("payments-us") - charges; n != 1 || len(ids) != 1 {
				t.Errorf("orders %v, %d charges; want one of each", ids, n)
			}
			var all struct{ GetAllTestOrders []order }
			if s.graphql(fmt.Sprintf("{ getAllTestOrders(testId: %d) { orderId } }", 1+latency), &all); len(all.GetAllTestOrders) != 1 {
				t.Errorf("%d orders are stored", len(all.GetAllTestOrders))
			}
			s.turn("payments-us", map[string]any{})
		})
	}
}

// TestManyAtOnceWithoutAKeyMakeOneOrder: a real order that comes twice at once is a mistake.
func TestManyAtOnceWithoutAKeyMakeOneOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := 0
	for _, a := range s.together(20, realOrder("Impatient")) {
		if a.status == 200 {
			made++
			continue
		}
		if p := a.refuses(fault.Conflict); !strings.Contains(p.Detail, "Idempotency-Key") {
			t.Errorf("%q does not tell what to do", p.Detail)
		}
	}
	if made != 1 {
		t.Errorf("%d orders were made", made)
	}
	s.only(1)
}

func TestADoubleSubmitWithoutAKeyIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(realOrder("Double"))
	s.arrives(first.OrderID, "STOCKED")
	before := s.footprint()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Double")).refuses(fault.Conflict)
	s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": realOrder("Double")}).refuses(fault.Conflict)
	s.untouched(before)
	s.create(realOrder("Double", "city", "Elsewhere")) // another order
	s.create(realOrder("Double"), "Idempotency-Key", "meant")
	s.only(3)
	mutation := placeOrder("Double Ltd", "totalPrice: 15000, orgNumber: 123456")
	s.graphql(mutation, &struct{}{})
	if code, message := s.refused(mutation); code != string(fault.Conflict) {
		t.Errorf("GraphQL: %s %s", code, message)
	}
	if s.exists(5) {
		t.Error("GraphQL made the order twice")
	}
}

// TestTestOrdersMayRepeat without a key, since a test means each of them.
func TestTestOrdersMayRepeat(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.create(realOrder("Same", "testId", 8))
	}
	s.only(3)
}

// TestAfterADeclinedPayment: the same key gets the same answer and charges nothing; a new key is a new try.
func TestAfterADeclinedPayment(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("payments-us", map[string]any{"declineRate": 1})
	d := realOrder("Broke")
	s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "k4").refuses(fault.Declined)
	s.turn("payments-us", map[string]any{})
	before := s.footprint()
	s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "k4").refuses(fault.Declined)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Broker"), "Idempotency-Key", "k4").refuses(fault.KeyReused)
	s.untouched(before)
	made := s.create(d, "Idempotency-Key", "k5")
	s.arrives(made.OrderID, "STOCKED")
	if o := s.order(1); o.Status != "PAYMENT_DECLINED" || len(o.History) != 0 {
		t.Errorf("the declined order is %+v", o)
	}
}

// TestADeclinedOrderIsNotTakenForADoubleSubmit: a client without keys, such as the seed's, must get the decline or a new
// try. An error that the same order has just been made would mean that it has ordered.
func TestADeclinedOrderIsNotTakenForADoubleSubmit(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("payments-us", map[string]any{"declineRate": 1})
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Keyless")).refuses(fault.Declined)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Keyless")).refuses(fault.Declined)
	if n := s.footprint().Mails; n != 0 {
		t.Errorf("%d mails", n)
	}
}

// TestAPaymentInDoubtIsNotPaidTwice: with the same key the provider is asked, and not charged.
func TestAPaymentInDoubtIsNotPaidTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("payments-us", map[string]any{"failureRate": 1})
	d := realOrder("Doubtful")
	s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "k6").refuses(fault.InDoubt)
	s.turn("payments-us", map[string]any{})
	for range 3 {
		s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "k6").refuses(fault.InProgress)
	}
	s.call("POST", s.PublicURL+"/createOrder", d).want(200) // without the key it is another order
	if n := s.charges("payments-us"); n != 1 {
		t.Errorf("%d charges, want that of the second order", n)
	}
}
