package graphql

import "context"

// Stock returns the counts of the products that have one.
func (q query) Stock(ctx context.Context) ([]StockCount, error) {
	if q.Orders == nil {
		return nil, errElsewhere
	}
	counted, err := q.Orders.Counted(ctx)
	all := []StockCount{}
	for _, c := range counted {
		all = append(all, StockCount{Sku: c.SKU, Received: c.Received, Taken: c.Taken, Left: c.Left(), Low: c.Few()})
	}
	return all, err
}
