package app_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// TestNoOneLearnsWhichOrdersExist: with a wrong key, the answers for an order that exists and for one that does not are
// identical, on every route that takes a key.
func TestNoOneLearnsWhichOrdersExist(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Hidden"))
	s.arrives(made.OrderID, "STOCKED")
	_, rest, _ := strings.Cut(keyTo(t, access.Track, ref.Of(noOrder, "")), ".") // expiry and signature of another order
	forged := func(id int64) string { return fmt.Sprintf("%d.%s", id, rest) }
	expired, err := access.NewKeyring(-48*time.Hour, time.Now, []byte(linkSecret))
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]func(id int64) string{
		"forged": forged, "bare": func(id int64) string { return fmt.Sprint(id) },
		"expired": func(id int64) string { return expired.Key(access.Track, ref.Of(id, "")) },
	} {
		for route, ask := range map[string]func(key string) answer{
			"trackOrder": func(key string) answer { return s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil) },
			"live":       func(key string) answer { return s.call("GET", s.PublicURL+"/trackOrder/live?key="+key, nil) },
			"receipt":    func(key string) answer { return s.call("GET", s.PublicURL+"/receipt?key="+key, nil) },
			"share": func(key string) answer {
				return s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": key})
			},
			"cancelOrder":   func(key string) answer { return s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": key}) },
			"deliveryTimes": func(key string) answer { return s.call("GET", s.PublicURL+"/deliveryTimes?order="+key, nil) },
			"bookDelivery": func(key string) answer {
				return s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": key, "deliveryTime": "1"})
			},
		} {
			known, unknown := ask(key(made.OrderID)), ask(key(made.OrderID+1))
			known.refuses(fault.Unauthorized)
			if known.status != unknown.status || !bytes.Equal(known.body, unknown.body) {
				t.Errorf("%s, %s: %s differs from %s", route, name, known.body, unknown.body)
			}
		}
	}
}

// TestAnswersHoldNoOneElse: answers of public routes name no customer, except the booking to the holder of its key, and to the customer's own key where the order goes.
func TestAnswersHoldNoOneElse(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	d := realOrder("Someone Private", "email", "private@example.com", "phone", "+1 212 555 7777", "street", "Hidden Street 9")
	made := s.create(d, "Idempotency-Key", "mine")
	s.arrives(made.OrderID, "STOCKED")
	personal := regexp.MustCompile(`(?i)someone private|private@|555 7777|hidden street`)
	track, deliver := s.keyTo(access.Track, made.OrderID), s.keyTo(access.Deliver, made.OrderID)
	for name, a := range map[string]answer{
		"created":          s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "mine").want(200),
		"double submit":    s.call("POST", s.PublicURL+"/createOrder", d), // it is taken, and the next one is not
		"second submit":    s.call("POST", s.PublicURL+"/createOrder", d).want(409),
		"another's key":    s.call("POST", s.PublicURL+"/createOrder", realOrder("Other"), "Idempotency-Key", "mine").want(422),
		"shared":           s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyTo(access.Share, made.OrderID), nil).want(200),
		"times":            s.call("GET", s.PublicURL+"/deliveryTimes?order="+deliver, nil).want(200),
		"no time":          s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": deliver, "deliveryTime": "1"}).want(400),
		"by tracking":      s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": track, "deliveryTime": "1"}).want(401),
		"a bad field":      s.call("POST", s.PublicURL+"/createOrder", realOrder("Someone Private", "market", "Hidden Street")).want(400),
		"metrics, as well": s.call("GET", s.PrivateURL+"/metrics", nil).want(200),
	} {
		if found := personal.Find(a.body); found != nil {
			t.Errorf("%s: the answer tells %q: %s", name, found, a.body)
		}
	}
	tracked := s.call("GET", s.PublicURL+"/trackOrder?key="+track, nil).want(200)
	if found := personal.FindAll(tracked.body, -1); len(found) != 1 || string(found[0]) != "Hidden Street" {
		t.Errorf("the answer to the customer's own key tells %q, besides where it goes: %s", found, tracked.body)
	}
}

// TestAReplayedCallbackHasNoSecondEffect: not at once, not concurrently, and not after the order has moved on.
func TestAReplayedCallbackHasNoSecondEffect(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets, func(c *app.Config) {
		c.StockistSecret = []app.Secret{"the secret that is in use from now on", webhookSecret}
	})
	s.turn("stockist", map[string]any{"answerLater": 86400000})
	made := s.create(realOrder("Replayed"))
	s.arrives(made.OrderID, "PLACED")
	body := fmt.Sprintf(`{"type":"stock.created","data":{"orderId":%d}}`, made.OrderID)
	headers := signed(t, webhookSecret, body)
	replay := func() { s.call("POST", s.PublicURL+"/callbacks/stockist", body, headers...).want(204) }
	var all sync.WaitGroup
	for range 10 {
		all.Go(replay)
	}
	all.Wait()
	s.arrives(made.OrderID, "STOCKED")
	replay()
	s.bookFirst(s.keyTo(access.Deliver, made.OrderID))
	booked := s.arrives(made.OrderID, "DELIVERY_BOOKED")
	before := s.footprint()
	replay()
	if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); len(o.History) != len(booked.History) || len(o.History) != 5 {
		t.Errorf("the order's history is %v", o.types())
	}
	s.untouched(before)
}

// TestNoOneSetsWhatIsTheShops: fields of an order that the body does not have are ignored.
func TestNoOneSetsWhatIsTheShops(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Eager", "orderId", 4711, "status", "DELIVERY_BOOKED", "deliveryTime", "16000000000", "paymentReference", "paid",
		"amount", 1, "exchangeRate", "0.001", "refund", "done", "cancelReason", "customer"))
	o := s.arrives(made.OrderID, "STOCKED")
	if made.OrderID == 4711 || o.DeliveryTime != "" || o.Currency != "USD" || o.ExchangeRate != "" || o.TotalPrice != 30000 || s.charges("payments-us") != 1 {
		t.Errorf("%+v", o)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Cheap", "totalPrice", 1)).refuses(fault.Invalid, "totalPrice")
}
