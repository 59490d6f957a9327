//go:build browser

package browsertest

import "testing"

// TestAMailThatBouncedIsSeenAndSentAgain: the alert leads to the order, whose page says by the mail why it bounced. Once the address is
// corrected and the mail sent again, the page says that it has arrived, and the alert is over.
func TestAMailThatBouncedIsSeenAndSentAgain(t *testing.T) {
	t.Parallel()
	for _, screen := range []screen{desktop, phone} {
		s := start(t)
		s.stocked("Bounce", "US") // to bounce@example.com
		p := s.visit(screen, "en-US")
		p.operate("/console/orders/1")
		p.says("#mails", "bounced: mailbox does not exist")
		p.audit("order whose mail bounced")
		p.operate("/console")
		p.says(`[data-rule="mail-bounced"] h2`, "Mail to order 1 bounced: the customer does not hear of us")
		p.audit("console with a mail that bounced")
		p.operate("/console/orders/1")
		p.pressed("#acts", "Correct the order")
		p.until(`document.querySelector("#correct").open`)
		p.correct(map[string]string{"email": "confirm+ann@example.com", "reason": "the customer called"})
		p.until(`!document.querySelector("#correct").open`)
		p.says("#mails-to", "goes to confirm+ann@example.com")
		p.pressed("#mails", "Send again")
		p.confirms("Send this mail again?")
		p.says("#mails", "delivered")
		p.operate("/console")
		p.until(`!document.querySelector('[data-rule="mail-bounced"]')`)
	}
}
