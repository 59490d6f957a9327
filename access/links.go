package access

import "net/url"

// Links makes the addresses that customers are given and opens the keys in them.
type Links struct {
	Keys *Keyring
	Base string // address of the public listener, e.g. "https://shop.example.com", without a slash at its end
}

// Tracking is the address of the order's own page.
func (l Links) Tracking(orderID int64) string {
	return l.Base + "/order?key=" + url.QueryEscape(l.Keys.Key(Track, orderID))
}

// Delivery is the address where the order's delivery time is picked. The key stands where the seed has the order's
// number, so that a page made for the seed hands it on.
func (l Links) Delivery(orderID int64) string {
	return l.Base + "/delivery?order=" + url.QueryEscape(l.Keys.Key(Deliver, orderID))
}

// OpenTracking returns the order that a tracking key opens.
func (l Links) OpenTracking(key string) (int64, error) { return l.Keys.Open(Track, key) }

// OpenDelivery returns the order that a delivery key opens.
func (l Links) OpenDelivery(key string) (int64, error) { return l.Keys.Open(Deliver, key) }
