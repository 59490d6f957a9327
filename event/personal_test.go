package event

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// impersonal are the properties of events that tell nothing of a customer who is a person. An organization's number is public, and a
// part of the books.
var impersonal = []string{
	"orderId", "ref", "status", "customerType", "market", "products", "totalPrice", "currency", "testId", "rulesVersion", "orgNumber", "taxId", "lines",
	"taxes", "reason", "steps", "passed", "reviews", "deliveryTime", "paid", "givenBack", "language",
	"payment", "method", "amount", "until", "refund", "ofSale",
	"deliveryUntil", "deliveryVersion", "previousTime", "previousUntil", "version", "tracked", "tracking", "by", "at",
	"number", "corrected",
	"complaint", "kind", "outcome", "replacement", "replaces",
}

// TestEachPropertyIsPersonalOrNot: whoever adds a property to an event says which.
func TestEachPropertyIsPersonalOrNot(t *testing.T) {
	for typ, schema := range schemas {
		for property := range schema.Properties {
			if personal[property] == slices.Contains(impersonal, property) {
				t.Errorf("%s.%s: say in personal.go that it is personal, or in this test that it is not", typ, property)
			}
		}
	}
}

// values are the personal properties of an event.
func values(t *testing.T, e Event) map[string]any {
	t.Helper()
	all := map[string]any{}
	v := reflect.ValueOf(e)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		all[name] = v.Field(i).Interface()
	}
	return all
}

// TestAJournalledEventHasNothingPersonal, is still valid, and comes back byte for byte.
func TestAJournalledEventHasNothingPersonal(t *testing.T) {
	created := examples[TypeOrderCreated].(OrderCreated)
	created.Details = map[string]string{"costCentre": "<7>", "name": "Zoë"}
	created.Taxes = []Tax{{Name: "GST", Rate: "5"}}
	for typ, e := range examples {
		if typ == TypeOrderCreated {
			e = created
		}
		whole := wrapped(t, e).Data
		kept, err := Blank(typ, whole)
		if err != nil {
			t.Fatal(err)
		}
		if err := Validate(typ, kept); err != nil {
			t.Errorf("as it is kept, %s is not valid: %v", typ, err)
		}
		var properties map[string]any
		if err := json.Unmarshal(kept, &properties); err != nil {
			t.Fatal(err)
		}
		for property, value := range properties {
			if personal[property] && !reflect.ValueOf(value).IsZero() && reflect.ValueOf(value).Len() > 0 {
				t.Errorf("%s keeps %s", typ, property)
			}
		}
		back, err := Complete(typ, kept, func(property string) any { return values(t, e)[property] })
		if diff := cmp.Diff(string(whole), string(back)); diff != "" || err != nil {
			t.Errorf("%s does not come back: %v %s", typ, err, diff)
		}
	}
}

// TestWhatAnEventHasStays: events of earlier releases have their personal data in them.
func TestWhatAnEventHasStays(t *testing.T) {
	whole := wrapped(t, examples[TypeOrderCreated]).Data
	got, err := Complete(TypeOrderCreated, whole, func(string) any { return "another" })
	if string(got) != string(whole) || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// TestAPayloadInAnotherFormIsRefused, so that nothing personal is kept by mistake, and the error has none of it.
func TestAPayloadInAnotherFormIsRefused(t *testing.T) {
	for _, text := range []string{``, `null`, `[]`, `{"name"`, `{"name":`, `{"name":"Zoë`, `{"name":"Zoë"`, `{ "name":"Zoë"}`, `{"name" :"Zoë"}`, `"Zoë`} {
		got, err := Blank(TypeOrderCreated, []byte(text))
		if err == nil {
			t.Errorf("%s became %s", text, got)
		}
	}
	if got, err := Blank(TypeOrderCreated, []byte(`{}`)); string(got) != `{}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// BenchmarkBlank is what an order's first event costs more to keep without its customer.
func BenchmarkBlank(b *testing.B) {
	data := wrapped(b, examples[TypeOrderCreated]).Data
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Blank(TypeOrderCreated, data); err != nil {
			b.Fatal(err)
		}
	}
}
