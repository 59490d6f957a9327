//go:build browser

package browsertest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// The test always takes the pictures, so that the command cannot rot; the flag says where to keep them.
var screenshots = flag.String("screenshots", "", "folder to keep the screenshots of the docs in")

// maxPicture bounds the size of one picture in the repository.
const maxPicture = 300 << 10

// album takes the pictures of one screen, language and scheme.
type album struct {
	*tab
	folder, suffix string
}

// TestScreenshots takes a picture of each page: on a phone and on a desk, some in dark, and on a phone in Spanish.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	folder := *screenshots
	if folder == "" {
		folder = t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	t.Run("console", func(t *testing.T) { consoleScreenshots(t, folder) })
	t.Run("price", func(t *testing.T) { priceScreenshots(t, folder) })
	for _, a := range []struct {
		suffix, language, scheme string
		screen                   screen
	}{
		{"360", "en-US", "light", phone}, {"1280", "en-US", "light", desktop},
		{"360-dark", "en-US", "dark", phone}, {"1280-dark", "en-US", "dark", desktop}, {"360-es", "es-MX", "light", phone},
	} {
		t.Run(a.suffix, func(t *testing.T) {
			p := start(t).visit(a.screen, a.language)
			p.scheme(a.scheme)
			album{p, folder, a.suffix}.fill(a.scheme == "light")
		})
	}
}

// fill takes the pictures: of all pages, or of home and order only.
func (a album) fill(all bool) {
	a.Helper()
	made := a.shop.stocked("Ann Buyer", home[a.language])
	a.goTo("/")
	a.picture("home")
	a.goTo(a.shop.trackingPage(made))
	a.view("found")
	a.picture("order")
	if !all {
		return
	}
	a.goTo(a.shop.deliveryPage(made.OrderID))
	a.view("choose")
	a.click(".slot input")
	a.inJS("scrollTo(0, 0)")
	a.picture("delivery")
	a.add("BB001", "EX002")
	a.toCart()
	a.write(local(a.language))
	a.picture("cart")
	a.order()
	a.picture("success")
	a.expect("status of 404")
	a.goTo("/nowhere")
	a.picture("404")
}

// picture saves what is visible without scrolling.
func (a album) picture(page string) {
	a.Helper()
	a.inJS(`document.activeElement?.blur(); scrollTo(0, 0)`)
	a.until(`[...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight).every((i) => i.complete && i.naturalWidth > 0)`)
	png, err := chromedp.Run(a.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		a.Fatal(err)
	}
	if len(png) < 5_000 || len(png) > maxPicture {
		a.Errorf("the picture of %s weighs %d bytes", page, len(png))
	}
	if err := os.WriteFile(filepath.Join(a.folder, page+"-"+a.suffix+".png"), png, 0o644); err != nil {
		a.Fatal(err)
	}
}
