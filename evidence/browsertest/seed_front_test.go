//go:build browser

package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// seedFront serves the pages of the seed's front end (testdata/seed-front) from an origin of its own.
type seedFront struct {
	URL      string
	endpoint atomic.Value // string: the one address of the shop that the pages have
	query    atomic.Value // string: not empty if the delivery page requests the times of its order
}

// newSeedFront starts the front end, and returns it with the shop's configuration for it.
func newSeedFront(t *testing.T) (*seedFront, func(*app.Config)) {
	f := &seedFront{}
	f.query.Store("")
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.URL = server.URL
	return f, func(c *app.Config) {
		c.CORSOrigin = []string{server.URL}
		c.DeliveryPage = server.URL + "/delivery.html?order="
	}
}

func (f *seedFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if name == "favicon.ico" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if path.Ext(name) == "" {
		name += ".html" // as static hosts do: the shop answers /success
	}
	text, err := os.ReadFile(filepath.Join("testdata", "seed-front", name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if path.Ext(name) == ".js" {
		w.Header().Set("Content-Type", "text/javascript")
	}
	_, _ = strings.NewReplacer("{{ENDPOINT}}", f.endpoint.Load().(string), "{{QUERY}}", f.query.Load().(string)).WriteString(w, string(text))
}

// buy fills the cart on the front end's first page and sends the form of its second.
func (f *seedFront) buy(p *tab, c customer, market string, skus ...string) {
	p.Helper()
	p.goTo(f.URL + "/index.html")
	for _, sku := range skus {
		p.click(`[data-sku="` + sku + `"]`)
	}
	p.click("#to-cart")
	for field, text := range map[string]string{"name": c.name, "email": c.email(), "phone": c.phone, "street": c.street, "city": c.city, "orgNumber": c.orgNumber} {
		if text != "" {
			p.fill(`[name="`+field+`"]`, text)
		}
	}
	if c.orgNumber != "" {
		p.inJS(`void (document.querySelector('[name="customerType"]').value = "B2B")`)
	}
	p.inJS(`void (document.querySelector('[name="market"]').value = %s)`, market)
	p.click("#order button")
}

// book picks the first time on the page of the mail's link, and waits for its confirmation.
func (f *seedFront) book(p *tab, c customer) {
	p.Helper()
	p.goTo(p.shop.deliveryLink(c))
	p.click("#times button")
	p.until(`!document.querySelector("#thanks").hidden`)
}

// deliveryLink returns the link in the mail that asks for a delivery time.
func (s *shop) deliveryLink(c customer) (link string) {
	s.Helper()
	eventually(s.T, "the mail with the delivery link is there", func() bool {
		var list struct {
			Mails []struct{ ID, Subject string }
		}
		s.call("GET", s.PrivateURL+"/mail?format=json&to="+c.email(), nil, &list)
		for _, m := range list.Mails {
			var mail struct{ Text string }
			s.call("GET", s.PrivateURL+"/mail/"+m.ID+"?format=json", nil, &mail)
			for word := range strings.FieldsSeq(mail.Text) {
				if strings.Contains(word, "/delivery.html?order=") {
					link = word
				}
			}
		}
		return link != ""
	})
	return link
}

// TestTheSeedsFrontEnd makes its three kinds of order from another origin: cart, confirmation, mail link, delivery page.
func TestTheSeedsFrontEnd(t *testing.T) {
	t.Parallel()
	front, served := newSeedFront(t)
	s := start(t, served, selling(t, "approveNew: true", `approveNew: true, known: ["1234567890"]`))
	front.endpoint.Store(s.PublicURL)
	office := firm
	office.orgNumber = "1234567890"
	for i, c := range []struct {
		who    customer
		market string
		price  int64 // US cents
		amount int64 // in the market's currency
	}{{ann, "US", 27500, 27500}, {office, "US", 27500, 27500}, {ana, "MX", 27500, 550000}} {
		p := s.visit(desktop, "en-US")
		front.buy(p, c.who, c.market, "BB001", "BB002")
		p.until(`document.querySelector("#success") !== null`)
		id := int64(i + 1)
		o := s.arrives(id, "STOCKED")
		if o.Amount != c.amount || o.CustomerMarket != c.market || o.OrderedProducts != "BB001,BB002" {
			t.Errorf("order %+v", o)
		}
		if price := s.totalPrice(id); price != c.price {
			t.Errorf("order %d costs %d US cents, want %d", id, price, c.price)
		}
		if c.market == "MX" {
			// Unchanged, the page requests the times of the United States, and confirms a booking that was refused.
			p.expect("/bookDelivery")
			front.book(p, c.who)
			if o := s.order(id); o.Status != "STOCKED" || o.DeliveryTime != "" {
				t.Errorf("order %+v", o)
			}
			front.query.Store("of the order") // as docs/migrating.md asks
		}
		front.book(p, c.who)
		s.arrives(id, "DELIVERY_BOOKED")
	}
}

func (s *shop) totalPrice(id int64) int64 {
	s.Helper()
	var got struct{ GetOrder struct{ TotalPrice int64 } }
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { totalPrice } }", id), &got)
	return got.GetOrder.TotalPrice
}

// TestTheSeedsFrontEndIsNotAllowed: a page of an origin that a shop in production does not know cannot order, rather than
// order without seeing the answer.
func TestTheSeedsFrontEndIsNotAllowed(t *testing.T) {
	t.Parallel()
	front, _ := newSeedFront(t)
	s := start(t, asAnn) // in production
	front.endpoint.Store(s.PublicURL)
	p := s.visit(desktop, "en-US")
	p.expect("/createOrder", "blocked by CORS policy")
	front.buy(p, ann, "US", "BB001")
	p.says("#failed", "TypeError: Failed to fetch")
	time.Sleep(300 * time.Millisecond) // long enough for an order to be charged if it was accepted nevertheless
	if charges := s.done("payments-us"); charges != 0 {
		t.Errorf("%d charges, want none", charges)
	}
	if n := s.mails(ann.email()); n != 0 {
		t.Errorf("%d mails, want none", n)
	}
}

// TestTheSeedsFrontEndOnThisMachine: a local shop lets any page order, as the seed does.
func TestTheSeedsFrontEndOnThisMachine(t *testing.T) {
	t.Parallel()
	front, _ := newSeedFront(t)
	s := start(t)
	front.endpoint.Store(s.PublicURL)
	p := s.visit(desktop, "en-US")
	front.buy(p, ann, "US", "BB001")
	p.until(`document.querySelector("#success") !== null`)
	s.arrives(1, "STOCKED")
}
