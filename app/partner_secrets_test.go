package app_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner/simulator"
)

// TestOnePartnerCannotAnswerForAnother: the stockist's signature is invalid on the fraud check's callback, and the
// reverse. Each one's own callbacks are accepted, also with the previous secret.
func TestOnePartnerCannotAnswerForAnother(t *testing.T) {
	t.Parallel()
	const older = "the fraud check's secret until it has the new one"
	s := start(t, withReviews(t), knownSecrets, func(c *app.Config) { c.ScreeningSecret = append(c.ScreeningSecret, older) })
	s.turn("screening", map[string]any{"answerLater": 3_600_000})
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	made := s.create(realOrder("Reviewed"))
	s.arrives(made.OrderID, "IN_REVIEW")
	call := func(partner, secret, says string) answer {
		body := fmt.Sprintf(`{"type":%q,"data":{"orderId":%d}}`, says, made.OrderID)
		return s.call("POST", s.PublicURL+"/callbacks/"+partner, body, signed(t, secret, body)...)
	}
	call("screening", webhookSecret, "check.passed").refuses(fault.Unauthorized)
	if o := s.order(made.OrderID); o.Status != "IN_REVIEW" {
		t.Errorf("the stockist has passed the fraud check: %s", o.Status)
	}
	call("screening", older, "check.passed").want(http.StatusNoContent)
	s.arrives(made.OrderID, "PLACED")
	call("stockist", screenSecret, "stock.created").refuses(fault.Unauthorized)
	call("stockist", older, "stock.created").refuses(fault.Unauthorized)
	if o := s.order(made.OrderID); o.Status != "PLACED" {
		t.Errorf("the fraud check has produced plants: %s", o.Status)
	}
	call("stockist", webhookSecret, "stock.created").want(http.StatusNoContent)
	s.arrives(made.OrderID, "STOCKED")
}

// TestASecretInTheFormOfStandardWebhooks: after whsec_ follows the key in base64.
func TestASecretInTheFormOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("\x01key\xff\x00", 6)
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))
	s := start(t, func(c *app.Config) { c.StockistSecret = []app.Secret{app.Secret(secret)} })
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	made := s.create(realOrder("Later"))
	s.arrives(made.OrderID, "PLACED")
	body := fmt.Sprintf(`{"type":"stock.created","data":{"orderId":%d}}`, made.OrderID)
	s.call("POST", s.PublicURL+"/callbacks/stockist", body, signed(t, secret, body)...).refuses(fault.Unauthorized)
	s.call("POST", s.PublicURL+"/callbacks/stockist", body, signed(t, key, body)...).want(http.StatusNoContent)
	s.arrives(made.OrderID, "STOCKED")
}

// TestCallbacksThatReadersDisagreeOn are refused though they are signed: with a duplicate name, at any depth and in any
// case, or a duplicate header.
func TestCallbacksThatReadersDisagreeOn(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	made := s.create(realOrder("Ambiguous"))
	s.arrives(made.OrderID, "PLACED")
	id := made.OrderID
	for name, body := range map[string]string{
		"the type":    fmt.Sprintf(`{"type":"stock.refused","data":{"orderId":%d},"type":"stock.created"}`, id),
		"the order":   fmt.Sprintf(`{"type":"stock.created","data":{"orderId":4711,"orderId":%d}}`, id),
		"its case":    fmt.Sprintf(`{"type":"stock.created","data":{"orderId":%d,"ORDERID":%d}}`, id, id),
		"deep inside": fmt.Sprintf(`{"type":"stock.created","data":{"orderId":%d,"more":[{"a":{"b":1,"b":2}}]}}`, id),
	} {
		t.Run(name, func(t *testing.T) { s.in(t).callback(body).refuses(fault.Malformed) })
	}
	body := fmt.Sprintf(`{"type":"stock.created","data":{"orderId":%d}}`, id)
	for i, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		t.Run(name+" twice", func(t *testing.T) {
			s := s.in(t)
			headers := signed(t, webhookSecret, body)
			req, err := http.NewRequestWithContext(t.Context(), "POST", s.PublicURL+"/callbacks/stockist", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for h := 0; h < len(headers); h += 2 {
				req.Header.Add(headers[h], headers[h+1])
			}
			req.Header.Add(name, headers[2*i+1]+"0")
			s.do(req).refuses(fault.Invalid, name)
		})
	}
	if o := s.order(id); o.Status != "PLACED" {
		t.Errorf("the order is %s", o.Status)
	}
	s.callback(body).want(http.StatusNoContent)
}

// realOnes are all partners at addresses of their own, which record the tokens that they get.
type realOnes struct {
	mu    sync.Mutex
	shown map[string][]string // by partner
	urls  map[string]string
}

func startRealOnes(t *testing.T) *realOnes {
	t.Helper()
	r, inside := &realOnes{shown: map[string][]string{}, urls: map[string]string{}}, simulators(t)
	for _, name := range simulator.Names {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			r.mu.Lock()
			if token := req.Header.Get("Authorization"); !slices.Contains(r.shown[name], token) {
				r.shown[name] = append(r.shown[name], token)
			}
			r.mu.Unlock()
			inside.Handler().ServeHTTP(w, req)
		}))
		t.Cleanup(server.Close)
		r.urls[name] = server.URL + "/" + name
	}
	return r
}

func (r *realOnes) use(c *app.Config) {
	c.PaymentsUSURL, c.PaymentsMXURL, c.ScreeningURL = r.urls["payments-us"], r.urls["payments-mx"], r.urls["screening"]
	c.StockistURL, c.CarrierURL, c.BooksURL = r.urls["stockist"], r.urls["carrier"], r.urls["books"]
}

// TestEachPartnerLearnsItsOwnTokenOnly, from an order's creation to its delivery.
func TestEachPartnerLearnsItsOwnTokenOnly(t *testing.T) {
	t.Parallel()
	real := startRealOnes(t)
	s := start(t, withReviews(t), knownSecrets, real.use, func(c *app.Config) {
		c.PaymentsUSToken, c.PaymentsMXToken, c.ScreeningToken = "token-payments-us", "token-payments-mx", "token-screening"
		c.StockistToken, c.CarrierToken, c.BooksToken = "token-stockist", "token-carrier", ""
	})
	for _, d := range []draft{realOrder("Ann"), realOrder("Ana", "market", "MX")} {
		made := s.create(d)
		s.arrives(made.OrderID, "STOCKED")
		s.bookFirst(s.keyTo(access.Deliver, made.OrderID))
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		s.eventually("the van is ordered", func() bool { return s.receipt(made.OrderID, "delivery.DeliveryBooked").State == "done" })
		s.eventually("the sale is booked", func() bool { return s.receipt(made.OrderID, "finance.OrderPlaced").State == "done" })
	}
	real.mu.Lock()
	defer real.mu.Unlock()
	for name, shown := range real.shown {
		want := "Bearer token-" + name
		if name == "books" {
			want = ""
		}
		if len(shown) != 1 || shown[0] != want {
			t.Errorf("%s was shown %q, want %q", name, shown, want)
		}
	}
	if len(real.shown) != len(simulator.Names) {
		t.Errorf("asked: %v", real.shown)
	}
}

// simulators returns the partners that a shop simulates.
func simulators(t *testing.T) *simulator.Partners {
	p, err := simulator.New(simulator.Config{StockistSecret: make([]byte, 32), ScreeningSecret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}
