package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

func TestADeclinedPaymentMakesNoOrder(t *testing.T) {
	s := start(t)
	s.turn("payments-us", map[string]any{"declineRate": 1})
	declined := s.call("POST", s.PublicURL+"/createOrder", realOrder("Poor"), "Idempotency-Key", "a")
	declined.problem(fault.Declined)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Poor"), "Idempotency-Key", "a").problem(fault.Declined)
	o := s.order(1)
	if o.Status != "PAYMENT_DECLINED" || len(o.History) != 0 {
		t.Errorf("order %+v", o)
	}
	s.create(realOrder("Business", "customerType", "B2B", "orgNumber", 123456)) // pays by invoice
	s.create(realOrder("Mexican", "market", "MX"))                              // pays another provider
}

// TestAPaymentInDoubtIsSettled: the provider takes the money without answering. The customer waits while it is asked with
// the same key; if that fails too, the shop keeps asking.
func TestAPaymentInDoubtIsSettled(t *testing.T) {
	s := start(t)
	s.turn("payments-us", map[string]any{"timeoutAfterSuccessRate": 1})
	made := s.create(realOrder("Lucky")) // asked at once, the provider has it
	s.arrives(made.OrderID, "STOCKED")
	if n := s.charges("payments-us"); n != 1 {
		t.Errorf("%d charges, want 1", n)
	}
}

func TestAProviderThatIsDownLeavesThePaymentInDoubt(t *testing.T) {
	s := start(t)
	s.turn("payments-us", map[string]any{"failureRate": 1})
	a := s.call("POST", s.PublicURL+"/createOrder", realOrder("Doubt"), "Idempotency-Key", "d")
	a.problem(fault.InDoubt)
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Doubt"), "Idempotency-Key", "d").problem(fault.InProgress)
	if o := s.order(1); o.Status != "PAYMENT_PENDING" || len(o.History) != 0 {
		t.Errorf("order %+v", o)
	}
}

// TestWhosePaymentCameToNothingIsTold: the provider does not answer, and declines the payment later. The customer has the
// order's page from the first answer on, and gets the result by mail.
func TestWhosePaymentCameToNothingIsTold(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("payments-us", map[string]any{"failureRate": 1})
	var doubt struct{ Type, TrackingURL string }
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Doubt"), "Idempotency-Key", "d").want(http.StatusServiceUnavailable).into(&doubt)
	_, key, _ := strings.Cut(doubt.TrackingURL, "key=")
	var seen struct {
		Status, CancelReason string
		Steps                []struct{ Event string }
	}
	look := func() { s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200).into(&seen) }
	if look(); seen.Status != "PAYMENT_PENDING" {
		t.Errorf("the customer sees %+v", seen)
	}
	s.turn("payments-us", map[string]any{"declineRate": 1})
	s.eventually("the mail is there", func() bool { return len(s.mails("someone@example.com")) == 1 })
	if m := s.mails("someone@example.com")[0]; !strings.Contains(m.Subject, "did not go through") || !strings.Contains(m.Text, key[:8]) {
		t.Errorf("the mail is %+v", m)
	}
	if look(); seen.Status != "PAYMENT_DECLINED" || seen.CancelReason != "not-confirmed" || len(seen.Steps) != 1 || seen.Steps[0].Event != "PaymentDeclined" {
		t.Errorf("the customer sees %+v", seen)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Doubt"), "Idempotency-Key", "d").problem(fault.Declined)
	s.eventually("the receipt is done", func() bool { return s.receipt(1, "email.PaymentDeclined").State == "done" })
	clean(t, s.audited())
}

// charges counts a provider's charges.
func (s *shop) charges(provider string) int {
	s.Helper()
	var all []struct {
		Name     string
		Counters struct{ Done int }
	}
	a := s.call("GET", s.PrivateURL+"/partners", nil).want(200)
	a.into(&struct{ Partners any }{&all})
	for _, p := range all {
		if p.Name == provider {
			return p.Counters.Done
		}
	}
	s.Fatalf("no partner %s: %s", provider, a.body)
	return 0
}

