package audit

import "fmt"

// isMissing is a version of the rules, or its market, that is not there. It is a finding.
const isMissing = "missing"

// Why a price, or what an offer takes off, is not computed anew.
const (
	keepsPrice   = "test orders and imported orders keep the price that they bring"
	keepsNoLines = "orders of earlier releases kept no lines, or no version of the rules"
	notReadable  = "the auditor cannot read their version of the rules"
	byExpression = "an expression of an offer says how much it takes off"
)

// priceNotes says what was not computed anew.
func (k *look) priceNotes() (notes []string) {
	for _, why := range sortedKeys(k.unpriced) {
		notes = append(notes, fmt.Sprintf("money.price, money.tax: %d not computed: %s.", k.unpriced[why], why))
	}
	if k.offered > 0 {
		notes = append(notes, fmt.Sprintf("money.price: what %d offers took off was computed, and not whether the expressions when and items of an offer hold, whether other offers would have applied, and how often a code was used.", k.offered))
	}
	return notes
}
