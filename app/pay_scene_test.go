package app_test

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/database/pgtest"
)

// clock is the real time, with what a test lets pass beside it.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) passes(d time.Duration) { c.ahead.Add(int64(d)) }

// payShop is a shop whose customers pay on their providers' pages, and whose days the test lets pass.
type payShop struct {
	*shop
	clock *clock
}

// The secrets with which the payment providers sign.
const (
	paymentsUSSecret = "a-secret-of-this-test-of-payments-in-the-us"
	paymentsMXSecret = "a-secret-of-this-test-of-payments-in-mexico"
)

// onEachEngine runs a test with a shop in one process, and with one as its copies are: with PostgreSQL, and its partners elsewhere.
func onEachEngine(t *testing.T, test func(*payShop)) {
	for name, as := range map[string]func(*testing.T, *app.Config, *clock){
		"SQLite": func(*testing.T, *app.Config, *clock) {},
		"PostgreSQL": func(t *testing.T, c *app.Config, at *clock) {
			c.DatabaseURL = app.Secret(pgtest.Database(t))
			c.SimulatorsURL, c.TestSMTPAddr = thirdParties(t, *c, at.now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := &clock{}
			test(&payShop{clock: at, shop: start(t, operated, func(c *app.Config) {
				knownSecrets(c)
				c.LinkValidity = 30 * 24 * time.Hour
				c.PaymentPage, c.PaymentsUSSecret, c.PaymentsMXSecret = true, []app.Secret{paymentsUSSecret}, []app.Secret{paymentsMXSecret}
				as(t, c, at)
				*c = c.WithClock(at.now)
			})})
		})
	}
}

// isClean audits the shop.
func (s *payShop) isClean() audit.Report {
	s.Helper()
	r := s.audited(func(c *audit.Config) {
		c.Now = s.clock.now
		if url := string(s.config.DatabaseURL); url != "" {
			c.Database, c.DatabaseURL = "", url
		}
	})
	clean(s.T, r)
	return r
}

// webhook is a webhook of the provider about an attempt to pay the order.
func (b *buyer) webhook(number int) {
	b.Helper()
	key := "charge:" + string(b.order(b.id).Ref)
	if number > 1 {
		key = fmt.Sprint(key, ".", number)
	}
	body, err := json.Marshal(map[string]any{"type": "payment.updated", "timestamp": time.Now(), "data": map[string]any{"orderId": b.id, "key": key}})
	if err != nil {
		b.Fatal(err)
	}
	secret := map[string]string{"payments-us": paymentsUSSecret, "payments-mx": paymentsMXSecret}[b.provider]
	b.call("POST", b.PublicURL+"/callbacks/"+b.provider, string(body), signed(b.T, secret, string(body))...).want(204)
}

// takesVoucher has the provider's page give the customer a voucher, which the order's page shows.
func (b *buyer) takesVoucher() {
	b.Helper()
	b.presses("voucher")
	b.until("the voucher is shown", func(o tracked) bool {
		return o.Payment != nil && o.Payment.Voucher != nil && o.Payment.Voucher.Number != ""
	})
}

// getsBack wants the order to have had one refund.
func (b *buyer) getsBack(amount int64, reason string) {
	b.Helper()
	b.until("the money is given back", func(o tracked) bool {
		return len(o.Refunds) == 1 && o.Refunds[0].Amount == amount && o.Refunds[0].Reason == reason && o.Refunds[0].State == "done"
	})
}

// payments are the states of the attempts to pay an order.
func (s *shop) payments(id int64) (states []string) {
	s.Helper()
	var got struct {
		GetOrder struct{ Payments []struct{ State string } }
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { payments { state } } }", id), &got)
	for _, p := range got.GetOrder.Payments {
		states = append(states, p.State)
	}
	return states
}

// newestPage is the page of the provider's newest payment; "" if there is none.
func (s *shop) newestPage(provider string) (page string) {
	s.Helper()
	var got struct{ Records []struct{ URL string } }
	s.call("GET", s.partnersURL()+"/partners/"+provider+"/records", nil).want(200).into(&got)
	for _, r := range got.Records {
		page = r.URL
	}
	return page
}
