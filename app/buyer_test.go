package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// buyer is a customer with an order to pay.
type buyer struct {
	*shop
	id        int64
	key, page string
	provider  string
}

// tracked is what a customer sees of the order.
type tracked struct {
	Status, PaidBy, CancelReason string
	Payment                      *struct {
		URL     string
		Voucher *struct{ Number string }
	}
	Refunds []struct {
		Amount        int64
		Reason, State string
	}
}

// buys orders, and is sent to a page to pay.
func (s *shop) buys(t *testing.T, name string, changes ...any) *buyer {
	t.Helper()
	of := *s
	of.T = t
	d := realOrder(name, append([]any{"email", strings.ToLower(name) + "@example.com"}, changes...)...)
	made := of.create(d, "Idempotency-Key", name)
	b := &buyer{shop: &of, id: made.OrderID, key: trackingKey(made), page: made.RedirectURL, provider: "payments-us"}
	if d["market"] == "MX" {
		b.provider = "payments-mx"
	}
	if !strings.Contains(b.page, "/pay/") {
		t.Fatalf("the customer is sent to %s", b.page)
	}
	b.isOpen()
	return b
}

// presses presses a button of the page.
func (b *buyer) presses(button string) {
	b.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(b.page, url.Values{"action": {button}})
	if err != nil {
		b.Fatal(err)
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusSeeOther {
		b.Fatalf("%s on the page: %s", button, answer.Status)
	}
}

// pressed has the provider's operator do something with the order's payment.
func (b *buyer) pressed(action string) {
	b.Helper()
	var list struct {
		Payments []struct {
			Key     string
			OrderID int64
			Actions []string
		}
	}
	at := b.partnersURL() + "/partners/" + b.provider + "/payments"
	b.call("GET", at, nil).want(200).into(&list)
	for _, p := range list.Payments {
		if p.OrderID == b.id && len(p.Actions) > 0 && p.Actions[0] == action {
			if a := b.call("POST", at, map[string]any{"key": p.Key, "action": action}); a.status/100 != 2 {
				b.Fatalf("%s: %d %s", action, a.status, a.body)
			}
			return
		}
	}
	b.Fatalf("the provider has nothing to %s: %+v", action, list)
}

// again goes on paying, in a way.
func (b *buyer) again(method string) {
	b.Helper()
	var got struct{ RedirectURL string }
	b.call("POST", b.PublicURL+"/payOrder", map[string]any{"key": b.key, "paymentMethod": method}).want(200).into(&got)
	b.page = got.RedirectURL
}

func (b *buyer) sees() (o tracked) {
	b.Helper()
	b.call("GET", b.PublicURL+"/trackOrder?key="+b.key, nil).want(200).into(&o)
	return o
}

func (b *buyer) until(what string, so func(tracked) bool) {
	b.Helper()
	b.eventually(what, func() bool { return so(b.sees()) })
}

// isOpen wants the order to wait for its payment.
func (b *buyer) isOpen() {
	b.Helper()
	if o := b.sees(); o.Status != "PAYMENT_PENDING" || o.Payment == nil || o.Payment.URL == "" {
		text, _ := json.Marshal(o)
		b.Errorf("the order is %s", text)
	}
}

// isPaid wants the order to be paid, and to go on.
func (b *buyer) isPaid(method string) {
	b.Helper()
	b.arrives(b.id, "STOCKED")
	if o := b.sees(); o.PaidBy != method {
		b.Errorf("the order is paid by %q", o.PaidBy)
	}
}
