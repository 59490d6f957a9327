package event

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// schemas holds the JSON Schema (2020-12) of each event type, made from its Go type.
var schemas = map[Type]*jsonschema.Schema{
	TypeOrderImported:       schemaOf[OrderImported](),
	TypePaymentRequested:    schemaOf[PaymentRequested](),
	TypeOrderCreated:        schemaOf[OrderCreated](),
	TypePaymentDeclined:     schemaOf[PaymentDeclined](),
	TypeReviewRequested:     schemaOf[ReviewRequested](),
	TypeReviewDone:          schemaOf[ReviewDone](),
	TypeOrderPlaced:         schemaOf[OrderPlaced](),
	TypeStockCreated:        schemaOf[StockCreated](),
	TypeOrderDeliverable:    schemaOf[OrderDeliverable](),
	TypeDeliveryBooked:      schemaOf[DeliveryBooked](),
	TypeDeliveryRescheduled: schemaOf[DeliveryRescheduled](),
	TypeDeliveryStarted:     schemaOf[DeliveryStarted](),
	TypeDeliveryFailed:      schemaOf[DeliveryFailed](),
	TypeDelivered:           schemaOf[Delivered](),
	TypeOrderCancelled:      schemaOf[OrderCancelled](),
	TypeRefundDone:          schemaOf[RefundDone](),
	TypeOrderCorrected:      schemaOf[OrderCorrected](),
	TypeComplaintMade:       schemaOf[ComplaintMade](),
	TypeComplaintAnswered:   schemaOf[ComplaintAnswered](),
}

var resolved = resolveAll()

// Schema returns the JSON Schema of an event type, or nil for a type that does not exist.
func Schema(t Type) *jsonschema.Schema { return schemas[t] }

// Validate checks a payload against the schema of its type. The error names the property that is wrong.
func Validate(t Type, data []byte) error {
	schema, ok := resolved[t]
	if !ok {
		return fmt.Errorf("event: there is no event type %q", t)
	}
	var instance any
	if err := json.Unmarshal(data, &instance); err != nil {
		return fmt.Errorf("event %s: %w", t, err)
	}
	if err := schema.Validate(instance); err != nil {
		return fmt.Errorf("event %s: %w", t, err)
	}
	return nil
}

// rule is a constraint of a property that its Go type cannot express.
type rule struct {
	least, most int64          // of a number; most 0: no bound
	pattern     *regexp.Regexp // of a text
	optional    bool           // omitted if empty
}

// orgDigits is what orgNumber has been since the first version: readers refuse letters in it.
var orgDigits = regexp.MustCompile("^[0-9]{6,20}$")

var millis = regexp.MustCompile("^[0-9]{1,16}$")

// rules are the rules by property.
var rules = map[string]rule{
	"orderId":       {least: 1, most: math.MaxInt32},
	"testId":        {least: 0, most: math.MaxInt32},
	"totalPrice":    {least: 0},
	"amount":        {least: 1},
	"payment":       {least: 1, most: math.MaxInt32},
	"refund":        {least: 1, most: math.MaxInt32},
	"until":         {pattern: millis},
	"currency":      {pattern: regexp.MustCompile("^[A-Z]{3}$")},
	"deliveryTime":  {pattern: millis},
	"deliveryUntil": {pattern: millis},
	"previousTime":  {pattern: millis},
	"previousUntil": {pattern: millis},
	"orgNumber":     {pattern: orgDigits},
	"taxId":         {pattern: regexp.MustCompile("^[0-9A-ZÑ&]{4,20}$")},
}

// into adds the rule to a property's schema.
func (r rule) into(s *jsonschema.Schema) {
	if r.pattern != nil {
		s.Pattern = r.pattern.String()
		return
	}
	s.Minimum = jsonschema.Ptr(float64(r.least))
	if r.most > 0 {
		s.Maximum = jsonschema.Ptr(float64(r.most))
	}
}

// kept reports whether a value of an event's field satisfies the rule.
func (r rule) kept(v reflect.Value) bool {
	if r.optional && v.IsZero() {
		return true
	}
	if r.pattern != nil {
		return r.pattern.MatchString(v.String())
	}
	return v.Int() >= r.least && (r.most == 0 || v.Int() <= r.most)
}

// ruled are the fields with a rule in each event's Go type, by position.
var ruled = map[reflect.Type]map[int]rule{}

// fits reports whether an event satisfies the rules. The rest of its schema follows from its Go type and cannot be
// violated, so such an event is valid without a check of its JSON.
func fits(e Event) bool {
	v := reflect.Indirect(reflect.ValueOf(e))
	fields, ok := ruled[v.Type()]
	for i, r := range fields {
		ok = ok && r.kept(v.Field(i))
	}
	return ok
}

// schemaOf makes the schema of one event type. Unknown properties are allowed, so that an old subscriber can read what a
// newer publisher adds.
func schemaOf[E Event]() *jsonschema.Schema {
	var e E
	s, err := jsonschema.For[E](nil)
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", e.EventType(), err)) // a programming error: every test run finds it
	}
	s.ID = SchemaURI(e.EventType())
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = string(e.EventType())
	s.AdditionalProperties = nil
	fields := reflect.TypeFor[E]()
	ruled[fields] = map[int]rule{}
	for i := range fields.NumField() {
		name, options, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		if r, ok := rules[name]; ok {
			r.into(s.Properties[name])
			r.optional = options == "omitempty"
			ruled[fields][i] = r
		}
		if fields.Field(i).Type == reflect.TypeFor[Address]() {
			Address{}.describe(s.Properties[name])
		}
	}
	return s
}

// SchemaURI returns the stable name of a type's schema, which is the CloudEvents attribute dataschema. Its version rises
// with each incompatible change.
func SchemaURI(t Type) string { return "urn:acme:webshop:event:" + string(t) + ":v1" }

func resolveAll() map[Type]*jsonschema.Resolved {
	all := map[Type]*jsonschema.Resolved{}
	for t, s := range schemas {
		r, err := s.CloneSchemas().Resolve(nil)
		if err != nil {
			panic(fmt.Sprintf("event %s: %v", t, err)) // as above
		}
		all[t] = r
	}
	return all
}
