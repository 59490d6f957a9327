package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// offers are valid now, whenever that is.
const offers = `
offers:
  welcome:
    label: { en: Welcome, es: Bienvenida }
    code: WELCOME
    limit: 3
    perCustomer: 1
    percent: "10"
  gift:
    label: { en: A gift, es: Un regalo }
    when: cart.pieces >= 3
    free: { sku: BB002, quantity: 1 }
`

// startAbroad starts a shop that also sells in Canada and to public bodies, and has offers.
func startAbroad(t *testing.T, change ...func(*app.Config)) *shop {
	t.Helper()
	text, err := examples.Over(rules.Default, "canada", "b2g")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, append(text, offers...), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, append(change, func(c *app.Config) { c.ShopFile = file })...)
}

// quote is the price of a cart.
type quote struct {
	Currency               string
	RulesVersion, Subtotal int64
	Total, TotalPrice      int64
	Offers                 []struct{ Offer string }
	Taxes                  []struct {
		Name           string
		Amount, Relief int64
		Text           map[string]string
	}
	Codes []struct{ Code, State string }
}

// buy quotes a cart, and orders it at that price.
func (s *shop) buy(d draft, headers ...string) (quote, created) {
	s.Helper()
	q := s.quote(d)
	d["totalPrice"] = q.TotalPrice
	c := s.create(d, headers...)
	if c.TotalPrice != q.TotalPrice || c.Amount != q.Total || c.Currency != q.Currency {
		s.Errorf("quoted %+v, and charged %+v", q, c)
	}
	return q, c
}

func (s *shop) quote(d draft) (q quote) {
	s.Helper()
	s.call("POST", s.PublicURL+"/quote", d).want(200).into(&q)
	return q
}

func canadian(changes ...any) draft {
	return realOrder("Anne", append([]any{"market", "CA"}, changes...)...)
}

func publicBody(reference string) draft {
	return canadian("customerType", "B2G", "email", "office@example.com", "details", map[string]string{"reference": reference})
}

// TestBuyingInCanadaAndAsAPublicBody: both are only data.
func TestBuyingInCanadaAndAsAPublicBody(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startAbroad(t, engine)
		s.sellsInCanada()
		s.sellsToPublicBodies()
	})
}

func (s *shop) sellsInCanada() {
	s.Helper()
	q, kept := s.buy(canadian("codes", []string{"welcome"})) // 2 × 210.00, less a tenth, and 5 and 7 percent
	if q.Subtotal != 42000 || q.Total != 42336 || len(q.Taxes) != 2 || q.Taxes[0].Amount != 1890 || q.Taxes[1].Amount != 2646 || q.RulesVersion != 1 {
		s.Errorf("%+v", q)
	}
	s.arrives(kept.OrderID, "STOCKED")
	_, regret := s.buy(canadian("products", "BB001,BB001,BB001"))
	if o := s.arrives(regret.OrderID, "STOCKED"); o.OrderedProducts != "BB001,BB001,BB001,BB002" {
		s.Errorf("without its gift: %s", o.OrderedProducts)
	}
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(regret)}).want(200)
	s.eventually("the ledger has the refund", func() bool { return s.refunded(regret.OrderID, 2) })
	s.balanced(map[string]int64{
		"cash:payments-us CAD": 42336, "receivable CAD": 0, "revenue CAD": -(37800 + 63000), "refunds CAD": 63000,
		"tax:CA:GST@5 CAD": -1890, "tax:CA:PST@7 CAD": -2646,
	})
}

// refunded reports whether an order of so many taxes was refunded, and its sale reversed.
func (s *shop) refunded(id int64, taxes int) bool {
	var got struct {
		GetOrder struct{ Ledger []struct{ Kind string } }
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { ledger { kind } } }", id), &got)
	return len(got.GetOrder.Ledger) == 4+2*taxes // payment, sale, reversal, refund, and the taxes there and back
}

func (s *shop) sellsToPublicBodies() {
	s.Helper()
	d := publicBody("4000000001")
	q := s.quote(d)
	d["totalPrice"], d["currency"] = q.Total, q.Currency
	wrong := s.call("POST", s.PublicURL+"/createOrder", d).refuses(fault.Invalid)
	if q.Total != 47040 || len(wrong.Errors) != 1 || wrong.Errors[0].Name != "details.reference" {
		s.Errorf("%+v, and a wrong reference: %+v", q, wrong)
	}
	_, made := s.buy(publicBody("4000000002"))
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails("office@example.com")))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// TestACodeIsUsedAsOftenAsItMay by concurrent orders; a cancelled order returns its use.
func TestACodeIsUsedAsOftenAsItMay(t *testing.T) {
	t.Parallel()
	s := startAbroad(t)
	var made atomic.Int64
	var keep sync.Map
	var group sync.WaitGroup
	for n := range 12 {
		d := realOrder("Ann", "email", fmt.Sprintf("ann%d@example.com", n/2), "street", fmt.Sprint("Way ", n), "codes", []string{"WELCOME"}, "totalPrice", 27000)
		group.Go(func() {
			var c created
			answer := s.call("POST", s.PublicURL+"/createOrder", d)
			if answer.status != 200 {
				if !strings.Contains(string(answer.body), "WELCOME is used up") {
					t.Errorf("%d %s", answer.status, answer.body)
				}
				return
			}
			answer.into(&c)
			made.Add(1)
			keep.Store(d["email"], c)
		})
	}
	group.Wait()
	different := 0
	keep.Range(func(_, _ any) bool { different++; return true })
	if made.Load() != 3 || different != 3 {
		t.Errorf("a code for 3 has %d orders of %d customers", made.Load(), different)
	}
	late := realOrder("Late", "email", "late@example.com", "codes", []string{"WELCOME"})
	if q := s.quote(late); q.Total != 30000 || q.Codes[0].State != "used-up" {
		t.Errorf("%+v", q)
	}
	keep.Range(func(_, c any) bool {
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(c.(created))}).want(200)
		return false
	})
	q, first := s.buy(late, "Idempotency-Key", "late")
	if again := s.create(late, "Idempotency-Key", "late"); q.Codes[0].State != "applied" || again.OrderID != first.OrderID {
		t.Errorf("%+v; order %d, and again %d", q, first.OrderID, again.OrderID)
	}
}

// TestAQuoteNamesWhatIsWrong, and the result of each code.
func TestAQuoteNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := startAbroad(t)
	for field, d := range map[string]draft{
		"market": canadian("market", "ZZ"), "customerType": canadian("customerType", "B2X"), "products": canadian("products", "ROSE"),
		"codes": canadian("codes", make([]string, 11)),
	} {
		if p := s.call("POST", s.PublicURL+"/quote", d).refuses(fault.Invalid); len(p.Errors) != 1 || p.Errors[0].Name != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	q := s.quote(canadian("codes", []string{"nonsense", "welcome"}))
	if len(q.Codes) != 2 || q.Codes[0].State != "unknown" || q.Codes[1].State != "applied" || len(q.Offers) != 1 {
		t.Errorf("%+v", q)
	}
	p := s.call("POST", s.PublicURL+"/createOrder", canadian("codes", []string{"nonsense"}, "totalPrice", 47040, "currency", "CAD")).refuses(fault.Invalid)
	if len(p.Errors) != 1 || p.Errors[0].Name != "codes" {
		t.Errorf("%+v", p)
	}
}
