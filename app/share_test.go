package app_test

import (
	"bufio"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
)

// TestASharedLinkOnlyShowsHowFarTheOrderIs: its holder can book, cancel and share nothing, and reads
// nothing of the customer, of what is in the order, or of its price; not in the body either that follows the order.
func TestASharedLinkOnlyShowsHowFarTheOrderIs(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Someone Private", "email", "private@example.com", "phone", "+1 212 555 7777", "street", "Hidden Street 9", "city", "Farville"))
	s.arrives(made.OrderID, "STOCKED")
	key := s.share(trackingKey(made))
	before := s.footprint()
	times := s.freeTimes(s.keyTo(access.Deliver, made.OrderID))
	for name, a := range map[string]answer{
		"cancelled":          s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": key}),
		"shared on":          s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": key}),
		"shown times":        s.call("GET", s.PublicURL+"/deliveryTimes?order="+key, nil),
		"booked":             s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": key, "deliveryTime": times[0]}),
		"booked by number":   s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": made.OrderID, "key": key, "deliveryTime": times[0]}),
		"made a longer life": s.call("GET", s.PublicURL+"/trackOrder?key="+regexp.MustCompile(`\.\d+\.`).ReplaceAllString(key, ".999999."), nil),
	} {
		if a.refuses(fault.Unauthorized); a.status != http.StatusUnauthorized {
			t.Errorf("%s: answered %d %s", name, a.status, a.body)
		}
	}
	s.untouched(before)

	var seen map[string]any
	a := s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200)
	a.into(&seen)
	if seen["status"] != "STOCKED" || seen["shared"] != true || len(seen["steps"].([]any)) != 4 || seen["language"] != "en" {
		t.Errorf("tells %s", a.body)
	}
	live, err := http.Get(s.PublicURL + "/trackOrder/live?key=" + key)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Body.Close()
	var data string
	for lines := bufio.NewScanner(live.Body); data == "" && lines.Scan(); {
		data, _ = strings.CutPrefix(lines.Text(), "data: ")
		if !strings.HasPrefix(lines.Text(), "data: ") {
			data = ""
		}
	}
	secret := regexp.MustCompile(`(?i)private|555 7777|hidden|farville|BB001|LB001|30000|USD|agreed|/delivery|"cancellable":true`)
	for where, text := range map[string]string{"trackOrder": string(a.body), "live": data} {
		if found := secret.FindString(text); found != "" || !strings.Contains(text, `"status":"STOCKED"`) {
			t.Errorf("%s tells %q: %s", where, found, text)
		}
	}

	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).want(200) // the customer's own link does
	s.arrives(made.OrderID, "CANCELLED")
	a = s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200)
	if found := regexp.MustCompile(`"(cancelReason|refund)"`).FindString(string(a.body)); found != "" || !strings.Contains(string(a.body), `"status":"CANCELLED"`) {
		t.Errorf("tells %q of a cancelled order: %s", found, a.body)
	}
}

// TestWhoMayShareAnOrder: the holder of its tracking link; a delivery key, a number and a forged key make no link.
func TestWhoMayShareAnOrder(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets, func(c *app.Config) { c.LinkValidity = time.Hour })
	made := s.create(realOrder("Sharer"))
	for _, key := range []string{"1", s.keyTo(access.Deliver, made.OrderID), trackingKey(made) + "x", s.keyTo(access.Share, made.OrderID)} {
		s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": key}).refuses(fault.Unauthorized)
	}
	s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{}).refuses(fault.Invalid, "key")
	expired, err := access.NewKeyring(-48*time.Hour, time.Now, []byte(linkSecret))
	if err != nil {
		t.Fatal(err)
	}
	p := s.call("GET", s.PublicURL+"/trackOrder?key="+expired.Key(access.Share, s.order(made.OrderID).Ref), nil).refuses(fault.Unauthorized)
	if !strings.Contains(p.Detail, "expired") {
		t.Errorf("an old shared link: %s", p.Detail)
	}
}

// share makes a link to show others, and returns its key.
func (s *shop) share(key string) string {
	s.Helper()
	var made struct{ URL string }
	s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": key}).want(200).into(&made)
	link, err := url.Parse(made.URL)
	if err != nil || !strings.HasPrefix(made.URL, s.PublicURL+"/order?key=") {
		s.Fatalf("the link is %s", made.URL)
	}
	return link.Query().Get("key")
}
