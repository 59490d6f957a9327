package event

import (
	"slices"
	"strings"
)

// Item is a quantity of one product.
type Item struct {
	SKU      string // as the client wrote it, perhaps with spaces around it
	Quantity int64
}

// Items are ordered products, in the order of the request. A product may occur more than once.
type Items []Item

// ParseItems parses the form that products have in the API, in events and in the database: one SKU for each piece,
// separated by commas. It accepts any text, and String returns it unchanged.
func ParseItems(products string) (items Items) {
	if products == "" {
		return nil
	}
	for sku := range strings.SplitSeq(products, ",") {
		items = items.with(sku, 1)
	}
	return items
}

// Add returns the items with more pieces after them.
func (items Items) Add(sku string, quantity int64) Items {
	return slices.Clone(items).with(sku, quantity)
}

func (items Items) with(sku string, quantity int64) Items {
	if last := len(items) - 1; last >= 0 && items[last].SKU == sku {
		items[last].Quantity += quantity
		return items
	}
	return append(items, Item{sku, quantity})
}

// String returns the form that ParseItems parses.
func (items Items) String() string {
	var pieces []string
	for _, item := range items {
		pieces = append(pieces, slices.Repeat([]string{item.SKU}, int(item.Quantity))...)
	}
	return strings.Join(pieces, ",")
}

// Pieces returns the number of pieces.
func (items Items) Pieces() (n int64) {
	for _, item := range items {
		n += item.Quantity
	}
	return n
}

// SKUs lists the SKU of each piece, without spaces around it.
func (items Items) SKUs() (skus []string) {
	for _, item := range items {
		skus = append(skus, slices.Repeat([]string{strings.TrimSpace(item.SKU)}, int(item.Quantity))...)
	}
	return skus
}
