//go:build browser

package browsertest

import (
	"fmt"
	"os"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe returns the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("axe-core is not installed: run make setup (%w)", err)
	}
	return string(source), nil
})

// way is a width and colour scheme in which a state is checked.
type way struct {
	width  int64
	scheme string
}

// ways are chosen so that each state is checked narrow and wide, in light and in dark, and in each language differently.
var ways = map[string][]way{
	"en-US": {{320, "light"}, {1280, "dark"}},
	"es-MX": {{360, "dark"}, {1280, "light"}},
}

// audit checks that everyone can use the page's state: axe-core finds nothing, and nothing is wider than the screen.
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

// appear sets the page's width and colour scheme, and waits for it.
func (p *tab) appear(width int64, scheme string) {
	p.Helper()
	p.resize(screen{width, p.screen.height, p.screen.phone})
	p.until(`matchMedia(%s).matches`, fmt.Sprintf("(width: %dpx)", width))
	p.scheme(scheme)
}

// findings runs axe-core with its default rules: WCAG's and best practices. It runs in the page through the debugger,
// which ignores the Content-Security-Policy.
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
