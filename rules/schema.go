package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/pricing"
)

// SchemaFile is where the published schema is in the tree.
const SchemaFile = "rules/rules.schema.json"

// errorMessage is the keyword of JSON Schema's editors for what to say when a value is wrong.
const errorMessage = "errorMessage"

// Schema is the JSON Schema (2020-12) of the rules: the form, and the limits of each of its values. Markets can have these
// payment providers. What only makes sense together, as that an offer's product is in the catalog, is checked besides.
func Schema(providers []string) *jsonschema.Schema {
	s, err := jsonschema.For[form](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[amountEntry](): {Types: []string{"object", "string"}, AdditionalProperties: &jsonschema.Schema{Type: "integer"}},
	}})
	if err != nil {
		panic(fmt.Sprintf("rules: %v", err)) // a programming error: every test run meets it
	}
	s.ID, s.Schema, s.Title = "urn:acme:webshop:rules:v1", "https://json-schema.org/draft/2020-12/schema", "Rules of the ACME webshop"
	all := limits(providers)
	bound(s, "", all)
	if len(all) > 0 {
		panic(fmt.Sprintf("rules: limits of what the form does not have: %v", slices.Sorted(maps.Keys(all))))
	}
	return s
}

// SchemaJSON is the schema as it is published.
func SchemaJSON(providers []string) ([]byte, error) {
	text, err := json.MarshalIndent(Schema(providers), "", "  ")
	return append(text, '\n'), err
}

// bound puts limits into a schema, and takes those out that it has put. Nothing in it can be null or an empty list.
func bound(s *jsonschema.Schema, path string, all map[string]limit) {
	s.Types = slices.DeleteFunc(s.Types, func(t string) bool { return t == "null" })
	if len(s.Types) == 1 {
		s.Type, s.Types = s.Types[0], nil
	}
	if s.Type == "array" {
		s.MinItems = new(1)
	}
	if l, has := all[path]; has {
		l(s)
		delete(all, path)
	}
	for name, child := range s.Properties {
		bound(child, strings.TrimPrefix(path+"."+name, "."), all)
	}
	if s.Items != nil {
		bound(s.Items, path+"[]", all)
	}
	if open(s) {
		bound(s.AdditionalProperties, path+".*", all)
	}
}

// open reports whether a schema is of a map, whose keys are names.
func open(s *jsonschema.Schema) bool {
	return s.AdditionalProperties != nil && s.AdditionalProperties.Not == nil
}

// limit narrows the schema of one value.
type limit func(*jsonschema.Schema)

