package sqlite

import (
	"context"
	"maps"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// underWay is the condition of the index of orders that have not ended, in its own words: with others it is not used.
const underWay = `(status = 'PAYMENT_PENDING' OR status = 'CREATED' OR status = 'IN_REVIEW' OR status = 'PLACED' OR status = 'STOCKED')`

// Counts tells how many orders and receipts there are. Orders that are on their way are counted in their index; of those
// that have ended there are ever more, so they are counted anew only now and then.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	counts := database.Counts{Orders: map[order.Status]int{}}
	err := s.tally(ctx, counts.Orders, `SELECT status, count(*) FROM orders
		WHERE `+underWay+` GROUP BY status
		UNION ALL SELECT 'pending', count(*) FROM receipts WHERE state = 'pending'
		UNION ALL SELECT 'parked', count(*) FROM receipts WHERE state = 'parked'`)
	counts.Pending, counts.Parked = counts.Orders["pending"], counts.Orders["parked"]
	delete(counts.Orders, "pending")
	delete(counts.Orders, "parked")
	if err != nil {
		return counts, err
	}
	lasting, err := s.lasting.Get(func() (map[order.Status]int, error) {
		ended := map[order.Status]int{}
		return ended, s.tally(ctx, ended, `SELECT status, count(*) FROM orders
			WHERE NOT (`+underWay+`) GROUP BY status`)
	})
	maps.Copy(counts.Orders, lasting)
	return counts, err
}

// tally adds the numbers that a query tells.
func (s *Store) tally(ctx context.Context, to map[order.Status]int, query string) error {
	_, err := collect(ctx, s.read, func(row scanner) (none struct{}, err error) {
		var of order.Status
		var n int
		err = row.Scan(&of, &n)
		to[of] = n
		return none, err
	}, query)
	return err
}

// Prune forgets claims that have expired, and when orders are to be asked about that have moved on.
func (s *Store) Prune(ctx context.Context, at time.Time) (most int, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		claims, err := t.change(`DELETE FROM claims WHERE key IN (SELECT key FROM claims c WHERE expires_at <= ?
			AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = c.order_id AND o.status = 'PAYMENT_PENDING') LIMIT ?)`, at.UnixMilli(), database.PruneBatch)
		if err != nil {
			return err
		}
		asked, err := t.change(`DELETE FROM asked WHERE (order_id, asker) IN (SELECT order_id, asker FROM asked a WHERE NOT EXISTS
			(SELECT 1 FROM orders o WHERE o.order_id = a.order_id AND (o.status IN ('PAYMENT_PENDING', 'IN_REVIEW', 'PLACED')
				OR o.status = 'PAYMENT_DECLINED' AND o.status_at > ? AND a.asker = ?)) LIMIT ?)`,
			at.Add(-order.LateFor).UnixMilli(), order.LateAsker, database.PruneBatch)
		most = int(max(claims, asked))
		return err
	})
	return most, err
}
