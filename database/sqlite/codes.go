package sqlite

import (
	"context"

	"acme.example/webshop/order"
)

// countUses counts the uses of a code, and those by one customer: as many as matter.
const countUses = `SELECT (SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = ?1 LIMIT ?3)),
	(SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = ?1 AND customer IN (?2, ?5) LIMIT ?4))`

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
