//go:build browser

package browsertest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// example returns the built-in rules with examples applied. The weekend of the offer is now.
func example(t *testing.T, names ...string) string {
	t.Helper()
	text, err := examples.Over(rules.Default, names...)
	if err != nil {
		t.Fatal(err)
	}
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format("2006-01-02") }
	return strings.NewReplacer("2026-11-28", day(-2), "2026-11-30", day(2)).Replace(string(text))
}

// under starts a shop with such rules.
func under(t *testing.T, names ...string) func(*app.Config) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(example(t, names...)), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = path }
}

// activate activates rules as an operator does, in a shop whose last version is expect.
func (s *shop) activate(text string, expect int64) {
	s.Helper()
	s.call("POST", s.PrivateURL+"/rules/activate", map[string]any{"text": text, "expect": expect}, &struct{}{})
}

// readsMail opens the mail about an event, as the viewer's frame shows it.
func (p *tab) readsMail(c customer, about string) *tab {
	p.Helper()
	eventually(p.T, "the mail is there", func() bool { return p.shop.mails(c.email()) >= 1 })
	viewer := p.another()
	viewer.goTo(p.shop.PrivateURL + "/mail?q=" + c.email())
	viewer.click(`.mails a[href$=".email.` + about + `"]`)
	viewer.until(`location.pathname.startsWith("/mail/") && document.querySelector("iframe")?.checkVisibility()`)
	viewer.settled()
	viewer.goTo(js[string](viewer, `document.querySelector("iframe").src`))
	return viewer
}

// priced waits until the cart shows the shop's latest price.
func (p *tab) priced() {
	p.Helper()
	p.until(`document.querySelector("#priced").dataset.price === "known"`)
}

// gives types a code, after the price is shown, since a gift moves the field.
func (p *tab) gives(code string) {
	p.Helper()
	p.priced()
	p.fill("#code", code)
	p.press("\r")
	p.until(`Boolean(document.querySelector('[data-code="' + %s + '"]'))`, strings.ToUpper(code))
	p.priced()
}

// bill wants these rows between the lines and the total, in this order.
func (p *tab) bill(rows ...string) {
	p.Helper()
	p.until(`[...document.querySelectorAll("#bill > div")].map((r) => r.innerText.replaceAll("\u00a0", " ").replaceAll("\n", " ")).join("; ") === %s`, strings.Join(rows, "; "))
}

// TestANewMarketOnMonday: Canada is activated while a customer looks at the cart; the customer buys in it, in its
// currency, with the taxes of where the plants go.
func TestANewMarketOnMonday(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p := s.visit(desktop, language)
		p.add("LB001", "BB002", "BB002")
		p.toCart()
		p.priced()
		s.activate(example(t, "canada"), 1)
		p.reload()
		p.settled()
		p.click(`input[value="CA"]`)
		p.says("#total", "$627.20 CAD")
		p.bill("Subtotal $560 CAD", "GST 5% $28 CAD", "PST 7% $39.20 CAD")
		p.audit("cart in Canada")
		p.write(inCanada(ann, "Quebec", "H2X 1Y4"))
		p.bill("Subtotal $560 CAD", "GST 5% $28 CAD", "QST 9.975% $55.86 CAD")
		p.says("#submit-total", "$643.86 CAD")
		p.write(inCanada(ann, "BC", "V6B 1A1"))
		p.says("#submit-total", "$627.20 CAD")
		id := p.order()
		p.says("#order-number", "$627.20 CAD")
		p.booked(ann, id)
		p.says("#total", "$627.20 CAD")
		p.bill("Subtotal $560 CAD", "GST 5% $28 CAD", "PST 7% $39.20 CAD")
		p.says("#items", "$350 CAD")
		mail := p.readsMail(ann, "OrderCreated")
		mail.says("body", "PST 7%")
		mail.says("body", "$39.20 CAD")
		if o := s.order(id); o.CustomerMarket != "CA" || o.Amount != 62720 {
			t.Errorf("order %+v", o)
		}
	})
}

// inCanada is a customer with an address there.
func inCanada(c customer, region, postalCode string) customer {
	c.region, c.postalCode = region, postalCode
	return c
}

