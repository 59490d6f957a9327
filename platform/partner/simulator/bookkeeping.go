package simulator

import "crypto/sha256"

// newBookkeeping returns the bookkeeping system.
func newBookkeeping(d *partner) *partner {
	d.has = append(d.has, knobRefuseRate)
	serve(d, "/entries", "entry", func(_ entry, record *Record) error {
		record.Status = booked
		return d.mayRefuse()
	})
	d.journal = &journal{sums: map[string][sha256.Size]byte{}}
	d.mux.HandleFunc("POST /journal", d.takeReport)
	return d
}

type entry struct {
	OrderID  int64  `json:"orderId"`
	Kind     string `json:"kind"`   // sale or reversal
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`
}

func (e entry) check() error {
	var f fields
	f.wantOrder(e.OrderID)
	f.want(e.Kind == "sale" || e.Kind == "reversal", "kind", "must be sale or reversal")
	f.wantMoney(e.Amount, e.Currency)
	return f.err()
}