// limits are the limits of the form's values, by their paths: [] is each entry of a list, * each value of a map.
func limits(providers []string) map[string]limit {
	all := map[string]limit{
		"format":                                      whole(1, Format),
		"currency":                                    oneOf(money.Currencies()...),
		"catalog":                                     items(1, maxProducts),
		"catalog[].sku":                               pattern(order.SKU, "must be 1 to 32 letters, digits, _ and -"),
		"catalog[].price":                             whole(1, order.MaxTotal),
		"catalog[].name":                              words(200),
		"catalog[].description":                       prose(2000),
		"catalog[].category":                          line(32),
		"catalog[].taxClass":                          line(32),
		"catalog[].facts":                             keys(order.Facts...),
		"catalog[].facts.*":                           words(200),
		"catalog[].drawing":                           oneOf(drawings...),
		"catalog[].stock":                             whole(0, order.MaxStock),
		"catalog[].low":                               whole(1, order.MaxStock),
		"catalog[].leadDays":                          whole(0, 60),
		"markets":                                     named(order.Name, maxNamed, "must be 1 to 32 letters, digits, _ and -, a letter or digit first"),
		"markets.*.currency":                          oneOf(money.Currencies()...),
		"markets.*.rate":                              decimal(`^(0|[1-9][0-9]*)(\.[0-9]{1,9})?$`, math.MaxInt32, `must be a positive number, e.g. "20" or "17.3925"`),
		"markets.*.language":                          oneOf(email.Languages()...),
		"markets.*.timeZone":                          pattern(zonePattern, "must be an IANA time zone such as America/New_York, or UTC"),
		"markets.*.paymentProvider":                   oneOf(providers...),
		"markets.*.methods":                           items(1, len(payments.Methods)),
		"markets.*.methods[].name":                    oneOf(order.ProviderMethods()...),
		"markets.*.methods[].provider":                oneOf(providers...),
		"markets.*.methods[].within":                  duration,
		"markets.*.complaints.days":                   whole(0, order.MaxComplaintDays),
		"markets.*.complaints.returnDays":             whole(0, order.MaxComplaintDays),
		"customerTypes":                               named(order.Name, maxTypes, "must be 1 to 32 letters, digits, _ and -, a letter or digit first"),
		"customerTypes.*.payment":                     oneOf("at-once", "invoice"),
		"customerTypes.*.label":                       words(100),
		"customerTypes.*.details":                     items(1, order.MaxDetails),
		"customerTypes.*.details[].name":              pattern(`^[a-zA-Z][a-zA-Z0-9]{0,31}$`, "must be 1 to 32 letters and digits, a letter first"),
		"customerTypes.*.details[].label":             words(100),
		"customerTypes.*.details[].hint":              words(200),
		"customerTypes.*.details[].pattern":           line(200),
		"customerTypes.*.details[].check":             oneOf(order.Checks()...),
		"customerTypes.*.orgNumber.minDigits":         whole(6, 20), // as in the events' schema
		"customerTypes.*.orgNumber.maxDigits":         whole(6, 20),
		"customerTypes.*.orgNumber.known":             items(1, maxKnown),
		"customerTypes.*.orgNumber.known[]":           pattern(`^[0-9A-Za-zÑñ&]([0-9A-Za-zÑñ& -]{2,30})[0-9A-Za-zÑñ&]$`, "must be 4 to 20 letters and digits, in quotes"),
		"customerTypes.*.orgNumber.markets":           named(order.Name, maxNamed, "must be the name of a market"),
		"customerTypes.*.orgNumber.markets.*.pattern": line(200),
		"customerTypes.*.orgNumber.markets.*.label":   words(100),
		"customerTypes.*.orgNumber.markets.*.hint":    words(200),
		"limits.unpaidOrders":                         whole(1, order.MaxLimit),
		"limits.deliveries":                           whole(1, order.MaxLimit),
		"limits.unpaidFor":                            duration,
		"limits.unpaidAmount":                         keys(money.Currencies()...),
		"limits.unpaidAmount.*":                       whole(1, math.MaxInt32*1000),
		"orders.maxPieces":                            whole(1, order.MaxPieces),
		"orders.doubleSubmit":                         duration,
		"orders.keyHold":                              duration,
		"delivery.*.firstDay":                         whole(0, 60),
		"delivery.*.days":                             whole(1, 60),
		"delivery.*.weekdays":                         items(1, 7),
		"delivery.*.weekdays[]":                       oneOf(weekdayNames...),
		"delivery.*.starts":                           items(1, 96),
		"delivery.*.starts[]":                         pattern(`^([01][0-9]|2[0-3]):[0-5][0-9]$`, "must be a time of day such as 09:00"),
		"delivery.*.windows":                          items(1, 96),
		"delivery.*.windows[]":                        pattern(`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`, "must be a window such as 08:00-12:00"),
		"delivery.*.closed":                           items(1, 366),
		"delivery.*.closed[]":                         pattern(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, "must be a day such as 2026-12-25, in quotes"),
		"delivery.*.orderUntil":                       pattern(`^([01][0-9]|2[0-3]):[0-5][0-9]$`, "must be a time of day such as 16:00"),
		"delivery.*.capacity":                         whole(1, math.MaxInt32),
		"delivery.*.zoneCapacity":                     named(order.Name, maxNamed, "must be 1 to 32 letters, digits, _ and -, a letter or digit first"),
		"delivery.*.zoneCapacity.*":                   whole(1, math.MaxInt32),
		"delivery.*.changes.until":                    duration,
		"deadlines":                                   keys(deadlineNames()...),
		"deadlines.*":                                 duration,
		"reviews":                                     keys(event.ReviewSteps()...),
		"reviews.*":                                   items(1, maxNamed),
		"reviews.*[].over":                            keys(money.Currencies()...),
		"reviews.*[].over.*":                          whole(0, order.MaxTotal),
		"secondPersonOver":                            keys(money.Currencies()...),
		"secondPersonOver.*":                          whole(0, order.MaxTotal),
	}
	maps.Copy(all, taxLimits())
	maps.Copy(all, jurisdictionLimits())
	maps.Copy(all, offerLimits())
	maps.Copy(all, chargeLimits())
	maps.Copy(all, addressLimits())
	maps.Copy(all, contactLimits())
	maps.Copy(all, privacyLimits())
	maps.Copy(all, booksLimits())
	return all
}

