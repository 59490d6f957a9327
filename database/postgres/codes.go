package postgres

import (
	"context"

	"acme.example/webshop/order"
)

// counted is how often a code is used, and how often by one customer: as often as matters.
type counted struct {
	order.Use
	all, own int64
}

const countUses = `SELECT (SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = $1 LIMIT $3) u),
	(SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = $1 AND customer IN ($2, $5) LIMIT $4) u)`

func (c *counted) args() []any { return []any{c.Code, c.Customer, c.Limit, c.PerCustomer, c.Older} }

// readUses counts the uses of codes. Those that have a limit are locked by name, so that one order at a time uses them.
func readUses(uses []order.Use) (all []*counted, reads []read) {
	for _, u := range uses {
		c := &counted{Use: u}
		all = append(all, c)
		if u.Limit > 0 || u.PerCustomer > 0 {
			reads = append(reads, named("code "+u.Code), read{sql: countUses, args: c.args(), scan: into(&c.all, &c.own)})
		}
	}
	return all, reads
}

// use counts the codes of a new order, or fails with fault.Invalid when one is used up.
func (t *tx) use(uses []*counted, orderID int64) error {
	for _, u := range uses {
		if u.Spent(u.all, u.own) {
			return u.Refused()
		}
		t.exec(`INSERT INTO code_uses (code, customer, order_id) VALUES ($1, $2, $3)`, u.Code, u.Customer, orderID)
	}
	return nil
}

// giveBack ends the uses of an order that has come to nothing.
func (t *tx) giveBack(o order.Order) {
	for _, u := range o.GivenBack() {
		t.exec(`DELETE FROM code_uses WHERE code = $1 AND customer IN ($2, $3) AND order_id = $4`, u.Code, u.Customer, u.Older, o.ID)
	}
}

// UsedUp returns those of the codes of which no use is left.
func (s *Store) UsedUp(ctx context.Context, uses []order.Use) (codes []string, err error) {
	for _, u := range uses {
		c := &counted{Use: u}
		if err := s.row(ctx, into(&c.all, &c.own), nil, countUses, c.args()...); err != nil {
			return nil, err
		}
		if u.Spent(c.all, c.own) {
			codes = append(codes, u.Code)
		}
	}
	return codes, nil
}
