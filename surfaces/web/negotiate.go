package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/platform/texts"
)

// offer is one element of an Accept-… header.
type offer struct {
	name   string
	weight float64
}

// weighted reads a header such as "es-MX,es;q=0.9,en;q=0.8", heaviest first. What it cannot read weighs nothing.
func weighted(header string) []offer {
	var offers []offer
	for _, element := range strings.Split(header, ",") {
		name, parameter, _ := strings.Cut(strings.TrimSpace(element), ";")
		o := offer{strings.TrimSpace(name), 1}
		if q, found := strings.CutPrefix(strings.TrimSpace(parameter), "q="); found {
			o.weight, _ = strconv.ParseFloat(q, 64) // 0 when it is no number
		}
		offers = append(offers, o)
	}
	slices.SortStableFunc(offers, func(a, b offer) int { return cmp.Compare(b.weight, a.weight) })
	return offers
}

// choose returns a page's language: the one that the customer chose, else that of the page's own order, else the browser's, else
// that of the customer's market, else English. The chosen one, the order's and the market's are cookies (js/text.js).
func (c catalogue) choose(r *http.Request) string {
	told := func(name string) string {
		if cookie, err := r.Cookie(name); err == nil && c[cookie.Value] != nil {
			return cookie.Value
		}
		return ""
	}
	return cmp.Or(told("language"), told("order-language"), c.wanted(r.Header.Get("Accept-Language")), told("market-language"), texts.Fallback)
}

// wanted returns the first of a browser's languages that there is, or "".
func (c catalogue) wanted(accept string) string {
	for _, o := range weighted(accept) {
		language, _, _ := strings.Cut(strings.ToLower(o.name), "-")
		if c[language] != nil && o.weight > 0 {
			return language
		}
	}
	return ""
}
