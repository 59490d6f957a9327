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

// counted counts the uses of a code, and those by one customer.
func (d *Disk) counted(u order.Use) (n order.Count) {
	for use := range d.uses {
		if use.code == u.Code {
			if n.All++; use.customer == u.Customer || use.customer == u.Older {
				n.Part++
			}
		}
	}
	return n
}

// UsedUp returns the codes that have no uses left.
func (s *Store) UsedUp(_ context.Context, uses []order.Use) (codes []string, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, u := range uses {
		if n := s.disk.counted(u); u.Spent(n.All, n.Part) {
			codes = append(codes, u.Code)
		}
	}
	return codes, nil
}
