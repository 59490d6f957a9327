package order

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/pricing"
)

// Draft is an order as a customer asks for it, before any rule was applied. Its JSON is the seed's.
type Draft struct {
	_             struct{}          `additionalProperties:"true"` // a client of the seed may send more
	Name          string            `json:"name" maxLength:"200" doc:"The customer's name" example:"Someone"`
	Email         string            `json:"email" maxLength:"254" doc:"The customer's mail address" example:"someone@example.com"`
	Phone         string            `json:"phone" maxLength:"32" doc:"The customer's telephone number: digits, spaces and + ( ) . / -" example:"321321321"`
	Street        string            `json:"street" maxLength:"200" doc:"Street and house number to deliver to" example:"Thisway 1"`
	City          string            `json:"city" maxLength:"100" doc:"City to deliver to" example:"Thatplace"`
	CustomerType  string            `json:"customerType" doc:"B2C: an individual, pays at once. B2B: a business, pays by invoice" example:"B2C"`
	Market        string            `json:"market" doc:"Where the order is made; B2B is for US only" example:"US"`
	Products      string            `json:"products" maxLength:"9900" doc:"SKUs separated by commas, one for each piece" example:"BB001,LB001"`
	TotalPrice    int64             `json:"totalPrice" minimum:"0" maximum:"2147483647" doc:"Price of the whole order in minor units of the catalog's currency, or of the currency that is given. A real order's must be the shop's price" example:"30000"`
	TestID        int64             `json:"testId,omitempty" minimum:"0" maximum:"2147483647" doc:"0 or missing: a real order. Else the number of the test that it belongs to" example:"352"`
	OrgNumber     OrgNumber         `json:"orgNumber,omitempty" doc:"Organization number of a business, such as its tax id: 6 to 20 digits, or what the market asks for (see /catalog), as a number or a string. Small letters, spaces and hyphens do not matter. 0 or missing: none" example:"0"`
	Codes         []string          `json:"codes,omitempty" maxItems:"10" doc:"Codes of offers. Small and capital letters are the same"`
	Details       map[string]string `json:"details,omitempty" doc:"What the customer type asks for besides (see /catalog), by name"`
	Currency      money.Currency    `json:"currency,omitempty" maxLength:"3" doc:"What totalPrice is in: the market's currency or the catalog's. Missing: the catalog's, as in the seed" example:"USD"`
	PaymentMethod string            `json:"paymentMethod,omitempty" maxLength:"20" doc:"How to pay: one of /quote's paymentMethods. Missing: the first of them" example:"card"`
	Language      string            `json:"language,omitempty" maxLength:"35" doc:"What the customer reads: one of the shop's languages. Missing or another one: what Accept-Language says, else the market's" example:"en"`
	Address
	// Accept is the client's Accept-Language. It is not what was asked for: the same request from another browser is the same.
	Accept string `json:"-"`
}

// maxID is the largest number that GraphQL's Int holds.
const maxID = math.MaxInt32

// maxLengths are the longest texts in characters. RFC 5321 bounds the mail address.
var maxLengths = map[string]int{"name": 200, "email": 254, "phone": 32, "street": 200, "city": 100, "products": MaxProducts, "currency": 3, "paymentMethod": 20, "language": 35}

// phonePattern is the form of a telephone number that plainPhone has read. The order form has the same rule (phone.js).
var phonePattern = regexp.MustCompile(`^[+() ./-]*([0-9][+() ./-]*){3,}( ext\. [0-9]{1,7})?$`)

const phoneRule = "must be a telephone number: at least three digits, spaces and + ( ) . / -, and an extension such as ext. 12"

// Accept checks a draft against the rules and returns the order that it makes, priced, without a number or status.
// A draft that breaks rules is a fault.Invalid that names every field that is wrong. The time decides which offers hold;
// the observer is called for offers that failed.
func (r *Rules) Accept(d Draft, now time.Time, observe pricing.Observer) (Order, error) {
	var wrong problems
	d = r.plain(d)
	d.checkTexts(&wrong)
	return r.make(d, now, observe, wrong)
}

// make makes an order from a draft with checked texts.
func (r *Rules) make(d Draft, now time.Time, observe pricing.Observer, wrong problems) (Order, error) {
	market := r.checkSegment(d, &wrong)
	d.Address = r.checkAddress(d, &wrong)
	q := r.checkPrice(d, now, observe, &wrong)
	var method Method
	if len(wrong) == 0 {
		method = r.method(d, q.Total, &wrong)
	}
	if len(wrong) > 0 {
		return Order{}, fault.InvalidFields(wrong...)
	}
	asked := event.ParseItems(d.Products)
	o := Order{
		Customer:     Customer{Name: d.Name, Email: d.Email, Phone: d.Phone, Street: d.Street, City: d.City},
		CustomerType: d.CustomerType, Market: d.Market, OrgNumber: string(d.OrgNumber),
		Products: withGifts(asked, q), Total: money.Amount{Minor: q.Total, Currency: market.Currency}, TestID: d.TestID,
		Rules: r.Version, Terms: Terms{
			Codes: applied(q), Details: d.given(), Lines: q.Lines, Taxes: q.Taxes, Reserved: r.counted(asked, d.TestID != 0), Tracked: market.Tracked && d.TestID == 0, Jurisdiction: d.taxedIn(market),
		},
		Address: d.Address, Language: d.Language,
	}
	if market.Rate != nil {
		o.Rate = market.Rate.String()
		if r.Currency.Digits() != twoDecimals.Digits() {
			o.Terms.Catalog = r.Currency
		}
	}
	if method.Provider != "" {
		o.PaymentProvider, o.Payments = method.Provider, []Payment{o.newPayment(1, method, now)}
	}
	o.Reviews = r.ReviewsOf(o, false)
	return o, nil
}

