package pricing

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/event"
)

// chicago are the rates of a state, a city, a county and its transport.
func chicago(r Rounding) Tax {
	t := Tax{Rounding: r}
	for _, rate := range []string{"6.25", "1.75", "1.25", "1"} {
		t.Authorities = append(t.Authorities, Authority{Name: "at" + rate, Treatments: []Treatment{rated(rate)}})
	}
	return t
}

// TestRoundingIsData: 150.00 at 10.25 percent, by rate and combined, and yen once for each rate and invoice.
func TestRoundingIsData(t *testing.T) {
	plants := rated("8", "plant")
	japan := func(r Rounding) Tax {
		return Tax{Rounding: r, Authorities: []Authority{{Name: "tax", Treatments: []Treatment{plants, rated("10")}}}}
	}
	for name, c := range map[string]struct {
		tax     Tax
		pieces  string
		amounts []int64
	}{
		"by rate":                         {chicago(Rounding{}), "PLANT", []int64{938, 263, 188, 150}},
		"combined":                        {chicago(Rounding{Combined: true}), "PLANT", []int64{938, 263, 187, 150}},
		"combined, of the invoice":        {chicago(Rounding{PerInvoice: true, Combined: true}), "PLANT", []int64{938, 263, 187, 150}},
		"down":                            {chicago(Rounding{Mode: Down}), "PLANT", []int64{937, 262, 187, 150}},
		"up":                              {chicago(Rounding{Mode: Up}), "PLANT", []int64{938, 263, 188, 150}},
		"half to even":                    {chicago(Rounding{Mode: HalfEven}), "PLANT", []int64{938, 262, 188, 150}},
		"by line":                         {japan(Rounding{}), "FERN,PALM,POT,POT,POT", []int64{8 + 8, 13}},
		"once for each rate and invoice":  {japan(Rounding{PerInvoice: true}), "FERN,PALM,POT,POT,POT", []int64{17, 13}},
		"the same, down":                  {japan(Rounding{PerInvoice: true, Mode: Down}), "FERN,PALM,POT,POT,POT", []int64{16, 12}},
		"the same, with all rates at one": {japan(Rounding{PerInvoice: true, Combined: true}), "FERN,PALM,POT,POT,POT", []int64{16, 13}},
	} {
		set := stocked(t, c.tax, map[string]int64{"PLANT": 15000, "FERN": 105, "PALM": 102, "POT": 42})
		q, err := set.Quote(Cart{Market: "M", CustomerType: "B2C", Items: event.ParseItems(c.pieces), Now: saturday}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var amounts []int64
		for _, x := range q.Taxes {
			amounts = append(amounts, x.Amount)
		}
		if !slices.Equal(amounts, c.amounts) || q.Total != q.Subtotal+sum(amounts) {
			t.Errorf("%s: %v, %d in all; want %v", name, amounts, q.Total, c.amounts)
		}
	}
}

// stocked is a shop with plants and pots at such prices.
func stocked(t testing.TB, tax Tax, prices map[string]int64) *Set {
	t.Helper()
	spec := Spec{
		Markets:       map[string]Market{"M": {Currency: "EUR", Language: "en", Zone: time.UTC, Prices: prices, Tax: tax}},
		CustomerTypes: map[string][]string{"B2C": {"M"}}, MaxPieces: 20, Now: saturday,
	}
	for sku := range prices {
		class := "plant"
		if sku == "POT" {
			class = "pot"
		}
		spec.Products = append(spec.Products, Product{SKU: sku, TaxClass: class})
	}
	set, problems := Compile(spec)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// TestASpreadLosesNothing: the parts are the rounded sum, and each is its number, rounded to one side or the other.
func TestASpreadLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var numbers []*big.Rat
		all := new(big.Rat)
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			x := big.NewRat(rapid.Int64Range(0, 1_000_000).Draw(t, "over"), rapid.Int64Range(1, 1000).Draw(t, "under"))
			numbers, all = append(numbers, x), all.Add(all, x)
		}
		total := rapid.SampledFrom(RoundingModes()).Draw(t, "mode").whole(all).Int64()
		parts := spread(total, numbers)
		if sum(parts) != total {
			t.Fatalf("%v of %d", parts, total)
		}
		for i, x := range numbers {
			if parts[i] < Down.whole(x).Int64() || parts[i] > Up.whole(x).Int64() {
				t.Fatalf("%d of %v", parts[i], x)
			}
		}
	})
}
