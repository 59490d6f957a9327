package audit

import (
	"context"
	"fmt"
)

// checkSlots compares the count of each slot with the real orders in it. The system that imported orders come from may
// have overbooked it.
func checkSlots(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	unlimited := map[string]bool{}
	return s.each(ctx, func(scan func(...any) error) error {
		var market string
		var at, booked, orders, imported int64
		if err := scan(&market, &at, &booked, &orders, &imported); err != nil {
			return err
		}
		slot := market + " " + moment(at)
		v.expect(booked == orders, fmt.Sprintf("slot %s: %d orders", slot, orders), "it counts %d", booked)
		if room, told := k.a.Capacity[market]; told {
			v.expect(booked <= max(int64(room), imported), fmt.Sprintf("slot %s: room for %d", slot, room), "%d are booked", booked)
		} else if !unlimited[market] {
			unlimited[market] = true
			v.unknown()
		}
		return nil
	}, `WITH held AS (SELECT market || CASE delivery_zone WHEN '' THEN '' ELSE '/' || delivery_zone END AS market, delivery_time AS at, count(*) AS n, sum(CASE WHEN terms LIKE '%"imported":{%' THEN 1 ELSE 0 END) AS imported
			FROM orders WHERE delivery_time <> 0 AND test_id = 0 GROUP BY 1, 2)
		SELECT s.market, s.starts_at, s.booked, coalesce(h.n, 0), coalesce(h.imported, 0)
			FROM slots s LEFT JOIN held h ON h.market = s.market AND h.at = s.starts_at
		UNION ALL SELECT h.market, h.at, 0, h.n, h.imported FROM held h
			WHERE NOT EXISTS (SELECT 1 FROM slots s WHERE s.market = h.market AND s.starts_at = h.at)`)
}

// checkClaims finds idempotency keys without orders, and doubtful payments that another request could repeat.
func checkClaims(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	claims, err := s.number(ctx, `SELECT count(*) FROM claims`)
	if err != nil {
		return err
	}
	v.check.Checked += int(claims)
	return s.strayRows(ctx, v,
		`SELECT order_id, 'an order for the claim', key FROM claims c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = c.order_id)
			AND NOT EXISTS (SELECT 1 FROM deleted_tests d WHERE d.order_id = c.order_id)
		UNION ALL SELECT order_id, 'a claim key:… or same:…', key FROM claims WHERE key NOT LIKE 'key:%' AND key NOT LIKE 'same:%'
		UNION ALL SELECT order_id, 'a claim that is held until the payment is settled', 'none' FROM orders o
			WHERE status = 'PAYMENT_PENDING' AND test_id = 0 AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.order_id = o.order_id)`)
}

// checkStrayRows finds rows whose parent row is missing.
func checkStrayRows(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	rows, err := s.number(ctx, `SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM receipts) + (SELECT count(*) FROM ledger)
		+ (SELECT count(*) FROM archive)`)
	if err != nil {
		return err
	}
	v.check.Checked += int(rows)
	return s.strayRows(ctx, v,
		`SELECT order_id, 'an order for the event', CAST(event_id AS TEXT) FROM journal j WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = j.order_id)
		UNION ALL SELECT 0, 'an event for the receipt of ' || subscriber, CAST(event_id AS TEXT) FROM receipts r
			WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.event_id = r.event_id)
		UNION ALL SELECT order_id, 'an order for the archived history', 'its row' FROM archive a
			WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = a.order_id)
		UNION ALL SELECT order_id, 'an order for the entry', kind FROM ledger l WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = l.order_id)`)
}

// strayRows reports rows that should not exist: their order, what is missing, and which row it is.
func (s *snapshot) strayRows(ctx context.Context, v verdict, query string) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var expected, is string
		if err := scan(&v.order, &expected, &is); err != nil {
			return err
		}
		v.check.Checked-- // it was counted with the others
		v.expect(false, expected, "%s", is)
		return nil
	}, query)
}
