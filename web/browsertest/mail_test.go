//go:build browser

package browsertest

import (
	"strings"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// halves are the day and the hour of "Friday, November 27 at 9:00 AM", in either language, without what joins them.
func halves(when string) []string {
	for _, joint := range []string{" at ", " a las "} {
		if day, hour, found := strings.Cut(when, joint); found {
			return []string{day, hour}
		}
	}
	return []string{when}
}

// fromMail reads the mail that asks for a delivery time, as a person does: in the viewer's list, in the mail, by its link.
// It returns the tab that the link opened.
func (p *tab) fromMail(c customer) *tab {
	p.Helper()
	eventually(p.T, "the second mail is there", func() bool { return p.shop.mails(c.email()) >= 2 })
	viewer := p.another()
	viewer.goTo(p.shop.PrivateURL + "/mail?q=" + c.email())
	viewer.click(`.mails li:first-child a`)
	viewer.until(`location.pathname.startsWith("/mail/") && document.querySelector("iframe")?.checkVisibility()`)
	viewer.goTo(js[string](viewer, `document.querySelector("iframe").src`)) // what the frame shows, where a test can press it
	opened := chromedp.WaitNewTarget(viewer.ctx, opensDelivery)
	viewer.click(`a[href*="/delivery?order="]`)
	var id target.ID
	select {
	case id = <-opened:
	case <-time.After(patience):
		viewer.fail("the link opens nothing")
	}
	d := p.shop.open(viewer.ctx, p.screen, p.language, chromedp.WithTargetID(id))
	d.reload() // the browser opened the tab before the test could tell it which language it speaks
	d.until(`document.documentElement.lang === %s`, p.language[:2])
	d.settled()
	return d
}

func opensDelivery(info *target.Info) bool { return strings.Contains(info.URL, "/delivery?order=") }