// TestAPublicBody buys by invoice, with a reference whose check digit is correct.
func TestAPublicBody(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, under(t, "canada", "b2g"))
		p := s.visit(desktop, language)
		p.expect("status of 400", "Problem: ")
		p.add("BB001")
		p.toCart()
		p.click(`input[value="B2G"]`)
		p.until(`document.querySelector("input[value=CA]").checked && document.querySelector("input[value=US]").disabled`)
		p.says("#customerType label:has(:checked)", map[string]string{"en-US": "A public body", "es-MX": "Un organismo público"}[language])
		p.says("#payment", p.word("form.pay.invoice"))
		p.says("#total", "$235.20 CAD")
		p.write(inCanada(ann, "British Columbia", "V6B 1A1"))
		p.click("#submit")
		p.wantProblem("details.reference", p.word("check.required"))
		p.audit("public body without a reference")
		p.fill(`[id="details.reference"]`, "12345")
		p.click("#submit")
		p.wantProblem("details.reference", p.word("check.detail", "hint", map[string]string{"en-US": "Ten digits", "es-MX": "Diez dígitos"}[language]))
		p.fill(`[id="details.reference"]`, "1234567890")
		p.click("#submit")
		p.wantProblem("details.reference", map[string]string{"en-US": "check digit", "es-MX": "Diez dígitos"}[language])
		p.until(`document.activeElement.id === "details.reference"`)
		p.audit("reference whose check digit is wrong")
		p.fill(`[id="details.reference"]`, "1234567897")
		id := p.order()
		s.arrives(id, "STOCKED")
		if o := s.order(id); o.CustomerType != "B2G" || o.Amount != 23520 || s.done("payments-us") != 0 {
			t.Errorf("order %+v, %d charges", o, s.done("payments-us"))
		}
	})
}

// TestAnOfferForTheWeekend: its name is shown in the cart, in the mail and on the order's page; the same customer cannot
// use the code twice.
func TestAnOfferForTheWeekend(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, under(t, "weekend"))
		p, c := s.visit(desktop, language), local(language)
		p.add("LB001", "EX002")
		p.toCart()
		p.gives("nonsense")
		p.says(`[data-code="NONSENSE"]`, p.word("code.unknown"))
		p.click(`[data-code="NONSENSE"] button`)
		p.gives("weekend")
		p.says(`[data-code="WEEKEND"]`, p.word("code.applied"))
		p.click(`[data-part="more-EX002"]`)
		label, money := p.weekend()
		p.says(`[data-sku="EX002"] .why`, label+": −"+money(10000))
		p.says("[data-gift=BB002] .sum", p.word("bill.free"))
		gift := map[string]string{"en-US": "A big leaf with three plants", "es-MX": "Una hoja grande con tres plantas"}[language]
		p.bill(p.word("bill.subtotal")+" "+money(127500), label+" −"+money(11500), gift+" −"+money(12500))
		p.says("#cart-status", p.word("cart.changed", "name", p.text(`[data-sku="EX002"] h2`), "n", "2", "total", money(103500)))
		p.audit("cart with an offer and a gift")
		p.write(c)
		id := p.order()
		s.arrives(id, "STOCKED")
		p.click("#track a")
		p.at("/order")
		p.says(`#items [data-sku="LB001"] .why`, label+": −"+money(1500))
		p.says("#total", money(103500))
		p.audit("order with an offer and a gift")
		p.readsMail(c, "OrderCreated").says("body", label)
		p.add("BB001")
		p.toCart()
		p.write(c)
		p.gives("weekend")
		p.says(`[data-code="WEEKEND"]`, p.word("code.used-up"))
		p.says("#total", money(15000))
		p.audit("code that is used up")
		p.order()
	})
}

// weekend returns the name of the weekend's offer, and the format of money, in the tab's language.
func (p *tab) weekend() (label string, money func(cents int) string) {
	label = map[string]string{"en-US": "Weekend offer, 10% off", "es-MX": "Oferta de fin de semana, 10%"}[p.language]
	return label, func(cents int) string {
		currency, units := "USD", cents/100
		if p.language == "es-MX" {
			currency, units = "MXN", units*20
		}
		text := fmt.Sprint(units)
		if len(text) > 3 {
			text = text[:len(text)-3] + "," + text[len(text)-3:]
		}
		return "$" + text + " " + currency
	}
}

// TestPricesThatChangeBeforeTheOrder: the customer must confirm the new price.
func TestPricesThatChangeBeforeTheOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		p.expect("status of 400", "Problem: ")
		p.priced()
		s.activate(strings.Replace(string(rules.Default), "price: 15000", "price: 16000", 1), 1)
		p.click("#submit")
		p.problem("check.totalPrice")
		_, money := p.weekend()
		p.says("#total", money(31000))
		p.audit("new price")
		p.wantTyped(c)
		if o := s.order(p.order()); o.Amount != map[string]int64{"en-US": 31000, "es-MX": 620000}[language] {
			t.Errorf("order %+v", o)
		}
	})
}

