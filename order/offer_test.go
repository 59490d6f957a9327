package order

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/pricing"
)

// offering are rules with offers, a tax, and public bodies that have a reference.
func offering(t *testing.T) *Rules {
	r := someRules(t)
	five, _ := money.ParsePercent("5")
	ten, _ := money.ParsePercent("10")
	us := r.Markets["US"]
	us.Tax = pricing.Tax{Authorities: []pricing.Authority{{Name: "GST", Treatments: []pricing.Treatment{{Percent: five}}}}}
	r.Markets["US"] = us
	reference, err := NewDetail("reference", "[0-9]{10}", "luhn")
	if err != nil {
		t.Fatal(err)
	}
	reference.Required = true
	floor, _ := NewDetail("floor", "", "")
	r.CustomerTypes["B2G"] = CustomerType{Markets: []string{"US"}, Details: []Detail{reference, floor}}
	r.Offers = map[string]Offer{
		"welcome": {Offer: pricing.Offer{Code: "WELCOME", Percent: ten}, Limit: 5, PerCustomer: 1, Label: map[string]string{"en": "Welcome"}},
		"big":     {Offer: pricing.Offer{Code: "BIG", When: "cart.pieces > 3", Percent: ten}},
		"gift":    {Offer: pricing.Offer{When: "cart.subtotal > 20000", Free: pricing.Free{SKU: "B2", Quantity: 2}}},
	}
	return ready(t, r)
}

func TestAnOrderKeepsItsTerms(t *testing.T) {
	d := good(func(d *Draft) { d.Codes, d.TotalPrice = []string{"big", "welcome"}, 25989 })
	o, err := accept(offering(t), d)
	want := Terms{
		Codes: []string{"WELCOME"},
		Lines: []event.Line{
			{SKU: "A1", Quantity: 1, UnitPrice: 15000, Off: []event.Off{{Offer: "welcome", Amount: 1500}, {Offer: "gift", Amount: 6784, Gift: "B2"}}, Tax: 336, Total: 7052},
			{SKU: "B2", Quantity: 1, UnitPrice: 12501, Off: []event.Off{{Offer: "welcome", Amount: 1250}, {Offer: "gift", Amount: 5654, Gift: "B2"}}, Tax: 280, Total: 5877},
			{SKU: "B2", Quantity: 2, UnitPrice: 12501, Gift: true, Off: []event.Off{{Offer: "gift", Amount: 12564, Gift: "B2"}}, Tax: 622, Total: 13060},
		},
		Taxes: []event.Tax{{Name: "GST", Rate: "5", Amount: 1238}},
	}
	if diff := cmp.Diff(want, o.Terms); err != nil || diff != "" || o.Total.Minor != 25989 || o.Products.String() != "A1,B2,B2,B2" {
		t.Errorf("%v, %q\n%s", err, o.Products, diff)
	}
	uses := offering(t).uses(o)
	if want := []Use{{Code: "WELCOME", Customer: digest("ann@example.com"), Older: digest("ann@example.com"), Limit: 5, PerCustomer: 1}}; !cmp.Equal(uses, want) {
		t.Errorf("it uses %+v", uses)
	}
}

func TestOffersAreNotForTests(t *testing.T) {
	o, err := accept(offering(t), good(test("A1,ZZ", 7), func(d *Draft) { d.Codes = []string{"WELCOME"} }))
	if err != nil || o.Total.Minor != 7 || !o.Terms.Empty() || o.Products.String() != "A1,ZZ" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestWrongCodesAndDetailsAreNamed(t *testing.T) {
	public := func(reference string) func(*Draft) {
		return func(d *Draft) {
			d.CustomerType, d.TotalPrice, d.Details = "B2G", 28876, map[string]string{"reference": reference}
		}
	}
	for name, c := range map[string]struct {
		draft  Draft
		fields string
	}{
		"right":              {good(public("4000000002")), "<nil>"},
		"a mistyped digit":   {good(public("4000000007")), "details.reference"},
		"too short":          {good(public("400000002")), "details.reference"},
		"with more around":   {good(public("40000000024000000002")), "details.reference"},
		"missing":            {good(public(""), func(d *Draft) { d.Details = nil }), "details.reference"},
		"blank":              {good(public("  ")), "details.reference"},
		"too long":           {good(public("4000000002"), func(d *Draft) { d.Details["floor"] = strings.Repeat("x", 101) }), "details.floor"},
		"control characters": {good(public("4000000002"), func(d *Draft) { d.Details["floor"] = "a\nb" }), "details.floor"},
		"not asked for":      {good(public("4000000002"), func(d *Draft) { d.Details["colour"] = "red" }), "details"},
		"not of this type":   {good(func(d *Draft) { d.TotalPrice, d.Details = 28876, map[string]string{"reference": "4000000002"} }), "details"},
		"an unknown code":    {good(func(d *Draft) { d.TotalPrice, d.Codes = 28876, []string{"FREE"} }), "codes"},
		"too many codes":     {good(func(d *Draft) { d.TotalPrice, d.Codes = 28876, make([]string, 11) }), "codes"},
		"a long code":        {good(func(d *Draft) { d.TotalPrice, d.Codes = 28876, []string{strings.Repeat("X", 33)} }), "codes"},
		"without its code":   {good(func(d *Draft) { d.TotalPrice = 25989 }), "totalPrice"},
	} {
		if _, err := accept(offering(t), c.draft); fieldsOf(err) != c.fields {
			t.Errorf("%s: %v; want %q", name, err, c.fields)
		}
	}
}

func TestCheckDigits(t *testing.T) {
	for check, texts := range map[string][2][]string{
		"luhn":  {{"4000000002", "79927398713", "4539 1488 0343 6467", "00"}, {"4000000007", "79927398710", "7", "", "12a", "٣٤"}},
		"mod97": {{"098", "3214282912345698765432161182", "RF712348231"[4:] + "RF71"}, {"97", "1", "", "rf71", "3214282912345698765432161183"}},
		"mod11": {{"971032081", "12345678903", "971 032 081"}, {"971032082", "12345678905", "5", ""}},
	} {
		for _, right := range texts[0] {
			if !checkDigits[check](right) {
				t.Errorf("%s refuses %q", check, right)
			}
		}
		for _, wrong := range texts[1] {
			if checkDigits[check](wrong) {
				t.Errorf("%s accepts %q", check, wrong)
			}
		}
	}
}

// TestAPlainDraftHasTheFingerprintItAlwaysHad: a client that asks again during an upgrade gets its answer.
func TestAPlainDraftHasTheFingerprintItAlwaysHad(t *testing.T) {
	if got := good().fingerprint(); got != "5709e40c12cec3fab54a39d6fe3f110b" {
		t.Errorf("it is %s", got)
	}
	coded := good(func(d *Draft) { d.Codes = []string{"WELCOME"} })
	detailed := good(func(d *Draft) { d.Details = map[string]string{"a": "b"} })
	pesos := good(func(d *Draft) { d.Currency = "MXN" })
	if pesos.fingerprint() == good().fingerprint() {
		t.Error("the same number in two currencies is one price")
	}
	if coded.fingerprint() == good().fingerprint() || detailed.fingerprint() == good().fingerprint() {
		t.Error("codes and details make no difference")
	}
}
