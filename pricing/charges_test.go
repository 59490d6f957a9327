package pricing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// quoted is the price of pieces for a private customer in the market M.
func quoted(t *testing.T, spec Spec, c Cart) Quote {
	t.Helper()
	set, problems := Compile(spec)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c.Market, c.Now = "M", saturday
	if c.CustomerType == "" {
		c.CustomerType = "B2C"
	}
	q, err := set.Quote(c, func(offer string, err error) { t.Errorf("%s: %v", offer, err) })
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// with is a shop that sells plants and pots, with a market that has more.
func with(t *testing.T, tax Tax, plant, pot int64, change func(*Market)) Spec {
	t.Helper()
	set := selling(t, tax, plant, pot)
	m := set.markets["M"]
	change(&m)
	return Spec{
		Products: []Product{{SKU: "PLANT", TaxClass: "plant"}, {SKU: "POT", TaxClass: "pot"}}, Markets: map[string]Market{"M": m},
		CustomerTypes: set.types, MaxPieces: 20, Now: saturday,
	}
}

// TestCharges are lines of their own: once or for each piece, for some customers, in some jurisdictions, and free from an amount that
// the products cost after offers.
func TestCharges(t *testing.T) {
	shipping := Charge{Name: "shipping", Amount: 499, TaxClass: "plant", Account: "shipping"}
	fee := Charge{Name: "delivery-fee", Amount: 29, TaxClass: "pot", Account: "fees", Jurisdictions: []string{"CO"}}
	packing := Charge{Name: "packing", Amount: 100, PerPiece: true, TaxClass: "pot", Account: "packing", CustomerTypes: []string{"B2B"}}
	free := Charge{Name: "shipping", Amount: 499, TaxClass: "plant", Account: "shipping", FreeFrom: 10000}
	tenOff := map[string]Offer{"ten": {Percent: percent("10")}}
	for name, c := range map[string]struct {
		charges []Charge
		offers  map[string]Offer
		cart    Cart
		total   int64
		charged []string
	}{
		"none":                           {nil, nil, Cart{Items: event.ParseItems("PLANT")}, 10000, nil},
		"once for an order":              {[]Charge{shipping}, nil, Cart{Items: event.ParseItems("PLANT,POT")}, 12499, []string{"shipping"}},
		"in one region only":             {[]Charge{fee}, nil, Cart{Items: event.ParseItems("PLANT"), Jurisdiction: "CO"}, 10029, []string{"delivery-fee"}},
		"and not in another one":         {[]Charge{fee}, nil, Cart{Items: event.ParseItems("PLANT"), Jurisdiction: "NY"}, 10000, nil},
		"for each piece":                 {[]Charge{packing}, nil, Cart{Items: event.ParseItems("PLANT,PLANT,POT"), CustomerType: "B2B"}, 22300, []string{"packing"}},
		"not for other customers":        {[]Charge{packing}, nil, Cart{Items: event.ParseItems("PLANT")}, 10000, nil},
		"free from an amount":            {[]Charge{free}, nil, Cart{Items: event.ParseItems("PLANT")}, 10000, nil},
		"but not from less after offers": {[]Charge{free}, tenOff, Cart{Items: event.ParseItems("PLANT")}, 9000 + 499, []string{"shipping"}},
		"of which no offer takes off":    {[]Charge{shipping, fee}, map[string]Offer{"all": {Percent: percent("100")}}, Cart{Items: event.ParseItems("PLANT"), Jurisdiction: "CO"}, 528, []string{"shipping", "delivery-fee"}},
	} {
		none := Tax{Jurisdictions: []string{"CO", "NY"}, Authorities: []Authority{{Name: "T", Treatments: []Treatment{{Kind: TaxZero}}}}}
		spec := with(t, none, 10000, 2000, func(m *Market) { m.Charges = c.charges })
		spec.Offers = c.offers
		q := quoted(t, spec, c.cart)
		var charged []string
		for _, l := range q.Lines {
			if l.Charge != "" {
				charged = append(charged, l.Charge)
			}
		}
		if diff := cmp.Diff(c.charged, charged); q.Total != c.total || diff != "" {
			t.Errorf("%s: %d, want %d\n%s", name, q.Total, c.total, diff)
		}
	}
}

// TestAChargeIsTaxedByItsClass: shipping of 11.90 with 19 percent in it, beside a plant of 107.00 with 7.
func TestAChargeIsTaxedByItsClass(t *testing.T) {
	shipping := Charge{Name: "shipping", Amount: 1190, TaxClass: "pot", Account: "freight"}
	q := quoted(t, with(t, germany(false), 10700, 11900, func(m *Market) { m.Charges = []Charge{shipping} }), Cart{Items: event.ParseItems("PLANT")})
	vat := []event.LineTax{{Name: "VAT", Treatment: "rate", Rate: "19", Base: 1000, Amount: 190}}
	want := event.Line{Charge: "shipping", Account: "freight", Class: "pot", Quantity: 1, UnitPrice: 1190, Tax: 190, Total: 1190, Taxes: vat}
	if diff := cmp.Diff(want, q.Lines[1]); diff != "" || q.Total != 11890 || q.Subtotal != 10700 || q.Taxes[0].Amount != 700 || q.Taxes[1].Amount != 190 {
		t.Errorf("%+v\n%s", q, diff)
	}
}

// TestATotalCanBePaid: dinars are paid in tens of their thousandths, and yen one by one.
func TestATotalCanBePaid(t *testing.T) {
	five := Tax{Authorities: []Authority{{Name: "T", Treatments: []Treatment{rated("5")}}}}
	for _, c := range []struct {
		currency        money.Currency
		price           int64
		total, rounding int64
	}{
		{"KWD", 1234, 1300, 4},  // 1.296
		{"KWD", 1240, 1300, -2}, // 1.302
		{"KWD", 1200, 1260, 0},
		{"JPY", 1234, 1296, 0},
	} {
		q := quoted(t, with(t, five, c.price, 1, func(m *Market) { m.Currency = c.currency }), Cart{Items: event.ParseItems("PLANT")})
		rounding := int64(0)
		for _, l := range q.Lines {
			if l.Charge == RoundingCharge {
				rounding += l.Total
			}
		}
		if q.Total != c.total || rounding != c.rounding {
			t.Errorf("%s of %d: %+v", c.currency, c.price, q)
		}
	}
}
