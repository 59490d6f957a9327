//go:build browser

package browsertest

import (
	"testing"
)

// TestAPlantsPage: a card leads to it, it tells what is known of the plant in the price of the market, and puts the plant into the cart,
// whose line leads back.
func TestAPlantsPage(t *testing.T) {
	t.Parallel()
	for language, want := range map[string]struct{ name, light, price, path string }{
		"en-US": {"Lush bracken", "Shade, without direct sun", "$150 USD", "/plants/LB001-lush-bracken"},
		"es-MX": {"Helecho frondoso", "Sombra, sin sol directo", "$3,000 MXN", "/plants/LB001-lush-bracken"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			p := start(t).visit(desktop, language)
			p.goTo("/")
			p.says(`[data-sku="LB001"]`, want.name)
			p.inJS(`document.querySelector('[data-sku="LB001"] h3 a').click()`)
			p.until(`location.pathname === %s && document.readyState === "complete"`, want.path)
			p.says("h1", want.name)
			p.says(".facts", want.light)
			p.says("#price", want.price)
			p.until(`!document.querySelector("#add").hidden && !document.querySelector("#earliest").hidden`)
			p.until(`document.querySelector(".pictures img").naturalWidth > 0`)
			p.audit("the page of a plant")
			p.inJS(`document.querySelector("#add").click()`)
			p.says("#sheet-lines", want.name)
			p.says("#badge", "1")
			p.audit("the page of a plant in the cart")
			p.goTo("/cart")
			p.until(`document.querySelector(".line h2 a")?.pathname === %s`, want.path)
			p.goTo(want.path + "?lang=es")
			p.says("h1", "Helecho frondoso")
		})
	}
}
