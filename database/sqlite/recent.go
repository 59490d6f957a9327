package sqlite

import (
	"sync"

	"acme.example/webshop/order"
)

const (
	// maxRecent bounds the orders that the writer remembers.
	maxRecent = 4096
	// maxOpen bounds the open receipts that are remembered: more than may wait before no more orders are taken.
	maxOpen = 1 << 16
)

// keep remembers an order as it is in the file, for the next write to it: most follow soon. There is no other writer, and
// each statement that changes an order is followed by keep. When anything of a transaction is undone, all is forgotten.
func (t *tx) keep(o order.Order) {
	if len(t.orders) >= maxRecent {
		clear(t.orders)
	}
	o.StatusAt = fromMillis(o.StatusAt.UnixMilli())
	if !o.DeliveryTime.IsZero() {
		o.DeliveryTime = fromMillis(o.DeliveryTime.UnixMilli())
	}
	t.orders[o.ID] = o
}

// openReceipts are receipts that are known to be pending: those that were written lately and not settled since. It spares
// the question to the file before each call to a partner.
type openReceipts struct {
	mu  sync.Mutex
	all map[receiptKey]struct{}
}

type receiptKey struct{ event, subscriber string }

// turned is a receipt that a transaction opens or closes.
type turned struct {
	receipt receiptKey
	open    bool
}

// turn notes what a transaction has changed, after its commit.
func (r *openReceipts) turn(all []turned) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range all {
		if !one.open {
			delete(r.all, one.receipt)
		} else if len(r.all) < maxOpen {
			r.all[one.receipt] = struct{}{}
		}
	}
}

// has reports whether a receipt is known to be pending; of those that it does not have, nothing is known.
func (r *openReceipts) has(one receiptKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.all[one]
	return known
}
