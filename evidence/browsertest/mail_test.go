//go:build browser

package browsertest

import (
	"strings"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// halves returns the day and the hour of "Friday, November 27 at 9:00 AM", in either language, without the words between.
func halves(when string) []string {
	for _, joint := range []string{" at ", " a las "} {
		if day, hour, found := strings.Cut(when, joint); found {
			return []string{day, hour}
		}
	}
	return []string{when}
}

// fromMail opens the mail that asks for a delivery time as a person does: in the viewer's list, then its link. It returns
// the tab that the link opened.
func (p *tab) fromMail(c customer) *tab {
	p.Helper()
	eventually(p.T, "both mails are there", func() bool { return p.shop.mails(c.email()) >= 2 })
	viewer := p.another()
	viewer.goTo(p.shop.PrivateURL + "/mail?q=" + c.email())
	viewer.click(`.mails a[href$=".email.OrderDeliverable"]`) // the two mails are sent concurrently: either may be first
	viewer.until(`location.pathname.startsWith("/mail/") && document.querySelector("iframe")?.checkVisibility()`)
	viewer.settled()                                                        // with its frame
	viewer.goTo(js[string](viewer, `document.querySelector("iframe").src`)) // the frame's content, where a test can press it
	opened := viewer.opens("/delivery?order=")
	viewer.click(`a[href*="/delivery?order="]`)
	select {
	case address := <-opened:
		d := viewer.another() // the tab that the link opened started to load before its language could be set
		d.goTo(address)
		return d
	case <-time.After(patience):
		viewer.fail("the link opens nothing")
		return nil
	}
}

// opens returns the address at which this tab opens another one. Each tab gets events of all new ones, those of other
// tests too.
func (p *tab) opens(part string) <-chan string {
	p.Helper()
	self := chromedp.FromContext(p.ctx).Target.TargetID
	address := make(chan string, 1)
	chromedp.WaitNewTarget(p.ctx, func(opened *target.Info) bool {
		if opened.OpenerID != self || !strings.Contains(opened.URL, part) {
			return false
		}
		address <- opened.URL
		return true
	})
	return address
}