func taxLimits() map[string]limit {
	name, clock := pattern(`^[A-Za-z0-9_-]{1,20}$`, "must be 1 to 20 letters, digits, _ and -"), pattern(clockPattern, "must be a time such as 2026-11-28T00:00")
	all := map[string]limit{
		"markets.*.tax.rates":                    items(1, 10),
		"markets.*.tax.rates[].name":             name,
		"markets.*.tax.rates[].percent":          percent,
		"markets.*.tax.rounding.per":             oneOf(perLine, perInvoice),
		"markets.*.tax.rounding.rates":           oneOf(eachRate, combined),
		"markets.*.tax.rounding.mode":            oneOf(pricing.RoundingModes()...),
		"markets.*.tax.authorities":              items(1, 10),
		"markets.*.tax.authorities[].name":       name,
		"markets.*.tax.authorities[].point":      oneOf(event.Points()...),
		"markets.*.tax.authorities[].treatments": items(1, 20),
	}
	for field, l := range map[string]limit{
		"treatment": oneOf(pricing.TaxKinds()...), "percent": percent, "from": clock, "until": clock, "text": words(200),
	} {
		all["markets.*.tax.authorities[].treatments[]."+field] = l
	}
	return all
}

func offerLimits() map[string]limit {
	return map[string]limit{
		"offers":                 named(offerPattern, pricing.MaxOffers, "must be 1 to 32 small letters, digits and -, a letter first"),
		"offers.*.label":         words(100),
		"offers.*.when":          length(pricing.MaxExpression),
		"offers.*.items":         length(pricing.MaxExpression),
		"offers.*.percent":       percent,
		"offers.*.nth":           whole(2, pricing.MaxNth),
		"offers.*.amount":        func(s *jsonschema.Schema) { keys(money.Currencies()...)(s); length(pricing.MaxExpression)(s) },
		"offers.*.amount.*":      whole(1, order.MaxTotal),
		"offers.*.free.sku":      pattern(order.SKU, "must be the SKU of a product"),
		"offers.*.free.quantity": whole(1, pricing.MaxGifts),
		"offers.*.code":          pattern(pricing.CodePattern, "must be 2 to 32 of A-Z, 0-9, _ and -; customers may type small letters"),
		"offers.*.limit":         whole(0, order.MaxLimit),
		"offers.*.perCustomer":   whole(0, order.MaxLimit),
		"offers.*.from":          pattern(clockPattern, "must be a time such as 2026-11-28T00:00"),
		"offers.*.until":         pattern(clockPattern, "must be a time such as 2026-11-28T00:00"),
		"offers.*.priority":      whole(-1000, 1000),
		"offers.*.group":         pattern(offerPattern, "must be 1 to 32 small letters, digits and -, a letter first"),
	}
}

func chargeLimits() map[string]limit {
	name := pattern(offerPattern, "must be 1 to 32 small letters, digits and -, a letter first")
	return map[string]limit{
		"markets.*.maxOff":             percent,
		"markets.*.charges":            items(1, maxCharges),
		"markets.*.charges[].name":     name,
		"markets.*.charges[].label":    words(100),
		"markets.*.charges[].amount":   whole(1, order.MaxTotal),
		"markets.*.charges[].per":      oneOf(perOrder, perPiece),
		"markets.*.charges[].taxClass": line(32),
		"markets.*.charges[].account":  name,
		"markets.*.charges[].freeFrom": whole(1, order.MaxTotal),
	}
}

