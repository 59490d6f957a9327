package rules

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/google/jsonschema-go/jsonschema"

	"acme.example/webshop/money"
)

var providers = []string{"payments-us", "payments-mx"}

// everyKey is rules that have every key of the form.
const everyKey = `
format: 1
currency: USD
catalog:
  - sku: LB001
    price: 15000
    name: { en: Monstera, es: Monstera }
    description: { en: Big, es: Grande }
    category: tree
    taxClass: plant
    drawing: monstera
    stock: 20
    low: 5
    leadDays: 3
    facts: { size: { en: Tall, es: Alta }, light: { en: Shade, es: Sombra }, water: { en: Weekly, es: Cada semana }, pets: { en: Safe, es: Segura }, box: { en: A pot, es: Una maceta } }
markets:
  US:
    currency: USD
    language: en
    timeZone: America/New_York
    paymentProvider: payments-us
    address: { country: MX, required: always, fields: [neighborhood], zones: [ { name: near, postalCodes: ["06", "10-12"] } ] }
    contact: { email: ayuda@shop.example, phone: +52 55 5555 0100 }
    complaints: { days: 40, returnDays: 20 }
    privacy: { keep: 730d }
    maxOff: "30"
    tax: { included: true, rates: [ { name: GST, percent: "5", categories: [tree], customerTypes: [B2C] } ] }
  MX:
    { currency: MXN, rate: "20", language: es, timeZone: UTC, paymentProvider: payments-mx,
      methods: [ { name: card }, { name: cash-voucher, provider: payments-us, customerTypes: [B2C], within: 72h } ],
      charges: [ { name: shipping, label: { en: Shipping, es: Envío }, amount: 500, per: order, taxClass: plant, account: shipping, customerTypes: [B2C], jurisdictions: [north], freeFrom: 50000 } ],
      address: { country: MX }, tax: { included: true, keepGross: true, rounding: { per: invoice, rates: combined, mode: half-even }, defaultJurisdiction: rest,
        jurisdictions: [ { name: north, regions: [SON], postalCodes: ["83-85"] }, { name: rest } ], authorities: [ { name: VAT, jurisdictions: [north, rest], point: delivery, treatments: [
        { treatment: rate, percent: "7", classes: [plant], jurisdictions: [north], from: "2026-01-01T00:00", until: "2030-01-01T00:00" }, { percent: "7" },
        { treatment: zero, customerTypes: [B2C], needs: reference, document: { number: reference, authority: reference, until: until }, text: { en: None, es: Nada } } ] } ] } }
books: { company: ACME Corp., timeZone: America/New_York, currency: USD, paymentDays: 14, mailed: [invoice], reminders: [7], address: [1 Main St], taxIds: [{ label: EIN, number: 12-3456789 }], bankAccount: [IBAN 1] }
customerTypes:
  B2C:
    payment: at-once
    markets: [US, MX]
    orgNumber: { minDigits: 6, maxDigits: 20, approveNew: true, known: ["012345"], markets: { MX: { pattern: "[A-Z]{4}[0-9]{6}[A-Z0-9]{3}", label: { en: RFC, es: RFC }, hint: { en: Thirteen characters, es: Trece caracteres } } } }
    label: { en: Person, es: Persona }
    details:
      - name: reference
        label: { en: Reference, es: Referencia }
        hint: { en: Ten digits, es: Diez cifras }
        pattern: "[0-9]{10}"
        check: luhn
        required: true
      - { name: until, label: { en: Until, es: Hasta }, check: date }
orders: { maxPieces: 100, doubleSubmit: 10s, keyHold: 24h }
limits: { unpaidOrders: 5, deliveries: 5, unpaidFor: 24h, unpaidAmount: { USD: 100000 } }
delivery:
  US: { firstDay: 1, days: 10, weekdays: [mon], starts: ["09:00"], capacity: 20, zoneCapacity: { near: 5 } }
  MX: { firstDay: 1, days: 10, weekdays: [mon], windows: ["09:00-12:00"], closed: ["2026-12-25"], orderUntil: "16:00", capacity: 20, tracked: true, changes: { until: 12h } }
deadlines: { PLACED: 48h }
reviews:
  fraud: [ { markets: [US], customerTypes: [B2C], over: { USD: 100000 } } ]
secondPersonOver: { USD: 100000, MXN: 2000000 }
offers:
  ten:
    label: { en: Ten, es: Diez }
    when: cart.pieces > 1
    items: item.price > 1
    percent: "10"
    nth: 3
    code: TEN
    limit: 100
    perCustomer: 1
    from: 2026-11-28T00:00
    until: 2026-11-30T00:00
    priority: 1
    group: one-of
    excludes: ["off"]
  "off": { label: { en: Less, es: Menos }, amount: { USD: 100, MXN: 2000 } }
  cel: { label: { en: Less, es: Menos }, amount: cart.pieces * 10 }
  free: { label: { en: Free, es: Gratis }, free: { sku: LB001, quantity: 1 } }
`

