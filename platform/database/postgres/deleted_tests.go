package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/database"
)

// DeleteTests deletes old test orders. One process does so at a time; meanwhile it does nothing in the others.
func (s *Store) DeleteTests(ctx context.Context, before time.Time, limit int) (deleted int, err error) {
	err = s.transaction(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		old, err := s.oldTests(ctx, conn, before, limit)
		if err != nil || len(old) == 0 {
			return err
		}
		deleted = len(old)
		return s.deleteTests(ctx, conn, old)
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// oldTests returns test orders that can be deleted, and locks them: receipts first, as in all transactions. Locked orders
// are in work, and left for the next time. What happened before the lock is checked again.
func (s *Store) oldTests(ctx context.Context, conn *pgx.Conn, before time.Time, limit int) ([]database.OldTest, error) {
	var alone bool
	lock := named("deleted tests")
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, lock.args...).Scan(&alone); err != nil || !alone {
		return nil, err
	}
	old, err := rows(ctx, conn, scanOldTest, fmt.Sprintf(`%s ORDER BY o.status_at LIMIT %d`, database.OldTests, limit), before.UnixMilli())
	if err != nil || len(old) == 0 {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT 1 FROM receipts r JOIN journal j ON j.event_id = r.event_id WHERE j.order_id = ANY($1)
		ORDER BY r.event_id, r.subscriber FOR UPDATE OF r`, numbersOf(old)); err != nil {
		return nil, err
	}
	locked, err := rows(ctx, conn, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		`SELECT order_id FROM orders WHERE order_id = ANY($1) ORDER BY order_id FOR UPDATE SKIP LOCKED`, numbersOf(old))
	if err != nil {
		return nil, err
	}
	return rows(ctx, conn, scanOldTest, database.OldTests+` AND o.order_id = ANY($2)`, before.UnixMilli(), locked)
}

func scanOldTest(row scanner) (o database.OldTest, err error) {
	err = row.Scan(&o.OrderID, &o.StatusAt)
	return o, err
}

func numbersOf(old []database.OldTest) (ids []int64) {
	for _, o := range old {
		ids = append(ids, o.OrderID)
	}
	return ids
}

// deleteTests deletes locked orders.
func (s *Store) deleteTests(ctx context.Context, conn *pgx.Conn, old []database.OldTest) error {
	ids := numbersOf(old)
	var beyond []string
	for _, o := range old {
		beyond = append(beyond, o.BeyondEvents())
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO deleted_tests (order_id, deleted_at, last_event) SELECT order_id, $3, last_event
		FROM unnest($1::bigint[], $2::text[]) AS d (order_id, last_event)`, ids, beyond, s.now().UnixMilli())
	batch.Queue(`DELETE FROM receipts r USING journal j WHERE j.order_id = ANY($1) AND r.event_id = j.event_id`, ids)
	for _, table := range []string{"journal", "archive", "ledger", "asked", "corrections", "complaint_photos", "orders"} {
		batch.Queue(`DELETE FROM `+table+` WHERE order_id = ANY($1)`, ids)
	}
	batch.Queue(`DELETE FROM deleted_tests WHERE deleted_at < $1`, s.now().Add(-database.KnowDeletedTests).UnixMilli())
	return conn.SendBatch(ctx, batch).Close()
}
