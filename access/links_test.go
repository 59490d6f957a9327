package access

import (
	"net/url"
	"testing"
	"time"
)

// TestPagesOfAnOrder: its customer's link and a shared one open it, and are told apart. A link to its delivery does not.
func TestPagesOfAnOrder(t *testing.T) {
	l := Links{Keys: keyring(t, time.Now(), "a"), Base: "https://shop.example"}
	for link, want := range map[string]struct{ opens, shared bool }{
		l.Tracking(order): {true, false}, l.Shared(order): {true, true}, l.Delivery(order): {false, false},
	} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		o, number, shared, err := l.OpenPage(u.Query().Get("key") + u.Query().Get("order"))
		if opens := err == nil && o == order && number == 4711; opens != want.opens || shared != want.shared {
			t.Errorf("%s: order %q, %d, shared %t, %v", link, o, number, shared, err)
		}
	}
}