func TestTheStockistCanAnswerLater(t *testing.T) {
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 300})
	made := s.create(realOrder("Later"))
	s.eventually("the stockist was asked", func() bool { return s.receipt(made.OrderID, "stock.OrderPlaced").State == "done" })
	if o := s.order(made.OrderID); o.Status != "PLACED" {
		t.Errorf("the order is %s before the stockist answered", o.Status)
	}
	s.arrives(made.OrderID, "STOCKED")
}

func TestACallbackTakesTheStockistsSignature(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Forged"))
	for name, headers := range map[string][]string{
		"no signature": {},
		"forged":       {"webhook-id", "1", "webhook-timestamp", time.Now().Format("20060102"), "webhook-signature", "v1,AAAA"},
	} {
		body := map[string]any{"type": "stock.created", "data": map[string]any{"orderId": made.OrderID}}
		a := s.call("POST", s.PublicURL+"/callbacks/stockist", body, headers...)
		if a.status != http.StatusUnauthorized && a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestAFailingPartnerIsTriedAgain(t *testing.T) {
	s := start(t)
	s.turn("books", map[string]any{"failureRate": 1})
	made := s.create(realOrder("Books", "testId", 5))
	s.eventually("bookkeeping failed", func() bool { return s.receipt(made.OrderID, "finance.OrderPlaced").Attempts > 0 })
	s.turn("books", map[string]any{})
	o := s.arrives(made.OrderID, "DELIVERY_BOOKED")
	if len(o.History) != 5 {
		t.Errorf("events %v", o.types())
	}
	if n := s.charges("books"); n != 1 {
		t.Errorf("booked %d times", n)
	}
}

// TestARefusalIsADeadLetterThatCanBeReplayed: the operator sees what could not be handled, fixes the cause and replays
// it.
func TestARefusalIsADeadLetterThatCanBeReplayed(t *testing.T) {
	s := start(t)
	s.turn("books", map[string]any{"refuseRate": 1})
	made := s.create(realOrder("Refused"))
	s.eventually("the refusal is parked", func() bool { return s.receipt(made.OrderID, "finance.OrderPlaced").State == "parked" })
	var list struct {
		DeadLetters []struct {
			EventID, Subscriber, LastError string
			OrderID                        int64
		}
	}
	s.call("GET", s.PrivateURL+"/deadletters", nil).want(200).into(&list)
	if len(list.DeadLetters) != 1 || list.DeadLetters[0].OrderID != made.OrderID || list.DeadLetters[0].LastError == "" {
		t.Fatalf("dead letters %+v", list)
	}
	letter := s.PrivateURL + "/deadletters/" + list.DeadLetters[0].EventID + "/finance.OrderPlaced"
	s.call("GET", letter, nil).want(200)
	s.call("POST", letter+"/discard", map[string]any{"reason": ""}).problem(fault.Invalid, "reason")
	s.turn("books", map[string]any{})
	s.call("POST", letter+"/replay", nil).want(204)
	s.call("POST", letter+"/replay", nil).problem(fault.Conflict)
	s.eventually("the sale is booked", func() bool { return s.receipt(made.OrderID, "finance.OrderPlaced").State == "done" })
	s.call("GET", s.PrivateURL+"/console", nil).want(200)
}

func TestADeadLetterCanBeDiscarded(t *testing.T) {
	s := start(t)
	s.turn("books", map[string]any{"refuseRate": 1})
	made := s.create(realOrder("Unbooked"))
	s.eventually("the refusal is parked", func() bool { return s.receipt(made.OrderID, "finance.OrderPlaced").State == "parked" })
	letter := s.PrivateURL + "/deadletters/" + s.receipt(made.OrderID, "finance.OrderPlaced").Event + "/finance.OrderPlaced"
	s.call("POST", letter+"/discard", map[string]any{"reason": "booked by hand"}).want(204)
	r := s.receipt(made.OrderID, "finance.OrderPlaced")
	if r.State != "discarded" || !strings.Contains(r.LastError, "booked by hand") {
		t.Errorf("receipt %+v", r)
	}
	s.call("POST", letter+"/discard", map[string]any{"reason": "again"}).problem(fault.Conflict)
}
