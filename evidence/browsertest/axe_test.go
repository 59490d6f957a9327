//go:build browser

package browsertest

import (
	"fmt"
	"os"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("axe-core is not installed: run make setup (%w)", err)
	}
	return string(source), nil
})

// way is a width and a colour in which a state is looked at.
type way struct {
	width  int64
	scheme string
}

// ways are chosen so that each state is seen narrow and wide, in light and in dark, and in each language differently.
var ways = map[string][]way{
	"en-US": {{320, "light"}, {1280, "dark"}},
	"es-MX": {{360, "dark"}, {1280, "light"}},
}

// audit wants that the state which the page is in can be used by everyone: axe-core finds nothing, and nothing is
// wider than the screen.
func (p *tab) audit(state string) {
	p.Helper()
	for _, way := range ways[p.language] {
		p.appear(way.width, way.scheme)
		for _, finding := range p.findings() {
			p.Errorf("%s, %d pixels wide, %s, %s: %s", state, way.width, way.scheme, p.language, finding)
		}
		if wide := js[int64](p, "document.documentElement.scrollWidth"); wide > way.width {
			p.Errorf("%s, %s: is %d pixels wide on a screen of %d", state, p.language, wide, way.width)
		}
	}
	p.appear(p.screen.width, "light")
}

// appear makes the page so wide and light or dark, and waits until it is.
func (p *tab) appear(width int64, scheme string) {
	p.Helper()
	p.resize(screen{width, p.screen.height, p.screen.phone})
	p.until(`matchMedia(%s).matches`, fmt.Sprintf("(width: %dpx)", width))
	p.scheme(scheme)
}

// findings runs axe-core with all rules that are on by default: WCAG's and those of best practice. It runs in the page
// by the debugger, which no Content-Security-Policy stops.
func (p *tab) findings() []string {
	p.Helper()
	source, err := axe()
	if err != nil {
		p.Fatal(err)
	}
	if !js[bool](p, "Boolean(window.axe)") {
		js[chromedp.Void](p, source)
	}
	return js[[]string](p, `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
		violations.flatMap(({ id, nodes }) => nodes.map((n) => id + " at " + n.target + ": " + n.failureSummary)))`)
}
