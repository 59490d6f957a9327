//go:build browser

package browsertest

import "testing"

// TestStepsAreTheCustomers wants the four steps that a customer knows, and not those of the shop's bookkeeping.
func TestStepsAreTheCustomers(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		s.soldOut()
		made := s.create("Four Steps", home[language])
		p := s.visit(desktop, language)
		p.goTo(s.trackingPage(made))
		p.wantSteps("paid", "*potting", "ready", "delivered")
		s.restock(made.OrderID)
		p.wantSteps("paid", "potted", "*ready", "delivered")
		s.book(made.OrderID, s.times(home[language])[4])
		p.until(`document.querySelectorAll("#steps .done").length === 3`)
		p.until(`document.querySelectorAll("#steps li").length === 4`)
		p.says(`#steps [aria-current][data-event="Delivered"]`, p.text("#headline")[len(p.text("#headline"))-5:])
	})
}

// wantSteps wants steps with these names, in this order; the current one has an asterisk, and those before it are done.
func (p *tab) wantSteps(names ...string) {
	p.Helper()
	state := "done"
	for i, name := range names {
		if name[0] == '*' {
			name, state = name[1:], "current"
		}
		p.until(`(() => {
			const steps = document.querySelectorAll("#steps li"), step = steps[%s];
			const state = step?.ariaCurrent ? "current" : step?.className;
			return steps.length === %s && state === %s && step.querySelector(".name").firstChild.data === %s;
		})()`, i, len(names), state, p.word("order.step."+name))
		if state == "current" {
			state = "waiting"
		}
	}
}

// TestACancelledOrderWearsNoLeaf: what came to nothing does not look like what went well.
func TestACancelledOrderWearsNoLeaf(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("No Leaf", home[language])
		s.cancel(made.OrderID)
		p := s.visit(desktop, language)
		p.goTo(s.trackingPage(made))
		p.says(`#steps .lost[data-event="OrderCancelled"]`, p.word("order.step.cancelled"))
		p.until(`document.querySelectorAll("#steps li.done").length === 2 && !document.querySelector("#steps .waiting")`)
		p.audit("steps of a cancelled order")
	})
}
