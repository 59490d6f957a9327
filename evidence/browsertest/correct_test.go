//go:build browser

package browsertest

import "testing"

// TestAWrongMailAddressIsCorrectedAndTheMailSentAgain: a support agent corrects what the customer mistyped, is told at the field what is
// still wrong, and sends the mail again, which says what it said and goes to the right address. The page shows what was there before.
func TestAWrongMailAddressIsCorrectedAndTheMailSentAgain(t *testing.T) {
	t.Parallel()
	for _, screen := range []screen{desktop, phone} {
		s := start(t, ofScreen(t, screen))
		s.stocked("Mistyped", "US")
		wrong := mailOf("Mistyped")
		eventually(t, "two mails are sent", func() bool { return s.mails(wrong) == 2 })
		p := s.visit(screen, "en-US")
		p.operate("/console/orders/1")
		p.says("#mails-to", "goes to "+wrong)
		p.pressed("#acts", "Correct the order")
		p.until(`document.querySelector("#correct").open`)
		p.expect("status of 400")
		p.correct(map[string]string{"email": "nobody", "recipientPhone": "no number", "reason": "the customer called"})
		p.says("#correct-email-problem", "must be a mail address")
		p.says("#correct-recipientPhone-problem", "at least three digits")
		p.audit("correction with problems")
		p.correct(map[string]string{"email": "right@example.com", "recipientName": "Nora", "recipientPhone": "+1 212 555 0123", "giftMessage": "Happy birthday"})
		p.until(`!document.querySelector("#correct").open`)
		p.says("#corrections", wrong)
		p.says("#corrections", "the customer called")
		p.says("#timeline", "OrderCorrected")
		p.says("#who", "Happy birthday")
		p.says("#mails-to", "goes to right@example.com")
		p.audit("corrected order")
		p.pressed("#mails", "Send again")
		p.confirms("Send this mail again?")
		p.says("#mails", "sent again")
		if right, old := s.mails("right@example.com"), s.mails(wrong); right != 1 || old != 2 {
			t.Errorf("the right address has %d mails, and the wrong one %d", right, old)
		}
		p.pressed("#troubles", "Renew the links, and mail them to right@example.com")
		p.confirms("Renew the links of order 1?")
		p.until(`document.querySelector("#troubles").children.length === 0`)
		eventually(t, "the new links are mailed", func() bool { return s.mails("right@example.com") == 2 })
	}
}

// correct fills in the form of a correction and sends it.
func (p *tab) correct(fields map[string]string) {
	p.Helper()
	for name, value := range fields {
		p.until(`(() => { const e = document.querySelector("#correct-" + %s); e.value = %s; return true; })()`, name, value)
	}
	p.click("#correct-yes")
}