// taxedIn is the jurisdiction whose taxes a real order has.
func (d Draft) taxedIn(m Market) string {
	if d.TestID != 0 {
		return ""
	}
	return m.Jurisdiction(d.Address)
}

// asked is what the customer of an order asked for: pieces that the shop added are left out.
func (o Order) asked() Draft {
	c := o.Customer
	return Draft{
		Name: c.Name, Email: c.Email, Phone: c.Phone, Street: c.Street, City: c.City, CustomerType: o.CustomerType, Market: o.Market,
		Products: o.withoutGifts().String(), TotalPrice: o.Total.Minor, Currency: o.Total.Currency, TestID: o.TestID, OrgNumber: OrgNumber(o.OrgNumber),
		Codes: slices.Clone(o.Terms.Codes), Details: o.Terms.Details,
		Address: o.Address, Language: o.Language,
	}
}

// withoutGifts is what the customer asked for.
func (o Order) withoutGifts() (items event.Items) {
	if len(o.Terms.Lines) == 0 {
		return o.Products
	}
	for _, l := range o.Terms.Lines {
		if !l.Gift && l.Charge == "" {
			items = append(items, event.Item{SKU: l.SKU, Quantity: l.Quantity})
		}
	}
	return items
}

type problems []fault.Field

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, fault.Field{Name: field, Detail: fmt.Sprintf(format, args...)})
}

// checkTexts checks what a customer types. A test order may bring a placeholder for phone and mail address (seed: its
// GraphQL example orders for "email" with "phone").
func (d Draft) checkTexts(wrong *problems) {
	forReal := d.TestID == 0
	for _, f := range []struct{ name, value string }{
		{"name", d.Name}, {"email", d.Email}, {"phone", d.Phone}, {"street", d.Street}, {"city", d.City}, {"products", d.Products},
	} {
		fault := textFault(f.value)
		switch {
		case blank(f.value):
			wrong.add(f.name, "must not be empty")
		case fault != "":
			wrong.add(f.name, "%s", fault)
		case utf8.RuneCountInString(f.value) > maxLengths[f.name]:
			wrong.add(f.name, "must have at most %d characters", maxLengths[f.name])
		case f.name == "email" && !validAddress(f.value) && (forReal || strings.Contains(f.value, "@")):
			wrong.add("email", "must be a mail address such as someone@example.com")
		case f.name == "phone" && forReal && !phonePattern.MatchString(f.value):
			wrong.add("phone", phoneRule)
		}
	}
	d.checkAddressTexts(wrong)
	if d.TestID < 0 || d.TestID > maxID {
		wrong.add("testId", "must be 0 for a real order, or a number up to %d", maxID)
	}
}

func validAddress(s string) bool {
	a, err := mailaddr.Parse(s)
	return err == nil && strings.Contains(strings.Trim(a.Domain, "."), ".")
}

// checkSegment checks market, customer type and organization number against each other.
func (r *Rules) checkSegment(d Draft, wrong *problems) Market {
	market, knownMarket := r.Markets[d.Market]
	if !knownMarket {
		wrong.add("market", "must be one of %s", strings.Join(sortedKeys(r.Markets), ", "))
	}
	customerType, known := r.CustomerTypes[d.CustomerType]
	switch {
	case !known:
		wrong.add("customerType", "must be one of %s", strings.Join(sortedKeys(r.CustomerTypes), ", "))
		return market
	case knownMarket && !slices.Contains(customerType.Markets, d.Market):
		wrong.add("market", "%s customers can order in %s only", d.CustomerType, strings.Join(customerType.Markets, ", "))
	}
	customerType.checkOrgNumber(d, wrong)
	customerType.checkDetails(d, wrong)
	return market
}

func (c CustomerType) checkOrgNumber(d Draft, wrong *problems) {
	switch {
	case c.OrgNumber == nil && d.OrgNumber != "":
		wrong.add("orgNumber", "is not for %s customers; leave it out or send 0", d.CustomerType)
	case c.OrgNumber != nil:
		if err := c.OrgNumber.check(d); err != nil {
			wrong.add("orgNumber", "%v", err)
		}
	}
}

// parseProducts reads what is to be priced.
func (r *Rules) parseProducts(list string, test bool, wrong *problems) (items event.Items, ok bool) {
	if strings.TrimSpace(list) == "" || utf8.RuneCountInString(list) > maxLengths["products"] {
		return nil, false // already told
	}
	items = event.ParseItems(list)
	if pieces := items.Pieces(); pieces > int64(r.MaxPieces) {
		wrong.add("products", "must be at most %d pieces; it is %d", r.MaxPieces, pieces)
		return nil, false
	}
	for i := range items {
		sku := strings.TrimSpace(items[i].SKU)
		if _, known := r.product(sku); !skuPattern.MatchString(sku) || (!known && !test) {
			wrong.add("products", "there is no product %q", sku)
			return nil, false
		}
		items[i].SKU = sku
	}
	return items, true
}
