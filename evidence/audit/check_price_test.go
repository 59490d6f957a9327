package audit

import (
	"strings"
	"testing"
)

const pricedBy = `
currency: USD
catalog: [ { sku: A, price: 10000, taxClass: plant }, { sku: B, price: 5000, taxClass: plant }, { sku: G, price: 3000, taxClass: pot } ]
markets:
  US:
    currency: USD
    timeZone: UTC
    maxOff: "30"
    charges:
      - { name: shipping, amount: 500, per: order, taxClass: freight, account: freight, freeFrom: 20000 }
      - { name: packing, amount: 50, per: piece, taxClass: pot, account: packing, customerTypes: [B2C] }
      - { name: papers, amount: 50, per: order, taxClass: pot, account: packing, customerTypes: [B2B] }
  KW: { currency: KWD, rate: "0.3075", timeZone: Asia/Kuwait }
offers:
  fifth: { percent: "20", group: rivals, priority: 1 }
  tenth: { percent: "10", group: rivals }
  half: { percent: "50" }
  rival: { amount: { USD: 1000 }, excludes: [half] }
  gift: { free: { sku: G, quantity: 1 } }
`

// priced is what checkPrice finds of an order of the pieces, with the lines.
func priced(pieces string, total int64, lines ...string) string {
	return pricedIn("US", "USD", pieces, total, lines...)
}

func pricedIn(market, currency, pieces string, total int64, lines ...string) string {
	k := newLook(&auditor{}, nil)
	l := &life{order: order{market: market, currency: currency, customerType: "B2C", rules: 1, total: total, products: pieces}, version: readVersion(pricedBy)}
	l.readTerms(`{"lines":[` + strings.Join(lines, ",") + `]}`)
	checkPrice(k, l, verdict{k, k.checks["money.price"], 1})
	var found []string
	for _, f := range k.findings {
		found = append(found, f.Expected+": "+f.Is)
	}
	return strings.Join(found, "; ")
}

// productLine is a line of a piece, with what was taken off.
func productLine(sku, price, off, total string) string {
	class := map[string]string{"A": "plant", "B": "plant", "G": "pot"}[sku]
	return `{"sku":"` + sku + `","class":"` + class + `","quantity":1,"unitPrice":` + price + `,"off":[` + off + `],"total":` + total + `}`
}

const (
	shipping = `{"charge":"shipping","account":"freight","class":"freight","quantity":1,"unitPrice":500,"total":500}`
	packing  = `{"charge":"packing","account":"packing","class":"pot","quantity":1,"unitPrice":50,"total":50}`
)

func TestChargesAreComputed(t *testing.T) {
	one := productLine("A", "10000", "", "10000")
	dear := strings.NewReplacer(`"quantity":1`, `"quantity":2`, `"total":10000`, `"total":20000`).Replace(one)
	twice := strings.NewReplacer(`"quantity":1`, `"quantity":2`, `"total":50`, `"total":100`).Replace(packing)
	for name, c := range map[string]struct{ found, want string }{
		"both":                      {priced("A", 10550, one, shipping, packing), ""},
		"free from 200.00":          {priced("A,A", 20100, dear, twice), ""},
		"charged all the same":      {priced("A,A", 20600, dear, shipping, twice), "the charges [{packing packing pot 2 50}]"},
		"forgotten":                 {priced("A", 10050, one, packing), "the charges [{shipping freight freight 1 500}"},
		"to another account":        {priced("A", 10550, one, strings.Replace(shipping, `"account":"freight"`, `"account":"other"`, 1), packing), "{shipping other freight"},
		"to a step":                 {pricedIn("KW", "KWD", "G", 9230, productLine("G", "9225", "", "9225"), `{"charge":"rounding","account":"rounding","quantity":1,"unitPrice":5,"total":5}`), ""},
		"not to a step":             {pricedIn("KW", "KWD", "G", 9225, productLine("G", "9225", "", "9225")), "the charges [{rounding rounding  1 5}]"},
		"down, where up is as near": {pricedIn("KW", "KWD", "B,B,B", 46120, strings.NewReplacer(`"quantity":1`, `"quantity":3`).Replace(productLine("B", "15375", "", "46125")), `{"charge":"rounding","account":"rounding","quantity":1,"unitPrice":-5,"total":-5}`), "{rounding rounding  1 5}"},
		"at another price":          {priced("A", 10540, one, strings.ReplaceAll(shipping, "500", "490"), packing), "{shipping freight freight 1 490}"},
	} {
		if (c.want == "") != (c.found == "") || !strings.Contains(c.found, c.want) {
			t.Errorf("%s: %s, want %s", name, c.found, c.want)
		}
	}
}

