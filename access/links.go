package access

import (
	"net/url"

	"acme.example/webshop/ref"
)

// Links makes the addresses that customers are given and opens the keys in them.
type Links struct {
	Keys *Keyring
	Base string // address of the public listener, e.g. "https://shop.example.com", without a slash at its end
}

// Tracking is the address of the order's own page.
func (l Links) Tracking(o ref.Order) string {
	return l.Base + "/order?key=" + url.QueryEscape(l.Keys.Key(Track, o))
}

// Shared is the address of the order's page for people with whom the customer shares it.
func (l Links) Shared(o ref.Order) string {
	return l.Base + "/order?key=" + url.QueryEscape(l.Keys.Key(Share, o))
}

// Delivery is the address where the order's delivery time is picked. The key stands where the seed has the order's
// number, so that a page made for the seed hands it on.
func (l Links) Delivery(o ref.Order) string {
	return l.Base + "/delivery?order=" + url.QueryEscape(l.Keys.Key(Deliver, o))
}

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
