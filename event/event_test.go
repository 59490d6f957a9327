package event

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// examples has one event of each type, with texts that a careless encoding would damage.
var examples = map[Type]Event{
	TypeOrderImported: OrderImported{
		OrderID: 4711, Status: "STOCKED", CustomerType: "B2C", Market: "MX", Products: "BB001", TotalPrice: 300000, Currency: "MXN", RulesVersion: 3,
	},
	TypeOrderCreated: OrderCreated{
		OrderID: 4711, Name: `Zoë "Zo" O'Neil 🌵`, Email: "zoe@example.com", Phone: "+1 212 555 0100", Street: `Back\slash 1 <b>`,
		City: "東京", CustomerType: "B2B", Market: "US", Products: "BB001,LB001", TotalPrice: 30000, Currency: "USD",
		OrgNumber: "00123456", TestID: 352,
	},
	TypePaymentRequested: PaymentRequested{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "MX", Payment: 2, Method: "cash-voucher", Amount: 300000, Currency: "MXN",
		Until: "1795535999000", RulesVersion: 3,
	},
	TypePaymentDeclined: PaymentDeclined{OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", RulesVersion: 3},
	TypeOrderPlaced: OrderPlaced{
		OrderID: 4711, CustomerType: "B2C", Market: "MX", Products: "BB001", TotalPrice: 300000, Currency: "MXN", TestID: 0,
	},
	TypeReviewRequested: ReviewRequested{
		OrderID: 4711, Steps: []string{"approval", "fraud"}, Name: "Zoë", Email: "zoe@example.com", CustomerType: "B2B", Market: "US",
		Products: "BB001,LB001", TotalPrice: 30000, Currency: "USD", RulesVersion: 3,
	},
	TypeReviewDone: ReviewDone{OrderID: 4711, Passed: true, Reviews: []Review{
		{Step: "approval", State: "passed", By: "ann"}, {Step: "fraud", State: "passed", By: "screening"},
	}},
	TypeStockCreated:     StockCreated{OrderID: 4711, TestID: 352},
	TypeOrderDeliverable: OrderDeliverable{OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US"},
	TypeDeliveryBooked: DeliveryBooked{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Phone: "1", Street: "s", City: "c", Market: "US", DeliveryTime: "1795276800000",
	},
	TypeDeliveryRescheduled: DeliveryRescheduled{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Phone: "1", Street: "s", City: "c", Market: "US", DeliveryTime: "1795363200000",
		DeliveryUntil: "1795374000000", PreviousTime: "1795276800000", Version: 2,
	},
	TypeDeliveryStarted: DeliveryStarted{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", DeliveryTime: "1795276800000", Tracking: "VAN-1", At: "1795276800000", By: "carrier",
	},
	TypeDeliveryFailed: DeliveryFailed{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", DeliveryTime: "1795276800000", At: "1795276800000", By: "ann", Reason: "no one in",
	},
	TypeDelivered: Delivered{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", DeliveryTime: "1795276800000", Tracking: "VAN-1", At: "1795276800000", By: "carrier",
		ReceivedBy: `Aña "Nana"`, LeftAt: "portería", Photo: "https://van.example/p/1.jpg",
	},
	TypeOrderCancelled: OrderCancelled{
		OrderID: 4711, Reason: "out-of-stock", Name: "Zoë", Email: "zoe@example.com", Market: "US", TotalPrice: 30000, Currency: "USD", Paid: true,
	},
	TypeComplaintMade: ComplaintMade{OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", Complaint: 1, Kind: "damaged", Language: "es"},
	TypeComplaintAnswered: ComplaintAnswered{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", Complaint: 1, Outcome: "partly-refunded", Refund: 1, Amount: 1250, Currency: "USD",
	},
	TypeRefundDone: RefundDone{
		OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", Refund: 2, Amount: 1250, Currency: "USD", Method: "card",
		Reason: `One came "broken" 🌵`, OfSale: true, TotalPrice: 30000, RulesVersion: 3,
	},
	TypeOrderCorrected: OrderCorrected{
		OrderID: 4711, Number: 2, Corrected: []string{"email", "postalCode"}, Name: "Zoë", Email: "zoe@example.com", Phone: "1", Street: "s", City: "c", Market: "US",
		DeliveryTime: "1795363200000", DeliveryVersion: 3, Address: Address{PostalCode: "10001"},
	},
}

func wrapped(t testing.TB, e Event) Envelope {
	t.Helper()
	at := time.Date(2026, 11, 22, 12, 0, 0, 123_000_000, time.UTC)
	env, err := Wrap(e, "019aab12-0000-7000-8000-000000000001", at, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// TestWireForm compares each event with its golden file: headers, an empty line, the payload.
func TestWireForm(t *testing.T) {
	for _, typ := range Types {
		env := wrapped(t, examples[typ])
		headers, err := json.MarshalIndent(env.Headers(), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got := string(headers) + "\n\n" + string(env.Data) + "\n"
		file := filepath.Join("golden", string(typ)+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: the wire form changed: %s", typ, diff)
		}
	}
}

func TestEnvelopesComeBackAsTheyWereSent(t *testing.T) {
	for _, typ := range Types {
		env := wrapped(t, examples[typ])
		headers := env.Headers()
		got, err := Parse(func(name string) string { return headers[name] }, env.Data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(env, got); diff != "" {
			t.Errorf("%s: %s", typ, diff)
		}
	}
}

func TestHeadersCarryAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		env := Envelope{ID: "x" + text, Source: "s" + text, Type: Type("t" + text), OrderID: 1, Time: time.UnixMilli(1).UTC()}
		headers := env.Headers()
		for name, value := range headers {
			if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Fatalf("%s is %q", name, value)
			}
		}
		got, err := Parse(func(name string) string { return headers[name] }, nil)
		if err != nil || got.ID != env.ID || got.Source != env.Source || got.Type != env.Type {
			t.Fatalf("%+v came back as %+v, %v", env, got, err)
		}
	})
}

func TestParseTellsWhatIsMissing(t *testing.T) {
	for _, c := range []struct{ header, value, want string }{
		{"ce-id", "", `"id"`},
		{"ce-type", "", `"type"`},
		{"ce-time", "yesterday", `"time"`},
		{"ce-subject", "abc", `"subject"`},
		{"ce-specversion", "0.3", `version "0.3"`},
		{"ce-source", "%zz", `"source"`},
	} {
		headers := wrapped(t, examples[TypeStockCreated]).Headers()
		headers[c.header] = c.value
		_, err := Parse(func(name string) string { return headers[name] }, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %q: %v, want it to name %s", c.header, c.value, err, c.want)
		}
	}
}

func TestWhatIsNotValidIsNeitherSentNorReceived(t *testing.T) {
	for name, e := range map[string]Event{
		"no order":             StockCreated{OrderID: 0},
		"number too large":     StockCreated{OrderID: 1 << 31},
		"negative price":       OrderPlaced{OrderID: 1, TotalPrice: -1, Currency: "USD"},
		"currency":             OrderPlaced{OrderID: 1, Currency: "dollars"},
		"organization number":  OrderCreated{OrderID: 1, Currency: "USD", OrgNumber: "12"},
		"time is not a number": DeliveryBooked{OrderID: 1, DeliveryTime: "noon"},
	} {
		if _, err := Wrap(e, "id", time.Now(), ""); err == nil {
			t.Errorf("%s: %+v was wrapped", name, e)
		}
	}
	for _, data := range []string{`{"orderId":1}`, `{"orderId":"1","testId":0}`, `[]`, `{`, ``, `null`} {
		if e, err := Open[StockCreated](Envelope{Type: TypeStockCreated, Data: []byte(data)}); err == nil {
			t.Errorf("%q was opened as %+v", data, e)
		}
	}
	if _, err := Open[OrderPlaced](wrapped(t, examples[TypeStockCreated])); err == nil {
		t.Error("a StockCreated was opened as an OrderPlaced")
	}
	if _, err := Open[StockCreated](Envelope{Type: TypeStockCreated, Data: []byte(`{"orderId":1,"testId":0,"new":"thing"}`)}); err != nil {
		t.Errorf("what a newer publisher adds is refused: %v", err)
	}
}

func TestEverySubscriptionIsOfAnEvent(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Subscriptions {
		if Schema(s.Type) == nil || !strings.HasSuffix(s.Subscriber, "."+string(s.Type)) || s.Deadline <= 0 || seen[s.Subscriber] {
			t.Errorf("subscription %+v", s)
		}
		seen[s.Subscriber] = true
	}
	for _, typ := range Types {
		if (len(SubscribersOf(typ)) == 0) != Silent(typ) || sources[typ] == "" {
			t.Errorf("%s has subscribers %v and source %q", typ, SubscribersOf(typ), sources[typ])
		}
	}
}
