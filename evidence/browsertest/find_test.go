//go:build browser

package browsertest

import (
	"regexp"
	"strconv"
	"testing"
)

// orderLink matches the link to an order's own page.
var orderLink = regexp.MustCompile(`/order\?key=`)

// newestLink returns the link to an order in the newest mail to an address.
func (s *shop) newestLink(to string) (link string) {
	s.Helper()
	var list struct{ Mails []struct{ ID string } }
	s.call("GET", s.PrivateURL+"/mail?format=json&to="+to, nil, &list)
	var mail struct{ Links []string }
	s.call("GET", s.PrivateURL+"/mail/"+list.Mails[0].ID+"?format=json", nil, &mail)
	for _, address := range mail.Links {
		if orderLink.MatchString(address) {
			link = address
		}
	}
	if link == "" {
		s.Fatalf("the newest mail to %s has no link to its order: %v", to, mail.Links)
	}
	return link
}

// TestALostLinkIsFoundAgain on a phone and a desktop, in English and Spanish; the support desk's new links end the earlier ones.
func TestALostLinkIsFoundAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		screen                 screen
		language, market, name string
	}{{phone, "en-US", "US", "Lost Phone"}, {desktop, "es-MX", "MX", "Lost Desktop"}} {
		made := s.stocked(c.name, c.market)
		eventually(t, "both mails are there", func() bool { return s.mails(mailOf(c.name)) == 2 })
		p := s.visit(c.screen, c.language)
		p.goTo("/order?key=lost")
		p.view("bad-link")
		p.expect("status of 401", "this takes the signed link")
		p.click(`[data-view="bad-link"] a.button`)
		p.at("/find")
		p.audit("find my order")
		p.fill("#email", mailOf(c.name))
		p.click("#find button")
		p.says("#news", p.word("find.sent"))
		eventually(t, "the link is mailed again", func() bool { return s.mails(mailOf(c.name)) == 3 })
		found := s.newestLink(mailOf(c.name))
		p.goTo(found)
		p.says("#number", p.word("order.number", "id", strconv.FormatInt(made.OrderID, 10)))
		s.call("POST", s.PrivateURL+"/renewLink", map[string]int64{"orderId": made.OrderID}, &struct{}{})
		p.goTo(found)
		p.view("replaced")
		p.expect("status of 401", "replaced by a newer one")
		p.goTo(s.newestLink(mailOf(c.name)))
		p.says("#number", p.word("order.number", "id", strconv.FormatInt(made.OrderID, 10)))
	}
}

// TestEachPageNamesWhomToAsk, as the market of the customer or of the order does.
func TestEachPageNamesWhomToAsk(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Curious", "MX")
		p := s.visit(phone, language)
		here := map[string]string{"US": "help@acme.example", "MX": "ayuda@acme.example"}[home[language]]
		for path, whom := range map[string]string{"/": here, "/cart": here, "/find": here, s.trackingPage(made): "ayuda@acme.example"} {
			p.goTo(path)
			p.until(`document.querySelector("#contact a")?.href === "mailto:` + whom + `"`)
		}
	})
}
