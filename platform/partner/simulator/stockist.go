package simulator

import "slices"

// Statuses of a refill: done, or to be done.
const (
	ready = "ready"
	later = "later"
)

// newStockist returns the stockist, which answers at once or later.
func newStockist(d *partner, c *callbacks) *partner {
	d.has, d.callbacks = append(d.has, knobRefuseRate, knobAnswerLater), c
	serve(d, "/refills", "refill", d.refill)
	return d
}

type refill struct {
	OrderID     int64    `json:"orderId"`
	SKUs        []string `json:"skus"`        // one for each piece
	CallbackURL string   `json:"callbackUrl"` // for a later answer
}

func (r refill) check() error {
	var f fields
	f.wantOrder(r.OrderID)
	f.want(len(r.SKUs) > 0 && !slices.Contains(r.SKUs, ""), "skus", "must hold at least one SKU, and no empty one")
	f.wantURL("callbackUrl", r.CallbackURL)
	return f.err()
}

// refill produces the plants.
func (d *partner) refill(r refill, record *Record) error {
	if err := d.mayRefuse(); err != nil {
		return err
	}
	return d.maybeLater(record, ready, r.CallbackURL, "stock.created", r.OrderID)
}

// maybeLater gives a record its status now, or later with a callback, by the knob. The record has it from the time of the
// callback on, whether or not that arrives: so a shop that missed it can ask again. The caller holds the lock.
func (d *partner) maybeLater(record *Record, status, url, say string, orderID int64) error {
	record.Status = status
	if d.knobs.AnswerLater == 0 {
		return nil
	}
	record.Status = later
	key := record.Key
	return d.callbacks.start(millis(d.knobs.AnswerLater), url, "msg_"+record.Reference, func() []byte {
		d.mu.Lock()
		defer d.mu.Unlock()
		if kept, found := d.book.find(key); found {
			kept.Status = status
			d.book.change(kept)
		}
		return said(say, d.now(), map[string]any{"orderId": orderID, "key": key}) // the key under which it was asked
	})
}
