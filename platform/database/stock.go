package database

import (
	"context"

	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// StockTaking changes the counts of products; only the processes of the database service use it.
type StockTaking interface {
	// ChangeStock changes the count of a product (stock.ChangeCount), and returns the count after it.
	ChangeStock(ctx context.Context, c stock.Change) (order.Stock, error)
}

// ChangeStock changes the count of a product.
func (u UseCases) ChangeStock(ctx context.Context, c stock.Change) (after order.Stock, err error) {
	_, err = u.do(ctx, Rows{Stock: []order.Stock{{SKU: c.SKU, Received: c.Start}}}, func(t *Tx) error {
		count, err := stock.ChangeCount(countTx{t}, c)
		after = order.Stock{SKU: c.SKU, Received: count.Received, Taken: count.Taken}
		return err
	})
	return after, err
}

// countTx is a transaction as stock.ChangeCount sees it.
type countTx struct{ *Tx }

func (t countTx) Count() stock.Count {
	s := t.Loaded.Stock[0]
	return stock.Count{Received: s.Received, Taken: s.Taken}
}

func (t countTx) Receive(pieces int64) {
	s := t.Loaded.Stock[0]
	t.add(Change{SQL: receiveStock, Args: []any{s.SKU, s.Received + pieces, pieces}, Record: &s, Last: s.SKU}, nil)
}

// receiveStock begins a count or adds to it. Meanwhile, orders may give pieces back.
const receiveStock = `INSERT INTO stock (sku, received, taken) VALUES ($1, $2, 0)
	ON CONFLICT (sku) DO UPDATE SET received = stock.received + $3`
