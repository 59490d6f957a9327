package sqlite

import (
	"context"

	"acme.example/webshop/order"
)

// countUses counts the uses of a code, and those by one customer: as many as matter.
const countUses = `SELECT (SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = ?1 LIMIT ?3)),
	(SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = ?1 AND customer IN (?2, ?5) LIMIT ?4))`

// mayUse fails with fault.Invalid when one of the codes is used up.
func (t *tx) mayUse(uses []order.Use) error {
	for _, u := range uses {
		var all, own int64
		if err := t.row(countUses, u.Code, u.Customer, u.Limit, u.PerCustomer, u.Older).Scan(&all, &own); err != nil {
			return err
		}
		if u.Spent(all, own) {
			return u.Refused()
		}
	}
	return nil
}

// use counts the codes of a new order.
func (t *tx) use(uses []order.Use, orderID int64) error {
	for _, u := range uses {
		if err := t.exec(`INSERT INTO code_uses (code, customer, order_id) VALUES (?, ?, ?)`, u.Code, u.Customer, orderID); err != nil {
			return err
		}
	}
	return nil
}

// giveBack ends the uses of an order that has come to nothing.
func (t *tx) giveBack(o order.Order) error {
	for _, u := range o.GivenBack() {
		if err := t.exec(`DELETE FROM code_uses WHERE code = ? AND customer IN (?, ?) AND order_id = ?`, u.Code, u.Customer, u.Older, o.ID); err != nil {
			return err
		}
	}
	return nil
}

// UsedUp returns those of the codes of which no use is left.
func (s *Store) UsedUp(ctx context.Context, uses []order.Use) (codes []string, err error) {
	for _, u := range uses {
		var all, own int64
		if err := s.read.QueryRowContext(ctx, countUses, u.Code, u.Customer, u.Limit, u.PerCustomer, u.Older).Scan(&all, &own); err != nil {
			return nil, err
		}
		if u.Spent(all, own) {
			codes = append(codes, u.Code)
		}
	}
	return codes, nil
}
