//go:build browser

package browsertest

import "testing"

// TestAddingToTheCartIsSeen: whatever part of the page is in sight, the button answers, the header stays, and a sheet says what is in the cart.
func TestAddingToTheCartIsSeen(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(phone, language)
		p.goTo("/")
		button := `[data-sku="EX001"] .buy button`
		p.says(button, p.word("home.add"))
		p.until(`!document.querySelector("#sheet").checkVisibility()`)
		for _, n := range []string{"1", "2"} {
			p.click(button)
			p.says(button, p.word("home.add.more", "n", n))
			p.inSight(button, ".to-cart", "#badge", "#sheet a")
			name := map[string]string{"en-US": "Exclusive decorative", "es-MX": "Decorativa exclusiva"}[language]
			p.says("#status", p.word("home.added", "name", name, "n", n))
			p.says("#sheet", name+" × "+n)
		}
		p.audit("first page with a cart sheet")
		p.reload()
		p.says(button, p.word("home.add.more", "n", "2"))
		p.click("#sheet a")
		p.at("/cart")
	})
}

// inSight wants elements on the screen as it is, and not covered.
func (p *tab) inSight(selectors ...string) {
	p.Helper()
	for _, selector := range selectors {
		p.until(`(() => {
			const e = document.querySelector(%s), box = e.getBoundingClientRect();
			const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
			return box.top >= 0 && box.bottom <= innerHeight && e.contains(top);
		})()`, selector)
	}
}
