package event

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWhatFitsIsValid: an event satisfies the rules if and only if it is valid against its schema.
func TestWhatFitsIsValid(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "USD", "usd", "1795276800000", "12345", "123456", "\xff"}))
	number := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2, 2), rapid.SampledFrom([]int64{1<<31 - 1, 1 << 31}))
	rapid.Check(t, func(t *rapid.T) {
		id, test, price := number.Draw(t, "order"), number.Draw(t, "test"), number.Draw(t, "price")
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		for _, e := range []Event{
			OrderCreated{OrderID: id, Name: a, TotalPrice: price, Currency: b, OrgNumber: c, TestID: test},
			OrderPlaced{OrderID: id, Products: a, TotalPrice: price, Currency: b, TestID: test}, &StockCreated{OrderID: id, TestID: test},
			OrderDeliverable{OrderID: id, Name: a, TestID: test}, DeliveryBooked{OrderID: id, Name: a, DeliveryTime: b, TestID: test},
			OrderCancelled{OrderID: id, Reason: a, TotalPrice: price, Currency: b, TestID: test}, PaymentDeclined{OrderID: id, Name: a, TestID: test},
			PaymentRequested{OrderID: id, Payment: test, Amount: price, Currency: b, Until: c}, RefundDone{OrderID: id, Refund: test, Amount: price, Currency: b},
		} {
			data, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if err := Validate(e.EventType(), data); fits(e) != (err == nil) {
				t.Fatalf("%+v fits: %v; its JSON: %v", e, fits(e), err)
			}
		}
	})
}

// BenchmarkEvent measures an event from its journalling until two subscribers have it.
func BenchmarkEvent(b *testing.B) {
	e := examples[TypeOrderCreated].(OrderCreated)
	b.ReportAllocs()
	for b.Loop() {
		e.OrderID = e.OrderID%1_000_000 + 1
		sent := wrapped(b, e)
		headers := sent.Headers()
		for range 2 {
			env, err := Parse(func(name string) string { return headers[name] }, sent.Data)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := Open[OrderCreated](env); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// TestWhatAMailIsMadeOfSaysItsLanguage: a customer who chose a language reads all mails in it.
func TestWhatAMailIsMadeOfSaysItsLanguage(t *testing.T) {
	for _, s := range Subscriptions {
		if _, says := schemas[s.Type].Properties["language"]; !says && strings.HasPrefix(s.Subscriber, "email.") {
			t.Errorf("%s mails %s without the customer's language", s.Subscriber, s.Type)
		}
	}
}