// tree is a text as values of JSON: odd scalars are none.
func tree(t testing.TB, text string) any {
	t.Helper()
	root, err := parse([]byte(text), true)
	if err != nil {
		t.Fatal(err)
	}
	return plainValue(root)
}

func plainValue(node ast.Node) any {
	switch n := node.(type) {
	case ast.MapNode:
		all := map[string]any{}
		for entry := n.MapRange(); entry.Next(); {
			all[fmt.Sprint(exact(entry.Key()))] = plainValue(entry.Value())
		}
		return all
	case *ast.SequenceNode:
		all := []any{}
		for _, entry := range n.Values {
			all = append(all, plainValue(entry))
		}
		return all
	}
	switch v := exact(node).(type) {
	case int64:
		return float64(v)
	case odd:
		return []any{"odd"} // no schema takes it
	default:
		return v
	}
}

// place is a place in a tree, and how a value is put there.
type place struct {
	path string
	put  func(any)
	was  any
}

func (p place) scalar() bool {
	kind := reflect.TypeOf(p.was).Kind()
	return kind != reflect.Map && kind != reflect.Slice
}

// places are all values below a value.
func places(v any, path string) (all []place) {
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			at := under(path, key)
			all = append(all, place{at, func(other any) { v[key] = other }, child})
			all = append(all, places(child, at)...)
		}
	case []any:
		for i, child := range v {
			at := fmt.Sprintf("%s[%d]", path, i)
			all = append(all, place{at, func(other any) { v[i] = other }, child})
			all = append(all, places(child, at)...)
		}
	}
	return all
}

// raw is YAML that is put into a text as it is.
type raw string

// written is a tree as YAML in flow style: every value in the style of JSON, but what is raw.
func written(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var all []string
		for key, child := range v {
			all = append(all, fmt.Sprintf("%q: %s", key, written(child)))
		}
		return "{" + strings.Join(all, ", ") + "}"
	case []any:
		var all []string
		for _, child := range v {
			all = append(all, written(child))
		}
		return "[" + strings.Join(all, ", ") + "]"
	case raw:
		return string(v)
	}
	text, _ := json.Marshal(v)
	return string(text)
}

