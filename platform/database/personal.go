package database

import (
	"slices"
	"sync/atomic"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// people are the columns of an order that its events are completed from (order.Order.Personal).
var people = func() *Table[order.Order] {
	names := []string{"name", "email", "phone", "street", "city", "address", "tracking"}
	t := &Table[order.Order]{Name: "orders", Key: 1}
	for _, c := range Orders.Columns {
		if slices.Contains(names, c.Name) {
			t.Columns = append(t.Columns, c)
		}
	}
	return t
}()

// Events selects events of a journal j with what completes them of their orders o, in the columns that ScanEvent reads. Only an order's
// first event has its terms.
var Events = Journal.Names("j") + `, ` + people.Names("o") + `, CASE WHEN j.type = 'OrderCreated' THEN o.terms ELSE '' END`

// ScanEvent reads a complete event, and more from the columns after those of Events.
func ScanEvent(row interface{ Scan(...any) error }, env *event.Envelope, more ...any) error {
	var o order.Order
	fields := append(people.Fields(&o), jsonText[order.Terms]{&o.Terms})
	if err := Journal.Scan(row, env, append(fields, more...)...); err != nil {
		return err
	}
	return complete(env, &o)
}

func complete(env *event.Envelope, o *order.Order) (err error) {
	env.Data, err = event.Complete(env.Type, env.Data, o.Personal)
	return err
}

// Keeper makes the rows of the journal. Personal data is left out of them, but for as long as a process runs that does not complete
// events (Level).
type Keeper struct{ whole atomic.Bool }

// Row returns an event as it is kept.
func (k *Keeper) Row(env event.Envelope) (event.Envelope, error) {
	if k.whole.Load() {
		return env, nil
	}
	data, err := event.Blank(env.Type, env.Data)
	env.Data = data
	return env, err
}
