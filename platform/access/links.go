package access

import (
	"net/url"

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

// OpenTracking returns the order that a tracking key opens, and its number.
func (l Links) OpenTracking(key string) (ref.Order, int64, error) { return l.Keys.Open(Track, key) }

// OpenPage returns the order whose page a tracking key or a shared one opens, its number, and whether the key is a shared one.
func (l Links) OpenPage(key string) (o ref.Order, number int64, shared bool, err error) {
	scope := l.Keys.Scope(key, Track, Share)
	o, number, err = l.Keys.Open(scope, key)
	return o, number, scope == Share, err
}

// OpenDelivery returns the order that a delivery key opens, and its number.
func (l Links) OpenDelivery(key string) (ref.Order, int64, error) { return l.Keys.Open(Deliver, key) }
