//go:build browser

package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestALateAnswerClosesNoOtherQuestion: the operator leaves a question whose answer is under way, and is asked the next one. What is
// typed there stays, and is sent when the operator wants it.
func TestALateAnswerClosesNoOtherQuestion(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.stocked("Noted", "US")
	p := s.visit(desktop, "en-US")
	p.operate("/console/orders/1")
	p.inJS(`(() => { const real = window.fetch;
		window.fetch = (to, how) => window.letGo || !String(to).includes("/notes") ? real(to, how) : new Promise((answer) => { window.letGo = () => answer(real(to, how)); });
	})()`)
	p.pressed("#acts", "Add a note")
	p.fill("#ask-note", "the first")
	p.click("#ask-yes")
	p.until(`Boolean(window.letGo)`)
	p.press(kb.Escape)
	p.until(`!document.querySelector("#ask").open`)
	p.pressed("#acts", "Add a note")
	p.fill("#ask-note", "the second")
	p.inJS(`window.letGo()`)
	p.says("#notes", "the first")
	p.until(`document.querySelector("#ask").open && document.querySelector("#ask-note").value === "the second"`)
	p.confirms("A note on order 1")
	p.says("#notes", "the second")
}
