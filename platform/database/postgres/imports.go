package postgres

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// LeaveNumbers skips numbers, as after a restore. An order that is being created meanwhile and whose number an import
// takes gets another one (collided).
func (s *Store) LeaveNumbers(ctx context.Context, highest int64) error {
	if err := s.Locate(ctx); err != nil {
		return err
	}
	var given, skipped int64
	_, err := s.do(ctx, []read{named("installation"), {
		sql:  `SELECT coalesce(pg_sequence_last_value('order_numbers'), 0), skipped FROM installation`,
		scan: into(&given, &skipped),
	}}, func(t *tx) error {
		if given+skipped < highest {
			t.exec(`UPDATE installation SET skipped = $1`, highest-given)
		}
		return nil
	})
	return err
}

// TryImport returns what Import would, and changes nothing.
func (s *Store) TryImport(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	err = s.ask(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		plan, err := s.planImport(ctx, conn, rows, "")
		if err == nil {
			results = plan.Results
		}
		return err
	})
	return results, err
}

// Import imports orders. It locks the stored ones first, as all transactions do.
func (s *Store) Import(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	if err := s.Locate(ctx); err != nil { // a new database gets its installation's id
		return nil, err
	}
	err = s.transaction(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		plan, err := s.planImport(ctx, conn, rows, " FOR NO KEY UPDATE")
		if err != nil {
			return err
		}
		if err := s.insertImported(ctx, conn, plan); err != nil {
			return err
		}
		results = plan.Results
		batch, err := plannedBatch(plan)
		if err != nil {
			return err
		}
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// planImport decides about rows.
func (s *Store) planImport(ctx context.Context, conn *pgx.Conn, all []order.Order, lock string) (*database.ImportPlan, error) {
	numbers := make([]int64, len(all))
	for i, row := range all {
		numbers[i] = row.ID
	}
	there, err := rows(ctx, conn, func(row scanner) (o order.Order, err error) { return o, database.Orders.Scan(row, &o) },
		`SELECT `+database.Orders.Names("o")+` FROM orders o WHERE o.order_id = ANY($1) ORDER BY o.order_id`+lock, numbers)
	if err != nil {
		return nil, err
	}
	gone, err := rows(ctx, conn, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		`SELECT order_id FROM deleted_tests WHERE order_id = ANY($1)`, numbers)
	if err != nil {
		return nil, err
	}
	here, deleted := map[int64]order.Order{}, map[int64]bool{}
	for _, o := range there {
		here[o.ID] = o
	}
	for _, id := range gone {
		deleted[id] = true
	}
	return database.PlanImport(all, here, deleted, s.now()), nil
}

// insertImported stores the new orders of a plan and their events, in one statement each. A number that another order has
// got meanwhile is a conflict.
func (s *Store) insertImported(ctx context.Context, conn *pgx.Conn, plan *database.ImportPlan) error {
	if len(plan.New) == 0 {
		return nil
	}
	if err := s.nameImported(ctx, conn, plan.New); err != nil {
		return err
	}
	columns, err := arrays(database.Orders, plan.New)
	if err != nil {
		return err
	}
	stored, err := rows(ctx, conn, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		insertArrays(database.Orders)+` ON CONFLICT (order_id) DO NOTHING RETURNING order_id`, columns...)
	if err != nil {
		return err
	}
	is := map[int64]bool{}
	for _, id := range stored {
		is[id] = true
	}
	return s.journalImported(ctx, conn, plan, is)
}

// nameImported gives orders their unique parts, unless an older program runs that does not know them.
func (s *Store) nameImported(ctx context.Context, conn *pgx.Conn, orders []order.Order) error {
	var installation string
	var known bool
	if err := conn.QueryRow(ctx, `SELECT id, NOT EXISTS (SELECT 1 FROM rules_readers WHERE until > $1 AND level < 1) FROM installation`,
		s.now().UnixMilli()).Scan(&installation, &known); err != nil || !known {
		return err
	}
	for i := range orders {
		id, err := ref.NewID(s.random)
		if err != nil {
			return err
		}
		orders[i].Unique = ref.Unique(installation, id)
	}
	return nil
}

// journalImported writes the events of the stored orders.
func (s *Store) journalImported(ctx context.Context, conn *pgx.Conn, plan *database.ImportPlan, stored map[int64]bool) error {
	t := &tx{ids: &s.ids, keeper: s.Keeper}
	for _, o := range plan.New {
		if !stored[o.ID] {
			plan.Taken(o)
			continue
		}
		if err := t.journal(ctx, s.now(), o.ImportEvent()); err != nil {
			return err
		}
		for _, row := range database.SearchRowsOf([]order.Order{o}) {
			t.exec(`INSERT INTO search (rowid, words) VALUES ($1, $2)`, row.OrderID, row.Words)
		}
	}
	if len(t.events) == 0 {
		return nil
	}
	if err := t.journalAll(); err != nil {
		return err
	}
	return conn.SendBatch(ctx, &t.batch).Close()
}

// plannedBatch returns the plan's other writes. Slots are locked in a fixed order, so that two imports do not deadlock.
func plannedBatch(plan *database.ImportPlan) (*pgx.Batch, error) {
	batch := &pgx.Batch{}
	for _, o := range plan.Changed {
		c, changed, err := database.Orders.Update(&o.Before, &o.After)
		if err != nil {
			return nil, err
		}
		if changed {
			batch.Queue(c.SQL, storable(c.Args)...)
			batch.Queue(`DELETE FROM search WHERE rowid = $1`, o.After.ID)
			for _, row := range database.SearchRowsOf([]order.Order{o.After}) {
				batch.Queue(`INSERT INTO search (rowid, words) VALUES ($1, $2)`, row.OrderID, row.Words)
			}
		}
	}
	slots := slices.SortedFunc(maps.Keys(plan.Slots), func(a, b database.ImportSlot) int {
		return cmp.Or(cmp.Compare(a.Market, b.Market), cmp.Compare(a.Start, b.Start))
	})
	var markets []string
	var starts, counts []int64
	for _, slot := range slots {
		markets, starts, counts = append(markets, slot.Market), append(starts, slot.Start), append(counts, int64(plan.Slots[slot]))
	}
	if len(slots) > 0 {
		batch.Queue(`INSERT INTO slots (market, starts_at, booked) SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[])
			ON CONFLICT (market, starts_at) DO UPDATE SET booked = slots.booked + excluded.booked`, markets, starts, counts)
	}
	return batch, nil
}