func TestOffersAreComputed(t *testing.T) {
	off := func(offer, amount string) string { return `{"offer":"` + offer + `","amount":` + amount + `}` }
	of := func(sku, price, off, total string) string { return productLine(sku, price, off, total) }
	charged := func(total int64, pieces string, lines ...string) string {
		n := strings.NewReplacer(`"quantity":1`, `"quantity":2`, `"total":50`, `"total":100`).Replace(packing)
		return priced(pieces, total+600, append(lines, shipping, n)...)
	}
	part := func(amount string) string { return `{"offer":"gift","amount":` + amount + `,"gift":"G"}` }
	gift := func(a, b, g, ta, tb, tg string) string {
		free := strings.Replace(of("G", "3000", part(g), tg), `"quantity"`, `"gift":true,"quantity"`, 1)
		return charged(15000, "A,B,G", of("A", "10000", part(a), ta), of("B", "5000", part(b), tb), free)
	}
	for name, c := range map[string]struct{ found, want string }{
		"a percentage":       {charged(12000, "A,B", of("A", "10000", off("fifth", "2000"), "8000"), of("B", "5000", off("fifth", "1000"), "4000")), ""},
		"spread otherwise":   {charged(12000, "A,B", of("A", "10000", off("fifth", "2500"), "7500"), of("B", "5000", off("fifth", "500"), "4500")), "fifth off A by 2000 to 2000"},
		"off one line only":  {charged(13000, "A,B", of("A", "10000", off("fifth", "2000"), "8000"), of("B", "5000", "", "5000")), "fifth off all lines"},
		"too much":           {charged(11900, "A,B", of("A", "10000", off("fifth", "2067"), "7933"), of("B", "5000", off("fifth", "1033"), "3967")), "fifth takes 20 percent off, 3000"},
		"cut":                {charged(10500, "A,B", of("A", "10000", off("half", "3000"), "7000"), of("B", "5000", off("half", "1500"), "3500")), ""},
		"not cut":            {charged(7500, "A,B", of("A", "10000", off("half", "5000"), "5000"), of("B", "5000", off("half", "2500"), "2500")), "at most 4500 off"},
		"two of a group":     {charged(10800, "A,B", of("A", "10000", off("fifth", "2000")+","+off("tenth", "800"), "7200"), of("B", "5000", off("fifth", "1000")+","+off("tenth", "400"), "3600")), "fifth without tenth"},
		"what excludes it":   {charged(10500, "A,B", of("A", "10000", off("half", "2333")+","+off("rival", "667"), "7000"), of("B", "5000", off("half", "1167")+","+off("rival", "333"), "3500")), "rival without half"},
		"an amount":          {charged(14000, "A,B", of("A", "10000", off("rival", "667"), "9333"), of("B", "5000", off("rival", "333"), "4667")), ""},
		"another amount":     {charged(14100, "A,B", of("A", "10000", off("rival", "600"), "9400"), of("B", "5000", off("rival", "300"), "4700")), "rival takes 1000 off"},
		"a gift":             {gift("1667", "833", "500", "8333", "4167", "2500"), ""},
		"a gift of one line": {gift("1767", "733", "500", "8233", "4267", "2500"), "gift off A by 1666 to 1667"},
		"a gift for more":    {gift("1668", "834", "500", "8332", "4166", "2500"), "gift takes 3000 off"},
	} {
		if (c.want == "") != (c.found == "") || !strings.Contains(c.found, c.want) {
			t.Errorf("%s: %s, want %s", name, c.found, c.want)
		}
	}
}
