//go:build browser

package browsertest

import "testing"

// priceScreenshots takes a picture of each place that explains a price, of a purchase in Canada with the weekend's offer:
// wide, and on a phone in both languages.
func priceScreenshots(t *testing.T, folder string) {
	for _, a := range []struct {
		suffix, language string
		screen           screen
	}{
		{"1280", "en", screen{1280, 1180, false}}, {"360", "en", screen{360, 1500, true}}, {"360-es", "es", screen{360, 1500, true}},
	} {
		s := start(t, under(t, "canada", "b2g", "weekend")) // the code is for each customer once
		p := album{s.visit(a.screen, "en-US"), folder, a.suffix}
		p.scheme("light")
		p.add("LB001", "EX002", "BB001")
		p.inJS(`localStorage.setItem("acme.market", '"CA"')`)
		p.click(`[data-language="` + a.language + `"]`)
		p.speaks(a.language)
		p.toCart()
		p.gives("weekend")
		p.says("[data-code]", map[string]string{"en": "applies", "es": "vale"}[a.language])
		p.write(inCanada(ann, "British Columbia", "V6B 1A1"))
		p.picture("cart-price")
		id := p.order()
		s.arrives(id, "STOCKED")
		p.click("#track a")
		p.at("/order")
		p.view("found")
		p.picture("order-price")
		if a.language != "en" {
			continue // a mail is in the language of its market
		}
		mail := p.readsMail(ann, "OrderCreated")
		mail.says("body", "PST 7%")
		album{mail, folder, a.suffix}.picture("mail-price")
	}
}
