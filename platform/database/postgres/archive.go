package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// Archive moves the histories of finished orders from the journal to the archive. One process does so at a time;
// meanwhile it does nothing in the others.
func (s *Store) Archive(ctx context.Context, before time.Time, limit int) (archived int, err error) {
	err = s.transaction(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		old, err := s.finished(ctx, conn, before, limit)
		if err != nil || len(old) == 0 {
			return err
		}
		archived, err = s.archiveAll(ctx, conn, old)
		return err
	})
	if err != nil {
		return 0, err
	}
	return archived, nil
}

// finished returns orders that can be archived. It rules out plans that read whole tables, since the planner cannot know that few rows are
// read.
func (s *Store) finished(ctx context.Context, conn *pgx.Conn, before time.Time, limit int) (ids []int64, err error) {
	var alone bool
	lock := named("archive")
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, lock.args...).Scan(&alone); err != nil || !alone {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT set_config(name, 'off', true) FROM unnest($1::text[]) AS name`,
		[]string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"}); err != nil {
		return nil, err
	}
	old, err := rows(ctx, conn, scanOld, fmt.Sprintf(`%s LIMIT %d`, database.Finished, limit), before.UnixMilli(), database.FirstEventID(before), s.archive.After())
	if err != nil {
		return nil, err
	}
	s.archive.Found(old, limit)
	return s.settled(ctx, conn, old, before)
}

func scanOld(row scanner) (o database.Old, err error) {
	err = row.Scan(&o.OrderID, &o.FirstEvent)
	return o, err
}

// settled locks finished orders, and returns those that are still finished: a service may have journalled an event before
// the lock. It locks in the order of all transactions: receipts first, since the event of a finished order may arrive
// once more. Orders locked by others are in work, and left for the next time.
func (s *Store) settled(ctx context.Context, conn *pgx.Conn, old []database.Old, before time.Time) (ids []int64, err error) {
	for _, o := range old {
		ids = append(ids, o.OrderID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if _, err := conn.Exec(ctx, `SELECT 1 FROM receipts r JOIN journal j ON j.event_id = r.event_id WHERE j.order_id = ANY($1)
		ORDER BY r.event_id, r.subscriber FOR UPDATE OF r`, ids); err != nil {
		return nil, err
	}
	locked, err := rows(ctx, conn, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		`SELECT order_id FROM orders WHERE order_id = ANY($1) ORDER BY order_id FOR NO KEY UPDATE SKIP LOCKED`, ids)
	if err != nil {
		return nil, err
	}
	old, err = rows(ctx, conn, scanOld, `SELECT order_id, event_id FROM (`+database.Finished+`) f WHERE order_id = ANY($4)`,
		before.UnixMilli(), database.FirstEventID(before), uuid.Nil.String(), locked)
	ids = nil
	for _, o := range old {
		ids = append(ids, o.OrderID)
	}
	return ids, err
}

// archiveAll moves the histories of locked orders.
func (s *Store) archiveAll(ctx context.Context, conn *pgx.Conn, orders []int64) (int, error) {
	receipts, err := rows(ctx, conn, queries.ScanReceipt, queries.ReceiptsFrom+`WHERE j.order_id = ANY($1) ORDER BY r.event_id, r.subscriber`, orders)
	if err != nil {
		return 0, err
	}
	events, err := rows(ctx, conn, func(row scanner) (env event.Envelope, err error) {
		err = database.Journal.Scan(row, &env)
		return env, err
	}, `SELECT `+eventColumns+` FROM journal j WHERE j.order_id = ANY($1) ORDER BY j.order_id, j.seq`, orders)
	if err != nil {
		return 0, err
	}
	ids, packed, err := pack(events, receipts)
	if err != nil {
		return 0, err
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO archive (order_id, archived_at, history) SELECT order_id, $3, history
		FROM unnest($1::bigint[], $2::bytea[]) AS a (order_id, history)`, ids, packed, s.now().UnixMilli())
	batch.Queue(`DELETE FROM receipts r USING journal j WHERE j.order_id = ANY($1) AND r.event_id = j.event_id`, ids)
	batch.Queue(`DELETE FROM journal WHERE order_id = ANY($1)`, ids)
	return len(ids), conn.SendBatch(ctx, batch).Close()
}

// pack packs the histories of orders; events are sorted by order.
func pack(events []event.Envelope, receipts []database.ReceiptState) (ids []int64, packed [][]byte, err error) {
	of := map[string][]database.ReceiptState{}
	for _, r := range receipts {
		of[r.EventID] = append(of[r.EventID], r)
	}
	var all []database.Archived
	for i, env := range events {
		if i == 0 || env.OrderID != events[i-1].OrderID {
			all = append(all, database.Archived{OrderID: env.OrderID})
		}
		a := &all[len(all)-1]
		a.History, a.Receipts = append(a.History, env), append(a.Receipts, of[env.ID]...)
	}
	for _, a := range all {
		history, err := a.Pack()
		if err != nil {
			return nil, nil, err
		}
		ids, packed = append(ids, a.OrderID), append(packed, history)
	}
	return ids, packed, nil
}
