package queries

import (
	"context"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// countUses counts the uses of a code, and those by one customer, up to their limits.
const countUses = `SELECT (SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = $1 LIMIT $3) u),
	(SELECT count(*) FROM (SELECT 1 FROM code_uses WHERE code = $1 AND customer IN ($2, $5) LIMIT $4) u)`

// useArgs are the arguments of countUses.
func useArgs(u order.Use) []any { return []any{u.Code, u.Customer, u.Limit, u.PerCustomer, u.Older} }

// Stock returns the counts of all products whose counts have begun.
func (q *Queries) Stock(ctx context.Context) ([]order.Stock, error) {
	return all(ctx, q, func(row Row) (s order.Stock, err error) {
		err = database.StockCounts.Scan(row, &s)
		return s, err
	}, `SELECT `+database.StockCounts.Names("")+` FROM stock ORDER BY sku LIMIT $1`, maxStock)
}

// maxStock bounds how many counts are read: more than the products that rules can have.
const maxStock = 10_000

// UsedUp returns the codes that have no uses left.
func (q *Queries) UsedUp(ctx context.Context, uses []order.Use) (codes []string, err error) {
	for _, u := range uses {
		n, err := one(ctx, q, func(row Row) (n order.Count, err error) {
			err = row.Scan(&n.All, &n.Part)
			return n, err
		}, nil, countUses, useArgs(u)...)
		if err != nil {
			return nil, err
		}
		if u.Spent(n.All, n.Part) {
			codes = append(codes, u.Code)
		}
	}
	return codes, nil
}
