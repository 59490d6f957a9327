package audit

import (
	"math/big"
	"slices"
	"testing"
)

func TestRounded(t *testing.T) {
	for _, c := range []struct {
		tenths                       int64
		halfUp, halfEven, down, upTo int64
	}{{0, 0, 0, 0, 0}, {4, 0, 0, 0, 1}, {5, 1, 0, 0, 1}, {6, 1, 1, 0, 1}, {10, 1, 1, 1, 1}, {15, 2, 2, 1, 2}, {25, 3, 2, 2, 3}} {
		for mode, want := range map[string]int64{"": c.halfUp, "half-up": c.halfUp, "half-even": c.halfEven, "down": c.down, "up": c.upTo} {
			if got := rounded(big.NewRat(c.tenths, 10), mode); got != want {
				t.Errorf("%d tenths, %q: %d, want %d", c.tenths, mode, got, want)
			}
		}
	}
}

// TestRoundsAsTheRulesSay: the example of docs/rules.md, 150.00 at four rates, and two lines whose taxes are rounded at once.
func TestRoundsAsTheRulesSay(t *testing.T) {
	rates := []string{"6.25", "1.75", "1.25", "1"}
	for _, c := range []struct {
		of   []int64
		how  rounding
		want []int64
	}{
		{[]int64{15000}, rounding{}, []int64{938, 263, 188, 150}},
		{[]int64{15000}, rounding{Rates: "combined"}, []int64{938, 263, 187, 150}},
		{[]int64{10, 10}, rounding{}, []int64{1, 0, 0, 0, 1, 0, 0, 0}},
		{[]int64{10, 10}, rounding{Per: "invoice"}, []int64{1, 0, 0, 0, 0, 0, 0, 0}},
		{[]int64{10, 10}, rounding{Per: "invoice", Rates: "combined", Mode: "up"}, []int64{1, 1, 0, 0, 1, 0, 0, 0}}, // 2.05 of 1.25, 0.35, 0.25 and 0.20: 3 of 2 and 1
	} {
		amounts := make([]int64, len(c.of)*len(rates))
		var parts []part
		for line, of := range c.of {
			for i, rate := range rates {
				share, err := hundredths(rate)
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, part{line: line, authority: i, rate: rate, exact: share.Mul(share, ratio(of)), amount: &amounts[line*len(rates)+i]})
			}
		}
		if c.how.round(parts); !slices.Equal(amounts, c.want) {
			t.Errorf("%v by %+v: %v, want %v", c.of, c.how, amounts, c.want)
		}
	}
}

// TestReadsOldVersions: numbers without quotes, keys that it does not know, and no taxes.
func TestReadsOldVersions(t *testing.T) {
	r := readVersion(`
currency: USD
catalog: [ { sku: A, price: 333, colour: red } ]
markets:
  US: { currency: USD, timeZone: Mars/Base }
  MX: { currency: MXN, rate: 17.5, timeZone: America/Mexico_City, tax: { rates: [ { name: IVA, percent: 16 } ] } }
  JP: { currency: JPY, rate: "150" }
offers: { less: { percent: 12.5, amount: 3 } }
`)
	if r.err != nil {
		t.Fatal(r.err)
	}
	for market, want := range map[string]int64{"US": 333, "MX": 5828, "JP": 500} {
		if price, sold := r.price("A", r.Markets[market]); !sold || price != want {
			t.Errorf("in %s it costs %d, want %d", market, price, want)
		}
	}
	if iva := r.Markets["MX"].Tax.Authorities[0].Treatments[0]; iva.Percent != "16" || iva.Treatment != "" {
		t.Errorf("%+v", iva)
	}
	for _, text := range []string{"catalog: [", `markets: { US: { rate: "some" } }`, `offers: { less: { percent: "half" } }`} {
		if r := readVersion(text); r.err == nil {
			t.Errorf("%s is read as %+v", text, r)
		}
	}
}