func check(text string) (*Set, error) {
	return Check([]byte(text), providers, time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
}

func resolved(t testing.TB) *jsonschema.Resolved {
	t.Helper()
	text, err := os.ReadFile(filepath.Base(SchemaFile))
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTheSchemaIsThatOfTheForm: the published file is what this program checks by, and rules with every key fit it.
func TestTheSchemaIsThatOfTheForm(t *testing.T) {
	text, err := SchemaJSON(providers)
	file, _ := os.ReadFile(filepath.Base(SchemaFile))
	if err != nil || string(text) != string(file) {
		t.Errorf("%s is not up to date: make generate (%v)", SchemaFile, err)
	}
	for name, text := range map[string]string{"every key": everyKey, "built in": string(Default)} {
		if err := resolved(t).Validate(tree(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := check(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var f form
	if err := yaml.Unmarshal([]byte(everyKey), &f); err != nil {
		t.Fatal(err)
	}
	if missing := without(reflect.TypeOf(f), []reflect.Value{reflect.ValueOf(f)}, ""); len(missing) > 0 {
		t.Errorf("the test's rules lack %v", missing)
	}
}

// without are the paths of the form's type that a value has nothing at.
func without(t reflect.Type, values []reflect.Value, path string) (none []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		var below []reflect.Value
		for _, v := range values {
			switch {
			case t.Kind() == reflect.Pointer && !v.IsNil():
				below = append(below, v.Elem())
			case t.Kind() == reflect.Slice:
				below = append(below, slices.Collect(func(yield func(reflect.Value) bool) {
					for i := range v.Len() {
						_ = yield(v.Index(i))
					}
				})...)
			case t.Kind() == reflect.Map:
				for _, key := range v.MapKeys() {
					below = append(below, v.MapIndex(key))
				}
			}
		}
		if len(below) == 0 {
			return []string{path}
		}
		return without(t.Elem(), below, path)
	case reflect.Struct:
		for i := range t.NumField() {
			var fields []reflect.Value
			for _, v := range values {
				fields = append(fields, v.Field(i))
			}
			none = append(none, without(t.Field(i).Type, fields, path+"."+t.Field(i).Name)...)
		}
		return none
	}
	if !slices.ContainsFunc(values, func(v reflect.Value) bool { return !v.IsZero() }) {
		return []string{path}
	}
	return nil
}

// TestOneDocumentMayBeMarked with its beginning and its end, and comments around them. Two are refused.
func TestOneDocumentMayBeMarked(t *testing.T) {
	for text, one := range map[string]bool{
		"---\n%s": true, "# ours\n\n---\n%s": true, "# ours\n# and theirs\n--- # now\n%s...\n# that was it\n": true, "%s---\n": true, "%s...\n": true,
		"# ours\n---\n%s---\na: 1\n": false, "a: 1\n---\n%s": false, "---\n---\n%s": false, "%s...\na: 1\n": false,
	} {
		set, err := check(fmt.Sprintf(text, everyKey))
		if (err == nil) != one || one && len(set.Orders.Catalog) != 1 {
			t.Errorf("%.30q: %v", text, err)
		}
		if !one && !strings.Contains(err.Error(), "second documents are not for rules") {
			t.Errorf("%.30q: %v", text, err)
		}
	}
}

// oddities are scalars that are none of what they look like, or that readers of YAML understand in different ways.
var oddities = []string{
	"129.99", "012500", "010", "0x1F", "0X1f", "0o17", "0b11", "1e3", "1E3", "1_000", "+5", "-0", "12:30", "190:20:30", ".5", "5.", "1.", ".inf", "-.INF", ".nan",
	"yes", "no", "on", "off", "y", "True", "FALSE", "true", "null", "~", "NULL", "", "07154711", "0123", "2026-11-28", "2026-11-28T00:00:00Z", "''", `""`, "' '",
	"99999999999999999999", "-99999999999999999999", "0", "-1", "9223372036854775807", "[]", "{}", "[1]", "{a: 1}", "a: b", "!!str 5", "&a 5", "*a", "? a",
	`"5"`, "|", "=", "<<", "@", "`", "%", "5 # five", "1,000", "1 000", "½", "٣", "1e400", "0.0", "1.0", "100.", "NaN", "Infinity", "1__0", "_1", "0_", "0x", "08", "1:60",
}

// TestEveryScalarIsWhatItsSchemaSays: whatever stands in the place of a scalar, the rules are refused, or hold exactly that.
func TestEveryScalarIsWhatItsSchemaSays(t *testing.T) {
	value, own := tree(t, everyKey), Schema(providers)
	for _, p := range places(value, "") {
		if !p.scalar() {
			continue
		}
		for _, text := range oddities {
			if text == "" && strings.HasSuffix(p.path, "]") {
				continue // a list may end with a comma
			}
			p.put(raw(text))
			err := walked(written(value), own)
			if err == nil {
				_, err = check(written(value))
			}
			if err != nil && !strings.Contains(err.Error(), "rules: line 1: ") {
				t.Errorf("%s: %s: %v has no line", p.path, text, err)
			}
			if err == nil {
				holdsExactly(t, written(value), p.path, text)
			}
		}
		p.put(p.was)
	}
}

// TestWhatAReaderMayTakeForNoTextIsRefused: of YAML 1.1 too, of which NO is false, and a day is a time.
func TestWhatAReaderMayTakeForNoTextIsRefused(t *testing.T) {
	for _, name := range []string{"NO", "no", "Yes", "on", "OFF", "y", "N", "2026-11-28", "2026-1-2 03:04:05", "2026-11-28T00:00:00Z"} {
		if _, err := check(strings.ReplaceAll(everyKey, "LB001", name)); err == nil || !strings.Contains(err.Error(), "put it in quotes, \""+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"NOR", "yes, please", "offer", "2026-11-28T00:00", "2026-11", "nO"} {
		if got := tree(t, "sku: "+name).(map[string]any)["sku"]; got != name {
			t.Errorf("%s is %v", name, got)
		}
	}
}

// walked is what is found wrong with a text along the schema alone.
func walked(text string, s *jsonschema.Schema) error {
	root, err := parse([]byte(text), true)
	if err != nil {
		return err
	}
	return strictly(root, s)
}

func strictly(root ast.Node, s *jsonschema.Schema) error {
	c := &checker{lines: map[string]int{}, blocks: map[string]bool{}}
	c.strict(root, s, "")
	return c.wrong()
}

// held is what a form has at a path.
func held(v reflect.Value, path string) reflect.Value {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		v = reflect.Indirect(v)
		switch v.Kind() {
		case reflect.Map:
			v = v.MapIndex(reflect.ValueOf(step).Convert(v.Type().Key()))
		case reflect.Slice:
			i, _ := strconv.Atoi(step)
			v = v.Index(i)
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[amountEntry]() {
				v = v.FieldByName("each").MapIndex(reflect.ValueOf(money.Currency(step)))
				continue
			}
			v = v.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, step) })
		}
	}
	if v.IsValid() && v.Type() == reflect.TypeFor[amountEntry]() {
		return v.FieldByName("text")
	}
	return v
}

// holdsExactly fails unless the form of a text has at a path what is written there.
func holdsExactly(t testing.TB, text, path, scalar string) {
	t.Helper()
	var f form
	if err := yaml.UnmarshalWithOptions([]byte(text), &f, yaml.Strict()); err != nil {
		t.Fatalf("%s: %s is accepted, and cannot be read: %v", path, scalar, err)
	}
	v := reflect.Indirect(held(reflect.ValueOf(f), path))
	if got := fmt.Sprint(v); got != strings.Trim(strings.TrimSuffix(scalar, " # five"), `'"`) {
		t.Errorf("%s: %s is read as %s", path, scalar, got)
	}
}

// TestWhatTheSchemaRefusesTheCheckerRefuses, and its walk along the schema refuses nothing else: two validators agree on rules
// with a value that may be wrong.
func TestWhatTheSchemaRefusesTheCheckerRefuses(t *testing.T) {
	schema, own, value := resolved(t), Schema(providers), tree(t, everyKey)
	others := []any{nil, "", "x", "FIG/1", strings.Repeat("a", 40), strings.Repeat("a", 3000), " x", "a\nb", 0.0, 1.0, -1.0, 5.0, 21.0, 1e6, 1e12, true, []any{}, []any{"US"}, map[string]any{}, map[string]any{"en": "x"},
		map[string]any{"US/1": 1.0}, "24h", "2026-11-28T00:00", "Local", "EUR", "09:00", "10", "0.5"}
	for _, p := range places(value, "") {
		for _, other := range others {
			p.put(other)
			root, err := parse([]byte(written(value)), true)
			if err != nil {
				t.Fatal(err)
			}
			refused, found := schema.Validate(plainValue(root)), strictly(root, own)
			if (refused == nil) != (found == nil) {
				t.Errorf("%s: %v: the schema says %v, the checker %v", p.path, other, refused, found)
			}
		}
		p.put(p.was)
	}
}
