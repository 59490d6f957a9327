package order

import (
	"slices"

	"acme.example/webshop/pricing"
)

// MaxSize bounds the parts of an order that the rules make: pieces, lines, offers. All that carries orders takes as much, with
// what customers may type besides: EventBridge 256 KB, NATS 1 MB, the store's listener maxStoreBody (app).
const MaxSize = 160 << 10

// What JSON takes for a line, and for what an offer takes off it, besides names.
const (
	lineSize = len(`{"sku":"","quantity":300,"unitPrice":2147483647,"gift":true,"off":[],"tax":2147483647,"total":2147483647},`)
	// giftSize is what tells a gift's price from another offer, and chargeSize a charge from a product.
	giftSize, chargeSize = len(`,"gift":""`), len(`"charge":"","account":"",`)
	// classSize is of a tax class, and pointSize of when a tax falls due, besides their names.
	classSize, pointSize = len(`"class":"",`), len(`"point":"",`)
	offSize              = len(`{"offer":"","amount":2147483647},`)
	// taxSize is of a tax of a line.
	taxSize = len(`{"name":"","treatment":"reverse-charge","rate":"99.9999","base":2147483647,"amount":2147483647},`)
)

// Largest is how many bytes the largest order can have as far as the rules make it: of different products, with the longest
// names first, under all offers at once.
func (r *Rules) Largest() int {
	var skus []int
	class := 0
	for _, p := range r.Catalog {
		skus, class = append(skus, len(p.SKU)+1), max(class, len(p.TaxClass))
	}
	if len(skus) == 0 {
		return 0
	}
	slices.SortFunc(skus, func(a, b int) int { return b - a })
	lines := min(len(skus), r.MaxPieces)
	size, taxes := skus[0]*r.MaxPieces, r.largestTaxes()+classSize+class
	for _, sku := range skus[:lines] {
		size += lineSize + sku + taxes
	}
	for _, o := range r.Offers {
		if o.Free.Quantity > 0 {
			lines++
			size += lineSize + taxes + (int(o.Free.Quantity)+1)*(len(o.Free.SKU)+1)
		}
	}
	for name, o := range r.Offers {
		size += lines * (offSize + len(name))
		if o.Free.Quantity > 0 {
			size += lines * (giftSize + len(o.Free.SKU)) // its price is taken off each line
		}
	}
	return size + r.largestCharges(taxes)
}

// largestCharges is how many bytes the charges of an order can have, in the market with the most of them.
func (r *Rules) largestCharges(taxes int) (most int) {
	for _, m := range r.Markets {
		size := 0
		for _, c := range m.Charges {
			size += lineSize + chargeSize + len(c.Name) + len(c.Account) + len(c.TaxClass) + taxes
		}
		most = max(most, size)
	}
	return most
}

// largestTaxes is how many bytes the taxes of one line can have, in the market with the most of them.
func (r *Rules) largestTaxes() (most int) {
	for _, m := range r.Markets {
		for _, tax := range m.Tax.Everywhere() {
			most = max(most, taxesSize(tax))
		}
	}
	return most
}

func taxesSize(tax pricing.Tax) (size int) {
	for _, a := range tax.Authorities {
		if a.Kept() {
			size += taxSize + len(a.Name) + pointSize + len(a.Point)
		}
	}
	if size > 0 {
		size += len(`"relief":2147483647,"taxes":[],`)
	}
	return size
}
