package order

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// someRules are a small shop: two products, the US in dollars, MX in pesos, and firms in the US.
func someRules(t interface{ Fatal(...any) }) *Rules {
	rate, err := money.ParseRate("17.35")
	if err != nil {
		t.Fatal(err)
	}
	return ready(t, &Rules{
		Currency: "USD",
		Catalog:  []Product{{SKU: "A1", Price: money.Amount{Minor: 15000, Currency: "USD"}}, {SKU: "B2", Price: money.Amount{Minor: 12501, Currency: "USD"}}},
		Markets: map[string]Market{
			"US": {Currency: "USD", Language: "en", Zone: time.UTC, Provider: "us"},
			"MX": {Currency: "MXN", Rate: &rate, Language: "es", Zone: time.UTC, Provider: "mx"},
		},
		CustomerTypes: map[string]CustomerType{
			"B2C": {PaysAtOnce: true, Markets: []string{"US", "MX"}},
			"B2B": {Markets: []string{"US"}, OrgNumber: &OrgNumbers{Min: 6, Max: 20}},
		},
		MaxPieces: 10, DoubleSubmit: time.Second, KeyHold: time.Hour,
	})
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// ready makes rules able to price.
func ready(t interface{ Fatal(...any) }, r *Rules) *Rules {
	if wrong := r.Prepare(noon); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return r
}

// accept accepts a draft at noon; no offer may fail.
func accept(r *Rules, d Draft) (Order, error) {
	return r.Accept(d, noon, func(offer string, err error) { panic(offer + ": " + err.Error()) })
}

// good is a draft that is accepted, changed as wished.
func good(changes ...func(*Draft)) Draft {
	d := Draft{
		Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "Thisway 1", City: "Thatplace", CustomerType: "B2C", Market: "US",
		Products: "A1,B2", TotalPrice: 27501,
	}
	for _, change := range changes {
		change(&d)
	}
	return d
}

func firm(number OrgNumber) func(*Draft) {
	return func(d *Draft) { d.CustomerType, d.OrgNumber = "B2B", number }
}

func inMexico(d *Draft) { d.Market, d.TotalPrice, d.Currency = "MX", 260250+216892, "MXN" } // 12501 × 17.35 = 216892.35

func test(products string, price int64) func(*Draft) {
	return func(d *Draft) { d.TestID, d.Products, d.TotalPrice = 1, products, price }
}

func TestAcceptMakesTheOrder(t *testing.T) {
	for name, c := range map[string]struct {
		draft Draft
		want  Order
	}{
		"B2C US":         {good(), Order{Total: money.Amount{Minor: 27501, Currency: "USD"}, PaymentProvider: "us"}},
		"B2C MX":         {good(inMexico), Order{Total: money.Amount{Minor: 477142, Currency: "MXN"}, PaymentProvider: "mx", Rate: "17.35"}},
		"B2B US":         {good(firm("012345")), Order{Total: money.Amount{Minor: 27501, Currency: "USD"}, OrgNumber: "012345"}},
		"B2B, 20 digits": {good(firm("12345678901234567890")), Order{Total: money.Amount{Minor: 27501, Currency: "USD"}, OrgNumber: "12345678901234567890"}},
		"a test invents": {good(test("ZZ,YY", 7)), Order{Total: money.Amount{Minor: 7, Currency: "USD"}, PaymentProvider: "us", TestID: 1}},
		"by the catalog": {good(inMexico, func(d *Draft) { d.TotalPrice, d.Currency = 27501, "" }), Order{Total: money.Amount{Minor: 477142, Currency: "MXN"}, PaymentProvider: "mx", Rate: "17.35"}},
		"in dollars":     {good(inMexico, func(d *Draft) { d.TotalPrice, d.Currency = 27501, "USD" }), Order{Total: money.Amount{Minor: 477142, Currency: "MXN"}, PaymentProvider: "mx", Rate: "17.35"}},
		"a test abroad":  {good(test("ZZ", 1001), func(d *Draft) { d.Market = "MX" }), Order{Total: money.Amount{Minor: 17367, Currency: "MXN"}, PaymentProvider: "mx", Rate: "17.35", TestID: 1}},
		"a test's pesos": {good(test("ZZ", 1001), func(d *Draft) { d.Market, d.Currency = "MX", "MXN" }), Order{Total: money.Amount{Minor: 1001, Currency: "MXN"}, PaymentProvider: "mx", Rate: "17.35", TestID: 1}},
		"it is free":     {good(test("A1", 0)), Order{Total: money.Amount{Currency: "USD"}, TestID: 1}}, // no one is asked to take nothing
		"the dearest":    {good(test("A1", math.MaxInt32)), Order{Total: money.Amount{Minor: math.MaxInt32, Currency: "USD"}, PaymentProvider: "us", TestID: 1}},
		"spaced":         {good(func(d *Draft) { d.Products = " A1 , B2 " }), Order{Total: money.Amount{Minor: 27501, Currency: "USD"}, PaymentProvider: "us"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := accept(someRules(t), c.draft)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Customer = Customer{Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "Thisway 1", City: "Thatplace"}
			c.want.CustomerType, c.want.Market, c.want.Products = c.draft.CustomerType, c.draft.Market, event.ParseItems(c.draft.Products)
			got.Terms.Lines = nil // TestAnOrderKeepsItsTerms
			if c.want.PaymentProvider != "" {
				begun := got.CreatedAt
				if len(got.Payments) == 1 {
					begun = got.Payments[0].Begun
				}
				c.want.Payments = []Payment{{
					Number: 1, Method: "card", Provider: c.want.PaymentProvider, Amount: c.want.Total.Minor, State: payments.Pending,
					Begun: begun, At: begun, Until: begun.Add(time.Hour), Language: someRules(t).Markets[c.want.Market].Language,
				}}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAcceptRefuses: each draft that breaks rules, with all of the fields that do.
func TestAcceptRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		draft  Draft
		fields string
	}{
		"nothing":              {Draft{}, "city customerType email market name phone products street"},
		"blank":                {good(func(d *Draft) { d.Name, d.Street = " ", "\t\u00a0" }), "name street"},
		"control characters":   {good(func(d *Draft) { d.Name, d.City = "a\x00", "b\r\nBcc: c" }), "city name"},
		"not UTF-8":            {good(func(d *Draft) { d.Name = "\xff" }), "name"},
		"too long":             {good(func(d *Draft) { d.Name, d.City = strings.Repeat("é", 201), strings.Repeat("é", 101) }), "city name"},
		"mail address":         {good(func(d *Draft) { d.Email = "ann" }), "email"},
		"mail with a name":     {good(func(d *Draft) { d.Email = "Ann <ann@example.com>" }), "email"},
		"no digits":            {good(func(d *Draft) { d.Phone = "-----" }), "phone"},
		"two digits":           {good(func(d *Draft) { d.Phone = "+1-2" }), "phone"},
		"telephone":            {good(func(d *Draft) { d.Phone = "phone" }), "phone"},
		"market":               {good(func(d *Draft) { d.Market = "BR" }), "market"},
		"customer type":        {good(func(d *Draft) { d.CustomerType = "C2C" }), "customerType"},
		"a firm in MX":         {good(inMexico, firm("123456")), "market"},
		"a firm's number":      {good(firm("")), "orgNumber"},
		"5 digits":             {good(firm("12345")), "orgNumber"},
		"21 digits":            {good(firm("123456789012345678901")), "orgNumber"},
		"letters":              {good(firm("12345a")), "orgNumber"},
		"minus":                {good(firm("-123456")), "orgNumber"},
		"other digits":         {good(firm("１２３４５６")), "orgNumber"},
		"a person's number":    {good(func(d *Draft) { d.OrgNumber = "123456" }), "orgNumber"},
		"price":                {good(func(d *Draft) { d.TotalPrice-- }), "totalPrice"},
		"negative price":       {good(func(d *Draft) { d.TotalPrice = -1 }), "totalPrice"},
		"huge price":           {good(func(d *Draft) { d.TotalPrice = math.MaxInt32 + 1 }), "totalPrice"},
		"huge price of a test": {good(test("A1", math.MaxInt32+1)), "totalPrice"},
		"too huge in pesos":    {good(test("A1", math.MaxInt32), func(d *Draft) { d.Market = "MX" }), "totalPrice"},
		"dollars for pesos":    {good(inMexico, func(d *Draft) { d.TotalPrice = 27501 }), "totalPrice"},
		"pesos for dollars":    {good(inMexico, func(d *Draft) { d.Currency = "" }), "totalPrice"},
		"currency":             {good(inMexico, func(d *Draft) { d.Currency = "CAD" }), "currency"},
		"another's currency":   {good(func(d *Draft) { d.Currency = "MXN" }), "currency"},
		"no currency":          {good(test("A1", 1), func(d *Draft) { d.Currency = "usd" }), "currency"},
		"testId":               {good(func(d *Draft) { d.TestID = math.MaxInt32 + 1 }), "testId"},
		"negative testId":      {good(func(d *Draft) { d.TestID = -1 }), "testId"},
		"unknown SKU":          {good(func(d *Draft) { d.Products = "A1,ZZ" }), "products"},
		"a test's odd SKU":     {good(test("A 1", 1)), "products"},
		"no SKU":               {good(func(d *Draft) { d.Products = "A1,,B2" }), "products"},
		"11 pieces":            {good(func(d *Draft) { d.Products = "A1" + strings.Repeat(",A1", 10) }), "products"},
		"11 pieces of a test":  {good(test("Z"+strings.Repeat(",Z", 10), 1)), "products"},
		"several":              {good(func(d *Draft) { d.Email, d.TotalPrice, d.OrgNumber = "", 1, "1" }), "email orgNumber totalPrice"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := accept(someRules(t), c.draft)
			if diff := cmp.Diff(c.fields, fieldsOf(err)); diff != "" || !reflect.DeepEqual(got, Order{}) {
				t.Errorf("%+v, %v: %s", got, err, diff)
			}
		})
	}
}

// fieldsOf names the fields that are wrong, each once, in order; an error of another kind is its text.
func fieldsOf(err error) string {
	e, ok := err.(*fault.Error)
	if !ok || e.Code != fault.Invalid {
		return fmt.Sprint(err)
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestAnOrderTooDearForItsNumberIsRefused: 31 bits are what GraphQL's Int holds.
func TestAnOrderTooDearForItsNumberIsRefused(t *testing.T) {
	rules := someRules(t)
	for _, price := range []int64{math.MaxInt32, math.MaxInt64} {
		rules.Catalog[0].Price.Minor = price
		ready(t, rules)
		_, err := accept(rules, good(func(d *Draft) { d.Products, d.TotalPrice = "A1,A1", math.MaxInt32 }))
		if fieldsOf(err) != "products" {
			t.Errorf("two for %d each: %v", price, err)
		}
	}
}

// TestThePriceIsTheSum of the pieces' prices, each converted; and a price that is not it is refused with it.
func TestThePriceIsTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := someRules(t)
		cart := rapid.SliceOfN(rapid.SampledFrom([]string{"A1", "B2", " A1", "B2 "}), 1, 10).Draw(t, "cart")
		market := rapid.SampledFrom([]string{"US", "MX"}).Draw(t, "market")
		each := map[string]int64{"US A1": 15000, "US B2": 12501, "MX A1": 260250, "MX B2": 216892}
		sum, listed := int64(0), int64(0)
		for _, sku := range cart {
			sum += each[market+" "+strings.TrimSpace(sku)]
			listed += each["US "+strings.TrimSpace(sku)]
		}
		d := good(func(d *Draft) { d.Market, d.Products = market, strings.Join(cart, ",") })
		d.Currency = rapid.SampledFrom([]money.Currency{"", "USD", rules.Markets[market].Currency}).Draw(t, "currency")
		right := map[bool]int64{true: sum, false: listed}[d.Currency == "MXN"]
		d.TotalPrice = right
		if o, err := accept(rules, d); err != nil || o.Total.Minor != sum || o.CatalogTotal() != listed {
			t.Fatalf("%v costs %v, %v; want %d", cart, o.Total, err, sum)
		}
		d.TotalPrice = rapid.Int64Range(0, math.MaxInt32).Filter(func(n int64) bool { return n != right }).Draw(t, "wrong")
		if _, err := accept(rules, d); fieldsOf(err) != "totalPrice" || !strings.Contains(err.Error(), fmt.Sprintf("must be %d ", right)) {
			t.Fatalf("%v for %d: %v; want the right price %d", cart, d.TotalPrice, err, right)
		}
	})
}

// TestAcceptKeepsWhatWasTyped, and accepts exactly what may stand in a mail and is not blank or too long.
func TestAcceptKeepsWhatWasTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringN(0, 210, -1).Draw(t, "name")
		wrong := blank(name) || textFault(name) != "" || len([]rune(name)) > 200
		o, err := accept(someRules(t), good(func(d *Draft) { d.Name = name }))
		if wrong != (err != nil) || err == nil && o.Customer.Name != name || err != nil && fieldsOf(err) != "name" {
			t.Fatalf("%q: %q, %v", name, o.Customer.Name, err)
		}
	})
}

