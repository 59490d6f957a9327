//go:build browser

package browsertest

import "testing"

// TestATelephoneNumberHasOneRule: page and shop take what people type and copy, and refuse what has no digits, in the same words.
func TestATelephoneNumberHasOneRule(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, _ := s.ready(language)
		for _, wrong := range []string{"-----", "+1-2", "call me"} {
			p.fill("#phone", wrong)
			p.click("#submit")
			p.wantProblem("phone", p.word("check.phone"))
		}
		p.fill("#phone", "(212)\u00a0555\u20110100 x12")
		p.until(`!document.querySelector("#phone").hasAttribute("aria-invalid")`)
		s.arrives(p.order(), "STOCKED")
	})
}

// TestAMailAddressIsSuggested where its domain is nearly a common one: a suggestion, which may be left.
func TestAMailAddressIsSuggested(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p, _ := start(t).ready(language)
		for typed, meant := range map[string]string{"ana@gmial.com": "ana@gmail.com", "ana@hotmal.com": "ana@hotmail.com", "ana@yahoo.con": "ana@yahoo.com"} {
			p.fill("#email", typed)
			p.press("\t")
			p.says("#suggest-email", p.word("form.email.meant", "address", meant))
		}
		p.audit("form that suggests a mail address")
		p.fill("#email", "ana@gmial.com")
		p.press("\t")
		p.says("#suggest-email", "gmail")
		p.click("#suggest-email")
		p.until(`document.querySelector("#email").value === "ana@gmail.com" && !document.querySelector("#suggest-email").checkVisibility()`)
		for _, right := range []string{"ana@example.com", "ana@gmx.com", "ana@ymail.com"} {
			p.fill("#email", right)
			p.press("\t")
			p.until(`!document.querySelector("#suggest-email").checkVisibility()`)
		}
		p.fill("#email", "ana@gmial.com") // is taken as it is
		p.order()
	})
}
