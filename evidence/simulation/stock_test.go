package simulation

import (
	"context"
	"slices"
	"strings"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// pieces is how many there are of what the clients buy: fewer than the clients.
const pieces = 3

// few counts all products.
func few(catalog []order.Product) {
	for i := range catalog {
		catalog[i].Stock = new(int64(pieces))
	}
}

// checkStock checks that the count equals what living orders have taken, and does not exceed what was received.
func (w *world) checkStock(orders []order.Order) {
	taken := map[string]int64{}
	for _, o := range orders {
		for _, p := range o.Terms.Reserved {
			if o.Status != order.Cancelled && o.Status != order.PaymentDeclined {
				taken[p.SKU] += p.Quantity
			}
		}
	}
	counts, err := w.life.store.Stock(context.Background())
	if err != nil {
		panic(err)
	}
	for _, s := range counts {
		if s.Received != pieces || s.Taken != taken[s.SKU] || s.Left() < 0 {
			w.wrong("a piece is sold once", "%+v, and living orders have taken %d", s, taken[s.SKU])
		}
		delete(taken, s.SKU)
	}
	if len(taken) > 0 {
		w.wrong("a piece is sold once", "orders have taken %v, which is not counted", taken)
	}
}

// keepsPieces forgets to give pieces back.
type keepsPieces struct{ database.Engine }

func (k keepsPieces) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (bool, error) {
	return k.Engine.Do(ctx, rows, func(t *database.Tx) error {
		err := useCase(t)
		t.Changes = slices.DeleteFunc(t.Changes, func(c database.Change) bool { return strings.HasPrefix(c.SQL, "UPDATE stock") })
		return err
	})
}
