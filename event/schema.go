package event

import (
	"encoding/json"
	"fmt"

	"github.com/google/jsonschema-go/jsonschema"
)

// schemas holds the JSON Schema (2020-12) of each event type, made from its Go type.
var schemas = map[Type]*jsonschema.Schema{
	TypeOrderCreated:     schemaOf[OrderCreated](),
	TypeOrderPlaced:      schemaOf[OrderPlaced](),
	TypeStockCreated:     schemaOf[StockCreated](),
	TypeOrderDeliverable: schemaOf[OrderDeliverable](),
	TypeDeliveryBooked:   schemaOf[DeliveryBooked](),
	TypeOrderCancelled:   schemaOf[OrderCancelled](),
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
	if schema.known.has(data) {
		return nil
	}
	var instance any
	if err := json.Unmarshal(data, &instance); err != nil {
		return fmt.Errorf("event %s: %w", t, err)
	}
	if err := schema.Validate(instance); err != nil {
		return fmt.Errorf("event %s: %w", t, err)
	}
	schema.known.add(data)
	return nil
}

// check is a schema that is ready to be used, and what is known to pass it.
type check struct {
	*jsonschema.Resolved
	known *known
}

// limits are the rules that a Go type cannot say.
var limits = map[string]func(*jsonschema.Schema){
	"orderId":      func(s *jsonschema.Schema) { s.Minimum, s.Maximum = jsonschema.Ptr(1.0), jsonschema.Ptr(2147483647.0) },
	"testId":       func(s *jsonschema.Schema) { s.Minimum, s.Maximum = jsonschema.Ptr(0.0), jsonschema.Ptr(2147483647.0) },
	"totalPrice":   func(s *jsonschema.Schema) { s.Minimum = jsonschema.Ptr(0.0) },
	"currency":     func(s *jsonschema.Schema) { s.Pattern = "^[A-Z]{3}$" },
	"deliveryTime": func(s *jsonschema.Schema) { s.Pattern = "^[0-9]{1,16}$" },
	"orgNumber":    func(s *jsonschema.Schema) { s.Pattern = "^[0-9]{6,20}$" },
}

// schemaOf makes the schema of one event type. Unknown properties are allowed, so that an old subscriber can read what
// a newer publisher adds.
func schemaOf[E Event]() *jsonschema.Schema {
	var e E
	s, err := jsonschema.For[E](nil)
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", e.EventType(), err)) // a programming error: every test run meets it
	}
	s.ID = SchemaURI(e.EventType())
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = string(e.EventType())
	s.AdditionalProperties = nil
	for name, property := range s.Properties {
		if limit, ok := limits[name]; ok {
			limit(property)
		}
	}
	return s
}

// SchemaURI is the stable name of a type's schema; it travels as the CloudEvents attribute dataschema. The version in
// it rises with a change that old subscribers could not read.
func SchemaURI(t Type) string { return "urn:acme:webshop:event:" + string(t) + ":v1" }

func resolveAll() map[Type]check {
	all := map[Type]check{}
	for t, s := range schemas {
		r, err := s.CloneSchemas().Resolve(nil)
		if err != nil {
			panic(fmt.Sprintf("event %s: %v", t, err)) // as above
		}
		all[t] = check{r, &known{}}
	}
	return all
}