// TestACodeThatIsUsedUpMeanwhile: its last use goes to another customer between the price and the order; this one must
// confirm again.
func TestACodeThatIsUsedUpMeanwhile(t *testing.T) {
	t.Parallel()
	s := start(t, under(t, "weekend"))
	s.activate(strings.Replace(example(t, "weekend"), "limit: 100", "limit: 1", 1), 1)
	p := s.visit(desktop, "en-US")
	p.expect("status of 400", "Problem: ")
	p.add("BB001")
	p.toCart()
	p.write(ann)
	p.gives("weekend")
	p.says("#total", "$135 USD")
	s.call("POST", s.PublicURL+"/createOrder", map[string]any{
		"name": "Quick", "email": "quick@example.com", "phone": "123", "street": "s", "city": "c", "customerType": "B2C", "market": "US",
		"products": "BB001", "totalPrice": 13500, "codes": []string{"WEEKEND"},
	}, &struct{}{})
	p.click("#submit")
	p.problem("check.codes")
	p.says("#problem-codes", p.word("check.codes"))
	p.says(`[data-code="WEEKEND"]`, p.word("code.used-up"))
	p.says("#total", "$150 USD")
	p.audit("code that was used up meanwhile")
	if o := s.order(p.order()); o.Amount != 15000 {
		t.Errorf("order %+v", o)
	}
}

// TestNoOrderWithoutAPrice: while the shop returns no price, none is shown, and nothing can be ordered.
func TestNoOrderWithoutAPrice(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		_, money := p.weekend()
		p.says("#total", money(30000))
		p.expect("Problem: no-price")
		p.cut("/quote", atRequest, 1_000_000)
		p.click(`[data-part="more-BB001"]`)
		p.says("#no-price", p.word("problem.price"))
		p.says("#total", "–")
		p.audit("cart without a price")
		p.click("#submit")
		p.problem("problem.price")
		p.mend()
		p.click("#ask-again")
		p.says("#total", money(45000))
		p.order()
		s.wantOneOrder(c.email())
	})
}

// TestTheNewestPriceWins: the answer to an older request comes last, and is not shown.
func TestTheNewestPriceWins(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001")
	p.toCart()
	p.says("#total", "$150 USD")
	p.inJS(`(() => { const really = fetch; window.answered = 0; window.fetch = (...asked) => really(...asked).finally(() => window.answered++); })()`)
	held, release := p.holdFirst("/quote")
	p.click(`[data-part="more-BB001"]`)
	p.until(`document.querySelector("#priced").dataset.price === "asking" && document.querySelector("#total").textContent === "…"`)
	select {
	case <-held: // the page waits a little before it asks, and drops that request when it changes again
	case <-p.ctx.Done():
		t.Fatal("the price was never asked for")
	}
	p.click(`[data-part="more-BB001"]`)
	p.says("#total", "$450 USD")
	release()
	p.until(`window.answered >= 2`)
	p.says("#total", "$450 USD")
	p.says("#submit-total", "$450 USD")
}

// TestAnOrderThatIsChecked waits for the partner's answer, tells its customer so, and continues by itself.
func TestAnOrderThatIsChecked(t *testing.T) {
	t.Parallel()
	shared := strings.Repeat("shared with the partners ", 2)
	s := start(t, under(t, "fraud"), func(c *app.Config) { c.ScreeningSecret = []app.Secret{app.Secret(shared)} })
	s.turn("screening", map[string]any{"answerLater": 3_600_000})
	p := s.visit(desktop, "en-US")
	p.add("EX002", "EX002", "EX001")
	p.toCart()
	p.says("#total", "$1,300 USD")
	p.write(ann)
	id := p.order()
	s.arrives(id, "IN_REVIEW")
	p.click("#track a")
	p.at("/order")
	for _, p.language = range []string{"es-MX", "en-US"} { // the order's texts in both languages
		p.click(`[data-language="` + p.language[:2] + `"]`)
		p.speaks(p.language[:2])
		p.says("#headline", p.word("order.in-review"))
		p.says("#steps [aria-current]:nth-child(2)", p.word("order.step.review"))
		p.until(`document.querySelectorAll("#steps .done").length === 1 && document.querySelectorAll("#steps li").length === 5`)
		p.audit("order in review")
	}
	s.answers(shared, fmt.Sprintf(`{"type":"check.passed","data":{"orderId":%d}}`, id))
	p.says("#headline", p.word("order.stocked"))
	p.says("#steps .done:nth-child(2)", p.word("order.step.reviewed"))
	p.audit("order after its review")
}

// answers sends the fraud check's callback.
func (s *shop) answers(secret, body string) {
	s.Helper()
	signer, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	if err != nil {
		s.Fatal(err)
	}
	at := time.Now()
	signature, err := signer.Sign("msg_1", at, []byte(body))
	if err != nil {
		s.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.Context(), "POST", s.PublicURL+"/callbacks/screening", strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for name, value := range map[string]string{"id": "msg_1", "timestamp": fmt.Sprint(at.Unix()), "signature": signature} {
		request.Header.Set("webhook-"+name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusNoContent {
		s.Fatalf("%v, %v", answer, err)
	}
}
