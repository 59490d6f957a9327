package order_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// checkout is a shop whose orders are paid on pages, with the customer of order 1.
type checkout struct {
	*testing.T
	*order.Service
	provider *hosted
	now      time.Time
	mux      *http.ServeMux
}

func newCheckout(t *testing.T) *checkout {
	c := &checkout{T: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), mux: http.NewServeMux()}
	c.Service = service(t, &provider{}, &c.now)
	c.opens()
	return c
}

// inPostgreSQL moves a new checkout to a database of its own.
func (c *checkout) inPostgreSQL() {
	c.Helper()
	store, err := postgres.Open(c.Context(), pgtest.Database(c.T), c.Now)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() {
		if err := store.Close(); err != nil {
			c.Error(err)
		}
	})
	c.Store = store
}

// opens gives the shop its providers and ways to pay.
func (c *checkout) opens() {
	c.Helper()
	c.provider = &hosted{now: c.Now, bills: map[string]*bill{}, refunds: map[string]payments.Refund{}}
	rules, err := c.Rules.Active()
	if err != nil {
		c.Fatal(err)
	}
	market := rules.Markets["US"]
	for _, name := range []string{payments.Card, payments.CashVoucher} {
		market.Methods = append(market.Methods, order.Method{Name: name, Provider: "card", Within: payments.UsualTime(name)})
	}
	rules.Markets["US"] = market
	c.Payments = map[string]payments.Provider{"card": c.provider, "other": &hosted{now: c.Now, bills: map[string]*bill{}}}
	c.PublicRoutes(humago.New(c.mux, huma.DefaultConfig("test", "1")))
}

// buy orders by a method, and must be told to pay.
func (c *checkout) buy(method string) {
	c.Helper()
	d := plant
	d.PaymentMethod = method
	o, err := c.CreateOrder(c.Context(), d, "key")
	if p, open := o.Current(); err != nil || o.Status != order.PaymentPending || !open || p.Action.URL == "" || p.Method != method {
		c.Fatalf("createOrder: %+v, %v", o, err)
	}
}

func (c *checkout) order() order.Order {
	c.Helper()
	o, err := c.Store.Order(c.Context(), 1)
	if err != nil {
		c.Fatal(err)
	}
	return o
}

// tryAgain has the customer choose a method once more.
func (c *checkout) tryAgain(method string) {
	c.Helper()
	o, err := c.PayOrder(c.Context(), c.order(), method)
	if p, open := o.Current(); err != nil || !open || p.Action.URL == "" || p.Method != method {
		c.Fatalf("payOrder: %+v, %v", o, err)
	}
}

// pays is the customer on the provider's page of an attempt.
func (c *checkout) pays(number int) { c.provider.turns(c.order().PaymentKey(number), payments.Paid) }

// takesVoucher is the customer who is given a voucher there.
func (c *checkout) takesVoucher(number int, voucher string) {
	key := c.order().PaymentKey(number)
	c.provider.mu.Lock()
	defer c.provider.mu.Unlock()
	c.provider.bills[key].Action.Voucher = &payments.Voucher{Number: voucher}
}

func (c *checkout) isDeclined(number int) {
	c.provider.turns(c.order().PaymentKey(number), payments.Failed)
}

// isTold is the provider's webhook about an attempt.
func (c *checkout) isTold(number int) {
	c.Helper()
	if status := c.webhook("card", "ours", c.order().PaymentKey(number)); status != http.StatusNoContent {
		c.Errorf("the webhook about payment %d is answered %d", number, status)
	}
}

func (c *checkout) webhook(provider, signature, body string) int {
	r := httptest.NewRequest("POST", order.PaymentCallback(provider), strings.NewReader(body))
	r.Header.Set("Signature", signature)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	c.mux.ServeHTTP(w, r.WithContext(c.Context()))
	return w.Code
}

// later lets time pass, with one round of Settle.
func (c *checkout) later(d time.Duration) {
	c.Helper()
	c.now = c.now.Add(d)
	if err := c.Settle(c.Context()); err != nil {
		c.Errorf("Settle: %v", err)
	}
}

// cancels is the customer who calls the order off.
func (c *checkout) cancels() {
	c.Helper()
	if _, err := c.CancelOrder(c.Context(), 1, order.ByCustomer); err != nil {
		c.Error(err)
	}
}

// givesBack handles the event of a cancelled order.
func (c *checkout) givesBack() {
	c.Helper()
	if err := c.OnOrderCancelled(c.Context(), event.OrderCancelled{OrderID: 1}); err != nil {
		c.Error(err)
	}
}

// kinds are the entries of the order's ledger.
func (c *checkout) kinds() (kinds []string) {
	c.Helper()
	entries, err := c.Store.(database.Ledger).EntriesOf(c.Context(), 1)
	if err != nil {
		c.Fatal(err)
	}
	for _, e := range entries {
		kinds = append(kinds, string(e.Kind))
	}
	slices.Sort(kinds)
	return kinds
}
