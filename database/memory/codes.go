package memory

import (
	"context"

	"acme.example/webshop/order"
)

// codeUse is a code, as an order uses it.
type codeUse struct {
	code, customer string
	orderID        int64
}

// spent reports whether no use of a code is left.
func (d *Disk) spent(u order.Use) bool {
	var all, own int64
	for use := range d.uses {
		if use.code == u.Code {
			if all++; use.customer == u.Customer || use.customer == u.Older {
				own++
			}
		}
	}
	return u.Spent(all, own)
}

// mayUse fails with fault.Invalid when one of the codes is used up.
func (t *tx) mayUse(uses []order.Use) error {
	for _, u := range uses {
		if t.disk.spent(u) {
			return u.Refused()
		}
	}
	return nil
}

// giveBack ends the uses of an order that has come to nothing.
func (t *tx) giveBack(o order.Order) {
	for _, u := range o.GivenBack() {
		remove(t, t.disk.uses, codeUse{u.Code, u.Customer, o.ID})
		remove(t, t.disk.uses, codeUse{u.Code, u.Older, o.ID})
	}
}

// UsedUp returns those of the codes of which no use is left.
func (s *Store) UsedUp(_ context.Context, uses []order.Use) (codes []string, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, u := range uses {
		if s.disk.spent(u) {
			codes = append(codes, u.Code)
		}
	}
	return codes, nil
}
