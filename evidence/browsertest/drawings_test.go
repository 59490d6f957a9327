//go:build browser

package browsertest

import (
	"fmt"
	"testing"
)

// TestAnOldOrderNeverReadsAsAnotherPlant: an order made when LB001 was a Monstera shows a Monstera after the shop has
// activated rules in which it is a bracken; and each plant on sale has its own drawing.
func TestAnOldOrderNeverReadsAsAnotherPlant(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, "{ en: Lush bracken, es: Helecho frondoso }", "{ en: Monstera, es: Monstera }", "drawing: lush-bracken", "drawing: monstera"))
	p := s.visit(desktop, "en-US")
	p.goTo("/")
	p.shows(`[data-sku="LB001"]`, "Monstera", "monstera")
	made := s.create("Old Friend", "US")
	s.activate(example(t, "plants"), 1)
	p.goTo("/")
	for sku, name := range map[string][2]string{
		"LB001": {"Lush bracken", "lush-bracken"}, "LB002": {"Lush big leaf", "lush-big-leaf"}, "EX001": {"Exclusive decorative", "exclusive-decorative"},
		"EX002": {"Exclusive bonsai", "exclusive-bonsai"}, "BB001": {"Basic bonsai", "basic-bonsai"}, "BB002": {"Basic big leaf", "basic-big-leaf"},
		"MO001": {"Monstera", "monstera"}, "FI001": {"Fiddle-leaf fig", "fiddle-leaf-fig"}, "BP001": {"Bird of paradise", "bird-of-paradise"},
		"OT001": {"Orchid tree", "orchid-tree"}, "LU001": {"Lucky bamboo", "lucky-bamboo"}, "FB001": {"Bonsai ficus", "bonsai-ficus"},
	} {
		p.shows(fmt.Sprintf(`[data-sku=%q]`, sku), name[0], name[1])
	}
	p.add("LB001")
	p.toCart()
	p.shows(`[data-sku="LB001"]`, "Lush bracken", "lush-bracken")
	p.goTo(s.trackingPage(made))
	p.view("found")
	p.shows(`[data-sku="LB001"]`, "Monstera", "monstera")
}

// shows waits until a plant has a name and a loaded drawing.
func (p *tab) shows(plant, name, drawing string) {
	p.Helper()
	p.says(plant, name)
	p.inJS(`document.querySelector(%s).scrollIntoView()`, plant+" img")
	p.until(`document.querySelector(%s).src.includes(%s) && document.querySelector(%s).naturalWidth > 0`, plant+" img", "/assets/drawings/"+drawing+".", plant+" img")
}