const (
	maxProducts = 1000 // of one shop
	maxNamed    = 100  // markets, and entries of a review
	maxTypes    = 20   // customer types
	maxKnown    = 5000 // organizations

	maxPostalCodes = 2000 // of one zone

	// zonePattern leaves out what only this machine or only Go knows: Local, posixrules, right/UTC.
	zonePattern  = `^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(/[A-Za-z][A-Za-z_-]*)+)$`
	offerPattern = `^[a-z][a-z0-9-]{0,31}$`
	clockPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$`
	linePattern  = `^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$`
	prosePattern = `^[^\x00-\x09\x0b-\x1f\x7f]*$`
)

// whole is a whole number.
func whole(least, most int64) limit {
	return func(s *jsonschema.Schema) { s.Minimum, s.Maximum = new(float64(least)), new(float64(most)) }
}

// items is a list of so many entries.
func items(least, most int) limit {
	return func(s *jsonschema.Schema) { s.MinItems, s.MaxItems = &least, &most }
}

func length(most int) limit {
	return func(s *jsonschema.Schema) { s.MinLength, s.MaxLength = new(1), &most }
}

func pattern(expression, says string) limit {
	return func(s *jsonschema.Schema) { s.Pattern, s.Extra = expression, map[string]any{errorMessage: says} }
}

func oneOf[T ~string](values ...T) limit {
	return func(s *jsonschema.Schema) {
		for _, v := range values {
			s.Enum = append(s.Enum, string(v))
		}
	}
}

// line is a text of one line.
func line(most int) limit {
	return func(s *jsonschema.Schema) {
		length(most)(s)
		pattern(linePattern, fmt.Sprintf("must be one line of at most %d characters, without space around it", most))(s)
	}
}

// words is a text of one line in English, and in each language of a market (checker.spoken).
func words(most int) limit {
	return func(s *jsonschema.Schema) {
		line(most)(s.AdditionalProperties)
		s.Required = []string{texts.Fallback}
	}
}

// prose is words of more than one line.
func prose(most int) limit {
	return func(s *jsonschema.Schema) {
		words(most)(s)
		pattern(prosePattern, fmt.Sprintf("must be a text of at most %d characters", most))(s.AdditionalProperties)
	}
}

// named is a map of so many entries that have names.
func named(expression string, most int, says string) limit {
	return func(s *jsonschema.Schema) {
		s.PropertyNames = &jsonschema.Schema{}
		pattern(expression, says)(s.PropertyNames)
		s.MinProperties, s.MaxProperties = new(1), &most
	}
}

// keys is a map whose keys are known.
func keys[T ~string](names ...T) limit {
	return func(s *jsonschema.Schema) {
		s.PropertyNames, s.MinProperties = &jsonschema.Schema{}, new(1)
		oneOf(names...)(s.PropertyNames)
	}
}

// decimal is a number that may have a fraction, as a text, or a whole number.
func decimal(expression string, most float64, says string) limit {
	return func(s *jsonschema.Schema) {
		s.Type, s.Types = "", []string{"string", "integer"}
		s.Minimum, s.Maximum = new(1.0), &most
		pattern(expression, says)(s)
	}
}

var percent = decimal(`^(0|[1-9][0-9]*)(\.[0-9]{1,4})?$`, 100, `must be more than 0 and at most 100, e.g. "12.5"`)

// duration is a text such as 24h.
func duration(s *jsonschema.Schema) {
	s.Type = "string"
	pattern(`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, "must be a time such as 90s, 2m or 24h")(s)
}

// deadlineNames are the statuses that an order leaves, and the subscribers.
func deadlineNames() (names []string) {
	for _, status := range order.OpenStatuses() {
		names = append(names, string(status))
	}
	return append(names, slices.Sorted(maps.Keys(subscribers()))...)
}
