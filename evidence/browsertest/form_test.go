//go:build browser

package browsertest

import (
	"strconv"
	"testing"
	"time"

	"acme.example/webshop/app"
)

func TestProblemsStandBesideTheirFields(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p := s.visit(desktop, language)
		p.add("BB001")
		p.toCart()
		p.click("#submit")
		p.wantProblem("name", p.word("check.required"))
		p.until(`document.activeElement.id === "name"`)
		empty := map[string]int{"en-US": 7, "es-MX": 8}[language]
		p.says("#order-problem", p.word("check.look.other", "n", strconv.Itoa(empty)))
		p.audit("form with nothing filled in")
		p.fill("#city", "B")
		p.says("#order-problem", p.word("check.look.other", "n", strconv.Itoa(empty-1))) // a corrected field loses its error at once
		p.write(local(language))
		p.until(`!document.querySelector("[aria-invalid]") && !document.querySelector("#order-problem").checkVisibility()`)
		p.fill("#email", "nobody")
		p.click("#submit")
		p.wantProblem("email", p.word("check.email"))
		p.until(`document.activeElement.id === "email" && document.querySelectorAll("[aria-invalid]").length === 1`)
		if s.done("stockist") != 0 || s.done("payments-us")+s.done("payments-mx") != 0 {
			t.Error("an order was made")
		}
	})
}

// TestProblemsThatOnlyTheShopFinds sends what the page's own check accepts.
func TestProblemsThatOnlyTheShopFinds(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p, c := start(t).ready(language)
		p.expect("status of 400", "Problem: ")
		p.fill("#email", "a@b@c")
		p.inJS(`document.querySelector("#email").value = "ann@exa mple..com".replace(" ", "")`)
		p.click("#submit")
		p.until(`document.querySelector("#problem-email").checkVisibility()`)
		p.wantProblem("email", p.text("#problem-email"))
		p.audit("form with a problem from the shop")
		p.fill("#email", c.email())
		p.order()
	})
}

// wantProblem wants a text beside a field, connected with it for screen readers.
func (p *tab) wantProblem(field, text string) {
	p.Helper()
	p.says(`[id="problem-`+field+`"]`, text)
	p.until(`(() => { const f = document.getElementById(%s); return f.getAttribute("aria-invalid") === "true" &&
		f.getAttribute("aria-describedby").split(" ").includes("problem-" + f.id); })()`, field)
}

func TestABusinessIsNotOfferedMexico(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p := s.visit(desktop, language)
		p.add("BB001")
		p.toCart()
		p.click(`input[value="B2B"]`)
		p.until(`document.querySelector("input[value=MX]").disabled && document.querySelector("input[value=US]").checked`)
		p.says("#hint-market", p.word("form.market.only", "markets", map[string]string{"en-US": "United States", "es-MX": "Estados Unidos"}[language]))
		p.says("#total", "$150 USD")
		p.audit("cart of a business")
		p.write(firm)
		p.fill("#orgNumber", "12345")
		p.click("#submit")
		p.wantProblem("orgNumber", p.word("check.orgNumber", "digits", "6–20"))
		p.audit("organization number that is too short")
		p.fill("#orgNumber", "12-3456789")
		p.fill(`[id="details.purchaseOrder"]`, "PO 7/2026")
		o := s.order(p.order())
		if o.Organization != "123456789" || o.Terms.Details["purchaseOrder"] != "PO 7/2026" {
			t.Errorf("order %+v", o)
		}
	})
}

func TestADeclinedPaymentSaysSoAndKeepsTheForm(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		p.expect("status of 402", "Problem: the payment was declined")
		for _, provider := range []string{"payments-us", "payments-mx"} {
			s.turn(provider, map[string]any{"declineRate": 1})
		}
		p.click("#submit")
		p.problem("problem.declined")
		p.wantTyped(c)
		p.says("#badge", "2")
		p.audit("declined payment")
		for _, provider := range []string{"payments-us", "payments-mx"} {
			s.turn(provider, map[string]any{})
		}
		s.arrives(p.order(), "STOCKED")
	})
}

func TestADoubleClickMakesOneOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	p, c := s.ready("en-US")
	p.doubleClick("#submit")
	p.at("/success")
	s.wantOneOrder(c.email())
}

func TestAnImpatientCustomerMakesOneOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		s.turn("payments-us", map[string]any{"latency": 500})
		s.turn("payments-mx", map[string]any{"latency": 500})
		release := p.hold("/createOrder")
		p.click("#submit")
		p.until(`document.querySelector("#order").getAttribute("aria-busy") === "true" && document.querySelector("#submit").getAttribute("aria-disabled") === "true"`)
		p.says("#submit", p.word("form.sending"))
		p.audit("order on its way")
		p.click("#submit")
		p.doubleClick("#submit")
		release()
		p.at("/success")
		s.wantOneOrder(c.email())
	})
}

// TestAPaymentInDoubt: the provider answers neither the charge nor the query after it.
func TestAPaymentInDoubt(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, func(c *app.Config) { c.PartnerTimeout = time.Second })
		p, c := s.ready(language)
		p.expect("status of 503", "status of 409", "Problem: ")
		for _, provider := range []string{"payments-us", "payments-mx"} {
			s.turn(provider, map[string]any{"latency": 60000})
		}
		p.click("#submit")
		p.says("#progress[role=status]", p.word("form.waiting"))
		p.audit("waiting for the payment provider")
		p.problem("problem.in-doubt")
		p.says("#open-order a", p.word("problem.follow"))
		p.wantTyped(c)
		p.audit("payment in doubt")
		for _, provider := range []string{"payments-us", "payments-mx"} {
			s.turn(provider, map[string]any{})
		}
		p.click("#submit") // asks about the same order: its charge was never made, and is made now
		p.at("/success")
		s.arrives(p.orderNumber(), "STOCKED")
		s.wantOneOrder(c.email())
	})
}
