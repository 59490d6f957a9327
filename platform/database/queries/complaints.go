package queries

import (
	"context"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// ComplaintPhoto returns a photo of a complaint.
func (q *Queries) ComplaintPhoto(ctx context.Context, orderID int64, complaint, number int) ([]byte, error) {
	none := fault.New(fault.NotFound, "complaint %d of order %d has no photo %d", complaint, orderID, number)
	p, err := one(ctx, q, func(row Row) (p order.ComplaintPhoto, err error) {
		return p, database.Photos.Scan(row, &p)
	}, none, `SELECT `+database.Photos.Names("")+` FROM complaint_photos WHERE order_id = $1 AND complaint = $2 AND number = $3`, orderID, complaint, number)
	return p.JPEG, err
}

// OpenComplaints returns orders with a complaint that waits for its answer, those first that have waited longest.
func (q *Queries) OpenComplaints(ctx context.Context, limit int) ([]order.Order, error) {
	return all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.complains_since > 0 ORDER BY o.complains_since LIMIT $1`, limit)
}
