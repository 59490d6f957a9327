package app_test

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/app"
	"acme.example/webshop/email"
	ordering "acme.example/webshop/order"
	"acme.example/webshop/rules"
)

// extreme is rules at the limits of validity, and the largest cart that they allow.
type extreme struct {
	text, market, customer string
	skus                   []string
	details                map[string]string
}

// atLength returns a name of n characters that begins with a text.
func atLength(text string, n int) string { return text + strings.Repeat("x", max(n-len(text), 0)) }

// extremes draws rules at the limits of validity.
var extremes = rapid.Custom(func(t *rapid.T) extreme {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	one := func(label string, values ...int) int { return rapid.SampledFrom(values).Draw(t, label) }
	x := extreme{market: atLength("M", one("market", 1, 32)), customer: atLength("T", one("customer", 1, 32)), details: map[string]string{}}
	pieces, length := one("pieces", 1, 100, ordering.MaxPieces), one("length", 4, 32)
	words := func(n int) string {
		return fmt.Sprintf("{ en: %q, es: %q }", strings.Repeat("ñ", n), strings.Repeat("<", n))
	}
	var b strings.Builder
	currency, own := pick("currency", "USD", "JPY", "SEK"), pick("own", "USD", "MXN", "JPY", "EUR")
	fmt.Fprintf(&b, "currency: %s\ncatalog:\n", currency)
	products, prose := min(one("products", 1, 3, ordering.MaxPieces), pieces), one("description", 1, 2000)
	for i := range products {
		sku := fmt.Sprintf("%0*d", length, i)
		fmt.Fprintf(&b, "  - { sku: %q, price: PRICE, name: %s, description: %s, category: %q, taxClass: %q }\n", sku, words(min(prose, 200)), words(min(prose, 30_000/products)), strings.Repeat("c", 32), strings.Repeat("t", 32))
		x.skus = append(x.skus, sku)
	}
	for len(x.skus) < pieces {
		x.skus = append(x.skus, x.skus[0])
	}
	zone := pick("zone", "UTC", "America/Argentina/Buenos_Aires", "Pacific/Apia", "Asia/Kathmandu", "America/North_Dakota/New_Salem", "Africa/Casablanca")
	fmt.Fprintf(&b, "markets:\n  %q: { currency: %s, language: %s, timeZone: %s, paymentProvider: payments-us", x.market, own, pick("language", "en", "es"), zone)
	if own != currency {
		fmt.Fprintf(&b, ", rate: %q", pick("rate", "0.01", "1", "20", "9999.999999999"))
	}
	if included := pick("tax", "", "true", "false"); included != "" {
		fmt.Fprintf(&b, ", tax: { included: %s, rates: [ { name: %q, percent: %s }, { name: B, percent: \"0.0001\" } ] }", included, strings.Repeat("A", 20), pick("percent", "5", `"99.9999"`))
	} else {
		fmt.Fprintf(&b, ", tax: { authorities: [ { name: %q, treatments: [ { treatment: out-of-scope, text: %s } ] } ] }", strings.Repeat("A", 20), words(200))
	}
	fmt.Fprintf(&b, " }\ncustomerTypes:\n  %q: { payment: %s, markets: [%q], label: %s", x.customer, pick("payment", "at-once", "invoice"), x.market, words(100))
	for i := range one("details", 0, ordering.MaxDetails) {
		if name := atLength(fmt.Sprint("d", i), 32); i == 0 {
			fmt.Fprintf(&b, ", details: [ { name: %s, label: %s, hint: %s, required: true }", name, words(100), words(200))
			x.details[name] = strings.Repeat("ж", 100)
		} else {
			fmt.Fprintf(&b, ", { name: %s, label: %s, pattern: %q, required: true }", name, words(100), strings.Repeat("(a)", 66))
			x.details[name] = strings.Repeat("a", 66)
		}
	}
	if len(x.details) > 0 {
		b.WriteString(" ]")
	}
	fmt.Fprintf(&b, " }\norders: { maxPieces: %d, doubleSubmit: %s, keyHold: %s }\n", pieces, pick("doubleSubmit", "0s", "720h"), pick("keyHold", "2h", "720h"))
	fmt.Fprintf(&b, "delivery:\n  %q: { firstDay: %d, days: 60, weekdays: [sun, mon, tue, wed, thu, fri, sat], starts: [%s], capacity: %d }\n",
		x.market, one("firstDay", 0, 60), quarters(one("starts", 1, 96)), one("capacity", 1, 2147483647))
	for i := range one("offers", 0, 1, 9) {
		if i == 0 {
			b.WriteString("offers:\n")
		}
		effect := pick("effect", `percent: "0.0001"`, "amount: cart.pieces - cart.pieces", fmt.Sprintf("free: { sku: %q, quantity: 10 }", x.skus[0]))
		fmt.Fprintf(&b, "  %s: { label: %s, %s }\n", atLength(fmt.Sprint("o", i), 32), words(100), effect)
	}
	x.text = b.String()
	return x
})

