package access

import (
	"net/url"
	"time"

	"acme.example/webshop/ref"
)

// Links makes the addresses that customers are given and opens the keys in them.
type Links struct {
	Keys  *Keyring
	Pages Pages
}

// Pages are the addresses of the pages that customers are sent to. A key is appended to those of an order.
type Pages struct {
	Order    string // where an order is followed
	Delivery string // where its delivery time is picked
	Success  string // where the customer goes after ordering
}

// Own are the shop's own pages, at the address of its public listener, e.g. "https://shop.example.com", without a slash at its
// end. The delivery key stands where the seed has the order's number, so that a page made for the seed hands it on.
func Own(base string) Pages {
	return Pages{Order: base + "/order?key=", Delivery: base + "/delivery?order=", Success: "/success"}
}

// Tracking is the address of the order's own page.
func (l Links) Tracking(o ref.Order) string {
	return l.Pages.Order + url.QueryEscape(l.Keys.Key(Track, o))
}

// TrackingAt is the address of the order's own page as it was given at a time: always the same one.
func (l Links) TrackingAt(o ref.Order, made time.Time) string {
	return l.Pages.Order + url.QueryEscape(l.Keys.KeyAt(Track, o, made))
}

// Shared is the address of the order's page for people the customer shares it with.
func (l Links) Shared(o ref.Order) string {
	return l.Pages.Order + url.QueryEscape(l.Keys.Key(Share, o))
}

// Delivery is the address where the order's delivery time is picked.
func (l Links) Delivery(o ref.Order) string {
	return l.Pages.Delivery + url.QueryEscape(l.Keys.Key(Deliver, o))
}

// Success is the address where the customer goes after ordering.
func (l Links) Success() string { return l.Pages.Success }

// OpenTracking opens a tracking key.
func (l Links) OpenTracking(key string) (ref.Opened, error) { return l.Keys.Open(Track, key) }

// OpenPage opens a tracking key or a shared one.
func (l Links) OpenPage(key string) (ref.Opened, error) {
	return l.Keys.Open(l.Keys.Scope(key, Track, Share), key)
}

// OpenDelivery opens a delivery key.
func (l Links) OpenDelivery(key string) (ref.Opened, error) { return l.Keys.Open(Deliver, key) }
