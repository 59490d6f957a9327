//go:build browser

package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// longest is how long a test may keep a tab open, in case it hangs. The longest test takes seconds, or a minute on a busy
// machine.
const longest = 5 * time.Minute

// screen is a customer's screen.
type screen struct {
	width, height int64
	phone         bool // with touch instead of a mouse
}

var (
	desktop = screen{1280, 800, false}
	phone   = screen{360, 740, true}
)

// tab is a browser tab on a shop.
type tab struct {
	*testing.T
	ctx      context.Context
	shop     *shop
	screen   screen
	language string // requested by the browser
	console  *console
}

// visit opens a browser with an empty profile.
func (s *shop) visit(screen screen, language string) *tab {
	s.Helper()
	return s.open(browser, screen, language, chromedp.WithNewBrowserContext())
}

// another opens a second tab in the same browser.
func (p *tab) another() *tab {
	p.Helper()
	return p.shop.open(p.ctx, p.screen, p.language)
}

func (s *shop) open(parent context.Context, screen screen, language string, how ...chromedp.ContextOption) *tab {
	s.Helper()
	c := &console{}
	bounded, end := context.WithTimeout(parent, longest)
	s.Cleanup(end)
	ctx, closeTab := chromedp.NewContext(bounded, append(how, chromedp.WithListener(c.hear))...)
	s.Cleanup(closeTab)
	p := &tab{T: s.T, ctx: ctx, shop: s, screen: screen, language: language, console: c}
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first use
		s.Fatal(err)
	}
	p.setUp()
	s.Cleanup(func() { c.judge(s.T) })
	return p
}

// setUp gives the tab a customer's screen and language. A background tab has the focus too, so that tests can run in
// parallel.
func (p *tab) setUp() {
	p.Helper()
	p.resize(p.screen)
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: agent, AcceptLanguage: p.language,
		})
		return err
	}, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})
}

func (p *tab) resize(to screen) {
	p.Helper()
	p.run(chromedp.EmulateViewport(to.width, to.height, func(d *emulation.SetDeviceMetricsOverrideParams, t *emulation.SetTouchEmulationEnabledParams) {
		d.Mobile, t.Enabled = to.phone, to.phone
	}))
}

// scheme switches between "light" and "dark".
func (p *tab) scheme(name string) {
	p.Helper()
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
	p.until(`matchMedia(%s).matches`, "(prefers-color-scheme: "+name+") and (prefers-reduced-motion: reduce)")
}

// run runs actions, which must succeed.
func (p *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.fail("%v", err)
	}
}

// do runs commands of the browser's own protocol.
func (p *tab) do(commands ...func(context.Context) error) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for _, command := range commands {
		if err := command(ctx); err != nil {
			p.fail("%v", err)
		}
	}
}

// js evaluates an expression in the page.
func js[T any](p *tab, expression string, args ...any) T {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](scripted(expression, args...), chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail("%s: %v", scripted(expression, args...), err)
	}
	return got
}

// scripted inserts values into a script, each as a literal for a %s.
func scripted(script string, args ...any) string {
	if len(args) == 0 {
		return script
	}
	literals := make([]any, len(args))
	for i, arg := range args {
		text, _ := json.Marshal(arg) // texts and numbers only: they cannot fail
		literals[i] = string(text)
	}
	return fmt.Sprintf(script, literals...)
}

// until waits until an expression is true.
func (p *tab) until(expression string, args ...any) {
	p.Helper()
	script := scripted(expression, args...)
	p.wait(script, func(ctx context.Context) (bool, error) {
		return chromedp.Run(ctx, chromedp.Evaluate[bool](script))
	})
}

// wait repeats a check until it holds, through reloads and new pages, which may interrupt it.
func (p *tab) wait(what string, holds func(context.Context) (bool, error)) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for ; ; time.Sleep(15 * time.Millisecond) {
		held, err := holds(ctx)
		if held && err == nil {
			return
		}
		if ctx.Err() != nil {
			p.fail("not within %s: %s (%v)", patience, what, err)
		}
	}
}

// fail ends the test with the page's text; go test -artifacts keeps a picture of it.
func (p *tab) fail(format string, args ...any) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	shown, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot()); err == nil {
		_ = os.WriteFile(filepath.Join(p.ArtifactDir(), "failed.png"), picture, 0o600) // best effort: the test fails in any case
	}
	p.Fatalf(format+"\nthe page: %s\nits console: %q", append(args, shown, p.console.all())...)
}