// quarters returns n times of day.
func quarters(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%q", fmt.Sprintf("%02d:%02d", i/4, i%4*15)))
	}
	return strings.Join(all, ", ")
}

// dearest sets the highest valid price.
func (x extreme) dearest(t *testing.T) string {
	t.Helper()
	with := func(price int) string { return strings.ReplaceAll(x.text, "PRICE", strconv.Itoa(price)) }
	highest := sort.Search(ordering.MaxTotal, func(n int) bool {
		_, err := rules.Check([]byte(with(n+1)), app.Providers, time.Now())
		return err != nil && strings.Contains(err.Error(), "is too large")
	})
	return with(highest)
}

// buys orders the largest cart and follows it to its delivery.
func (x extreme) buys(s *shop, n int) {
	s.Helper()
	to := fmt.Sprintf("extreme-%d@example.com", n)
	d := draft{
		"name": strings.Repeat("Ω", 200), "email": to, "phone": "+1 212 555 0100", "street": strings.Repeat("é", 200), "city": strings.Repeat("\"", 100),
		"customerType": x.customer, "market": x.market, "products": strings.Join(x.skus, ","), "details": x.details,
	}
	s.call("GET", s.PublicURL+"/catalog?market="+x.market, nil).want(200)
	d["totalPrice"] = s.quote(d).TotalPrice
	made := s.create(d, "Idempotency-Key", to)
	if again := s.create(d, "Idempotency-Key", to); again.OrderID != made.OrderID {
		s.Errorf("made twice: %d and %d", made.OrderID, again.OrderID)
	}
	o := s.arrives(made.OrderID, "STOCKED")
	if !strings.HasPrefix(o.OrderedProducts, strings.Join(x.skus, ",")) || o.TotalPrice <= 0 {
		s.Errorf("it has %d characters of products and costs %d", len(o.OrderedProducts), o.TotalPrice)
	}
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200)
	s.bookFirst(s.deliveryKey(s.mails(to)))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	if mails := s.mails(to); len(mails) != 3 {
		s.Errorf("%d mails", len(mails))
	}
}

// TestWhatPassesCanBeBought: under rules at the limits of validity, the largest cart is ordered and delivered.
func TestWhatPassesCanBeBought(t *testing.T) {
	t.Parallel()
	s := start(t)
	for n := range 10 {
		x := extremes.Example(n)
		s.activate(x.dearest(t), int64(n+1)).want(200)
		x.buys(s, n)
		if t.Failed() {
			t.Fatalf("under rules %d:\n%.3000s", n, x.text)
		}
	}
}

// TestTheLargestOrderPassesThroughAllProcesses: hundreds of different products, under the maximum number of offers.
func TestTheLargestOrderPassesThroughAllProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.run("database", func(c *app.Config) { c.DataDir = t.TempDir() })
	f.run("order")
	f.run("delivery,stock,fraud,approval")
	f.run("email,finance")
	x := extremes.Example(0)
	for n := 0; len(x.skus) < ordering.MaxPieces || x.skus[0] == x.skus[len(x.skus)-1] || len(x.skus[0]) < 32; n++ {
		x = extremes.Example(n)
	}
	x.text, _, _ = strings.Cut(x.text, "offers:\n")
	x.text += "offers:\n"
	for offers := 0; ; offers++ {
		more := x.text + fmt.Sprintf("  o%d: { label: { en: x, es: x }, percent: \"0.0001\" }\n", offers)
		if _, err := rules.Check([]byte(strings.ReplaceAll(more, "PRICE", "10")), app.Providers, time.Now()); err != nil {
			if offers < 5 {
				t.Fatal(err)
			}
			break
		}
		x.text = more
	}
	f.activate(x.dearest(t), 1).want(200)
	f.eventually("the rules are everywhere", func() bool { return f.call("GET", f.PublicURL+"/catalog?market="+x.market, nil).status == 200 })
	x.buys(f.shop, 0)
}

// TestLimitsAreTheSameEverywhere: what repeats a limit of order/limits.go has the same value.
func TestLimitsAreTheSameEverywhere(t *testing.T) {
	field, _ := reflect.TypeFor[ordering.Draft]().FieldByName("Products")
	mailed, _ := reflect.TypeFor[email.MailRequest]().FieldByName("Products")
	if got := field.Tag.Get("maxLength"); got != strconv.Itoa(ordering.MaxProducts) {
		t.Errorf("an order has %s characters of products; want %d", got, ordering.MaxProducts)
	}
	if got := mailed.Tag.Get("maxLength"); got != strconv.Itoa(ordering.MaxProducts+100*10*33) {
		t.Errorf("a mail has %s characters of products", got)
	}
}
