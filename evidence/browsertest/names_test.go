//go:build browser

package browsertest

import "testing"

func TestEveryPageUnderEachOfItsNames(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		for path, title := range map[string]string{
			"/": "home.title", "/index.html": "home.title", "/cart": "cart.title", "/cart.html": "cart.title",
			"/success": "success.title", "/success.html": "success.title", "/order": "order.title", "/order.html": "order.title",
			"/delivery": "delivery.title", "/delivery.html": "delivery.title",
		} {
			p.goTo(path)
			if got, want := js[string](p, "document.title"), p.word(title)+" · ACME"; got != want {
				t.Errorf("%s is titled %q, want %q", path, got, want)
			}
		}
		p.goTo("/")
		p.audit("first page")
		p.goTo("/success")
		p.audit("thanks without an order")
	})
}

func TestNowhere(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		p.expect("status of 404")
		p.goTo("/no/such/page")
		p.says("h1", p.word("lost.title"))
		p.audit("no page")
		p.click("main a")
		p.at("/")
	})
}

func TestTheLanguageCanBeSwitchedOnEveryPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.stocked("Polyglot", "US")
	p := s.visit(desktop, "en-US")
	p.expect("status of 404")
	p.add("BB001")
	p.goTo("/cart")
	p.fill("#name", "Ann")
	for _, path := range []string{"/", "/cart", s.deliveryPage(made.OrderID), s.trackingPage(made), "/success", "/nowhere"} {
		p.goTo(path)
		p.speak("es")
		p.speak("en")
	}
	p.goTo("/cart")
	if name := js[string](p, `document.querySelector("#name").value`); name != "Ann" {
		t.Errorf("after the switch, the form says %q", name)
	}
	p.speak("es")
	p.goTo("/")
	p.until(`document.documentElement.lang === "es"`) // it is kept
}

// speak presses a language's button.
func (p *tab) speak(language string) {
	p.Helper()
	p.click(`button[data-language="` + language + `"]`)
	p.until(`document.documentElement.lang === %s && document.querySelector("button[aria-pressed=true][data-language]").dataset.language === %s`, language, language)
	p.settled()
}

// TestWithoutMotion: customers who prefer reduced motion get none.
func TestWithoutMotion(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	made := s.create("Dizzy", "US")
	p := s.visit(desktop, "en-US")
	p.scheme("light") // also prefers reduced motion
	p.goTo(s.trackingPage(made))
	p.view("found")
	if n := js[int](p, `document.getAnimations().length`); n != 0 {
		t.Errorf("%d things move", n)
	}
}