func TestOrgNumbersInJSON(t *testing.T) {
	for text, want := range map[string]struct {
		number OrgNumber
		told   any
	}{
		`0`: {"", int64(0)}, `"0"`: {"", int64(0)}, `""`: {"", int64(0)}, `null`: {"", int64(0)}, `123456`: {"123456", int64(123456)},
		`"123456"`: {"123456", int64(123456)}, `"012345"`: {"012345", "012345"}, `"000000"`: {"000000", "000000"},
		`9007199254740991`: {"9007199254740991", int64(1<<53 - 1)}, `9007199254740992`: {"9007199254740992", "9007199254740992"},
		`12345678901234567890`: {"12345678901234567890", "12345678901234567890"},
		`-5`:                   {"-5", int64(-5)}, `1.5`: {"1.5", "1.5"}, `1e6`: {"1e6", "1e6"}, `"a\"b"`: {`a"b`, `a"b`},
	} {
		var n OrgNumber
		if err := n.UnmarshalJSON([]byte(text)); err != nil || n != want.number || n.Number() != want.told {
			t.Errorf("%s is read as %q and told as %#v, %v; want %q and %#v", text, n, n.Number(), err, want.number, want.told)
		}
	}
}

// TestClaims: without a key only real orders are held, by what they are; with one, the key holds, and knows what it was for.
func TestClaims(t *testing.T) {
	rules := someRules(t)
	one, other := good(), good(func(d *Draft) { d.City = "Elsewhere" })
	if c := rules.idempotencyKey(good(test("A1", 1)), ""); !reflect.DeepEqual(c, IdempotencyKey{}) {
		t.Errorf("a test without a key makes %+v", c)
	}
	keyless, again, differs := rules.idempotencyKey(one, ""), rules.idempotencyKey(one, ""), rules.idempotencyKey(other, "")
	if !reflect.DeepEqual(keyless, again) || keyless.Key == differs.Key || keyless.ValidFor != time.Second {
		t.Errorf("without a key: %+v, %+v, %+v", keyless, again, differs)
	}
	first, second := rules.idempotencyKey(one, "k"), rules.idempotencyKey(other, "k")
	if first.Key != second.Key || first.Fingerprint == second.Fingerprint || first.ValidFor != time.Hour {
		t.Errorf("with a key: %+v, %+v", first, second)
	}
	if stolen := rules.idempotencyKey(one, strings.TrimPrefix(keyless.Key, "key:")); stolen.Key == keyless.Key {
		t.Errorf("a key can be taken for %q", keyless.Key)
	}
}

// TestTextsThatRunTogetherDiffer: a fingerprint tells fields apart.
func TestTextsThatRunTogetherDiffer(t *testing.T) {
	rules := someRules(t)
	a := rules.idempotencyKey(good(func(d *Draft) { d.Street, d.City = "ab", "c" }), "")
	b := rules.idempotencyKey(good(func(d *Draft) { d.Street, d.City = "a", "bc" }), "")
	c := rules.idempotencyKey(good(func(d *Draft) { d.Street, d.City = `a", City:"b`, "c" }), "")
	if a.Key == b.Key || a.Key == c.Key || b.Key == c.Key {
		t.Error("different orders have the same fingerprint")
	}
}

// BenchmarkAccept is what the rules cost for one order.
func BenchmarkAccept(b *testing.B) {
	rules, d := someRules(b), good()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := accept(rules, d); err != nil {
			b.Fatal(err)
		}
	}
}
