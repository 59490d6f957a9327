package console

import (
	"time"

	"acme.example/webshop/order"
)

// correction is what an operator corrected in an order.
type correction struct {
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
	Why    string          `json:"why"`
	Fields []order.Changed `json:"fields"`
}

// correctionsOf returns what each correction of an order changed, the newest first.
func correctionsOf(o order.Order, kept []order.Correction) (all []correction) {
	after := o.Whose()
	for i := len(kept) - 1; i >= 0; i-- {
		c := kept[i]
		all = append(all, correction{At: c.At, By: c.By, Why: c.Why, Fields: after.Since(c.Was)})
		after = c.Was
	}
	return all
}
