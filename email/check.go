package email

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
)

// problems collects all wrong fields, to report them at once.
type problems []fault.Field

// require adds a field that does not hold what it must.
func (p *problems) require(ok bool, field, format string, args ...any) {
	if !ok {
		*p = append(*p, fault.Field{Name: field, Detail: fmt.Sprintf(format, args...)})
	}
}

// check lists what is wrong with a request besides the route's schema.
func (r MailRequest) check(rules *Rules) problems {
	var wrong problems
	_, market := rules.Markets[r.Market]
	wrong.require(market, "market", "must be one of %s", strings.Join(slices.Sorted(maps.Keys(rules.Markets)), ", "))
	wrong.require(r.Currency == "" || money.Currency(r.Currency).Known(), "currency", "is not a currency of the shop")
	_, err := mailaddr.Parse(r.Email)
	wrong.require(err == nil, "email", "must be a mail address such as someone@example.com")
	r.checkTexts(&wrong)
	return wrong
}

// checkTexts checks typed texts. Each is one line, as in an order.
func (r MailRequest) checkTexts(wrong *problems) {
	wrong.require(strings.TrimSpace(r.Name) != "", "name", "must not be empty")
	for _, f := range []struct{ name, value string }{
		{"name", r.Name}, {"phone", r.Phone}, {"street", r.Street}, {"city", r.City}, {"products", r.Products},
	} {
		wrong.require(!strings.ContainsFunc(f.value, unicode.IsControl), f.name, "must not hold control characters")
	}
	if r.Transaction == string(event.TypeDeliveryBooked) {
		_, err := parseMillis(r.DeliveryTime)
		wrong.require(err == nil, "deliveryTime", "must be milliseconds since 1970 as a decimal string")
	}
}
