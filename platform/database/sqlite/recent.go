package sqlite

import (
	"time"
	"unsafe"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// maxRecentBytes bounds the orders that the writer caches: some 4,000 usual ones. Without the cache, an order costs a
// sixth more processor time.
const maxRecentBytes = 4 << 20

// recentOrders is a cache of orders as stored in the file.
type recentOrders struct {
	all   map[int64]*order.Order
	bytes int
}

// forget empties the cache.
func (r *recentOrders) forget() {
	clear(r.all)
	r.bytes = 0
}

// drop removes one order.
func (r *recentOrders) drop(id int64) {
	if o, kept := r.all[id]; kept {
		r.bytes -= orderBytes(o)
		delete(r.all, id)
	}
}

// keep caches an order, which the caller no longer uses, as stored in the file, since the next write to it usually
// follows soon. Each statement that changes an order is followed by keep. The cache is emptied when another process has
// written (others), and when any part of a transaction is undone.
func (t *tx) keep(o *order.Order) {
	o.StatusAt = database.FromMillis(o.StatusAt.UnixMilli())
	for _, at := range []*time.Time{&o.DeliveryTime, &o.DeliveryUntil} {
		*at = database.FromMillis(database.ToMillis(*at))
	}
	r := &t.orders
	r.drop(o.ID)
	if r.bytes += orderBytes(o); r.bytes > maxRecentBytes {
		r.forget()
		r.bytes = orderBytes(o)
	}
	r.all[o.ID] = o
}

// orderBytes estimates the memory of a cached order: the order, its map entry, and what it points to.
func orderBytes(o *order.Order) (n int) {
	n = 2 * int(unsafe.Sizeof(*o))
	for _, column := range database.Orders.Columns {
		if text, ok := column.Field(o).(*string); ok {
			n += len(*text)
		}
	}
	for _, item := range o.Products {
		n += 2*int(unsafe.Sizeof(item)) + len(item.SKU)
	}
	for _, l := range o.Terms.Lines {
		n += 2*int(unsafe.Sizeof(l)) + len(l.SKU) + len(l.Class) + len(l.Charge) + len(l.Account) + 64*len(l.Off) + 2*int(unsafe.Sizeof(event.LineTax{}))*len(l.Taxes)
	}
	for name, value := range o.Terms.Details {
		n += 96 + len(name) + len(value)
	}
	for _, r := range o.Reviews {
		n += 2*int(unsafe.Sizeof(r)) + len(r.Note)
	}
	return n + 64*(len(o.Terms.Codes)+len(o.Terms.Taxes)+len(o.Terms.Reserved))
}
