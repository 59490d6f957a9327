package access

import (
	"net/url"
	"testing"
	"time"
)

// TestPagesOfAnOrder: its customer's link and a shared one open it, and are told apart. A link to its delivery does not.
func TestPagesOfAnOrder(t *testing.T) {
	l := Links{Keys: keyring(t, time.Now(), "a"), Pages: Own("https://shop.example")}
	for link, want := range map[string]struct{ opens, shared bool }{
		l.Tracking(order): {true, false}, l.Shared(order): {true, true}, l.Delivery(order): {false, false},
	} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		k, err := l.OpenPage(u.Query().Get("key") + u.Query().Get("order"))
		if opens := err == nil && k.Order == order && k.Number == 4711; opens != want.opens || k.Shared != want.shared {
			t.Errorf("%s: order %q, %d, shared %t, %v", link, k.Order, k.Number, k.Shared, err)
		}
	}
}

// TestPagesElsewhere: a key is appended to the address of a page, as the seed appends the order's number.
func TestPagesElsewhere(t *testing.T) {
	keys := keyring(t, time.Now(), "a")
	l := Links{Keys: keys, Pages: Pages{
		Order: "https://www.example/track.html?lang=en&order=", Delivery: "https://www.example/delivery.html?order=", Success: "https://www.example/thanks",
	}}
	for link, want := range map[string]string{
		l.Tracking(order): "https://www.example/track.html?lang=en&order=" + keys.Key(Track, order),
		l.Shared(order):   "https://www.example/track.html?lang=en&order=" + keys.Key(Share, order),
		l.Delivery(order): "https://www.example/delivery.html?order=" + keys.Key(Deliver, order),
		l.Success():       "https://www.example/thanks",
	} {
		if link != want {
			t.Errorf("%s, want %s", link, want)
		}
	}
}
