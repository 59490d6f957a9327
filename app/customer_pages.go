package app

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"acme.example/webshop/platform/access"
)

// pages returns where customers are sent: the shop's own pages, at the address of its public listener, unless others are
// configured.
func (c Config) pages(address string) access.Pages {
	own := access.Own(address)
	return access.Pages{
		Order: cmp.Or(c.OrderPage, own.Order), Delivery: cmp.Or(c.DeliveryPage, own.Delivery), Success: cmp.Or(c.SuccessPage, own.Success),
	}
}

// checkPages checks the addresses of configured pages.
func (c Config) checkPages() error {
	for _, page := range []struct {
		flag, address string
		keyed         bool // a key is appended
	}{{"--order-page", c.OrderPage, true}, {"--delivery-page", c.DeliveryPage, true}, {"--success-page", c.SuccessPage, false}} {
		if page.address == "" {
			continue
		}
		u, err := url.Parse(page.address)
		switch {
		case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https", u.User != nil, strings.Contains(page.address, "#"), u.String() != page.address:
			return fmt.Errorf("%s must be an address like https://shop.example.com/page.html, without a fragment (#)", page.flag)
		case u.Scheme == "http" && strings.HasPrefix(c.PublicURL, "https://"):
			return fmt.Errorf("%s must be https, as --public-url is", page.flag)
		case page.keyed && !strings.HasSuffix(page.address, "=") && !strings.HasSuffix(page.address, "/"):
			return fmt.Errorf("%s must end where the order's key is appended: in = as in https://shop.example.com/page.html?order= , or in /", page.flag)
		}
		if err := c.mayCall(page.flag, u); err != nil {
			return err
		}
	}
	return nil
}

// mayCall refuses a page whose origin may not call the public listener, in a process that serves it: its visitors' orders
// and bookings would fail.
func (c Config) mayCall(flag string, page *url.URL) error {
	origin := originOf(page)
	if own, err := url.Parse(c.PublicURL); err == nil && originOf(own) == origin || !c.runs(orderService, deliveryService) {
		return nil
	}
	if allowed := c.cors(); allowed != nil && allowed.OriginAllowed(&http.Request{Header: http.Header{"Origin": {origin}}}) {
		return nil
	}
	return fmt.Errorf("%s is on %s, whose pages may not call this shop, so that what its customers order and book would be refused: give --cors-origin %s too", flag, origin, origin)
}

// originOf returns the origin of an address as browsers send it.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	return u.Scheme + "://" + strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
}
