package postgres

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// LeaveNumbers leaves numbers out, as after a restore. An order that is being made meanwhile, and whose number is taken by an
// import, gets another one (collided).
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

// TryImport returns what Import would.
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

// Import brings orders in. It locks those that are there first, as all transactions do.
func (s *Store) Import(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	if err := s.Locate(ctx); err != nil { // a new database is given its installation's id
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
		return conn.SendBatch(ctx, plannedBatch(plan)).Close()
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
	there, err := rows(ctx, conn, func(row scanner) (o order.Order, err error) { return o, scanOrder(row, &o) },
		`SELECT `+orderColumns+` FROM orders o WHERE o.order_id = ANY($1) ORDER BY o.order_id`+lock, numbers)
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

// insertImported stores the new orders of a plan with their events, in one statement each. A number that an order has got
// meanwhile is a conflict.
func (s *Store) insertImported(ctx context.Context, conn *pgx.Conn, plan *database.ImportPlan) error {
	if len(plan.New) == 0 {
		return nil
	}
	if err := s.nameImported(ctx, conn, plan.New); err != nil {
		return err
	}
	table, err := importTable(plan.New)
	if err != nil {
		return err
	}
	stored, err := rows(ctx, conn, func(row scanner) (id int64, err error) { return id, row.Scan(&id) }, `INSERT INTO orders
		(order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market, org_number, products, total_price,
		currency, rate, test_id, delivery_time, rules, terms, unique_part, reviews, payment_provider, payment_reference)
		SELECT *, '', '', '' FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
		$9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::text[], $17::bigint[], $18::bigint[],
		$19::bigint[], $20::text[], $21::text[]) ON CONFLICT (order_id) DO NOTHING RETURNING order_id`, table...)
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

// importTable is orders as columns.
func importTable(orders []order.Order) (columns []any, err error) {
	texts, numbers := map[int][]string{}, map[int][]int64{}
	for _, o := range orders {
		terms, _, err := database.Agreed(o)
		if err != nil {
			return nil, err
		}
		for i, value := range []any{
			o.ID, string(o.Status), o.StatusAt.UnixMilli(), o.CreatedAt.UnixMilli(), o.Customer.Name, o.Customer.Email, o.Customer.Phone,
			o.Customer.Street, o.Customer.City, o.CustomerType, o.Market, o.OrgNumber, o.Products, o.Total.Minor, string(o.Total.Currency),
			o.Rate, o.TestID, bookedAt(o), o.Rules, terms, o.Unique,
		} {
			switch v := value.(type) {
			case string:
				texts[i] = append(texts[i], v)
			case int64:
				numbers[i] = append(numbers[i], v)
			}
		}
	}
	for i := range len(texts) + len(numbers) {
		if column, is := texts[i]; is {
			columns = append(columns, column)
		} else {
			columns = append(columns, numbers[i])
		}
	}
	return columns, nil
}

// journalImported writes the events of those orders that were stored.
func (s *Store) journalImported(ctx context.Context, conn *pgx.Conn, plan *database.ImportPlan, stored map[int64]bool) error {
	t := &tx{ids: &s.ids}
	for _, o := range plan.New {
		if !stored[o.ID] {
			plan.Taken(o)
			continue
		}
		if err := t.journal(ctx, s.now(), o.ImportEvent()); err != nil {
			return err
		}
	}
	if len(t.events) == 0 {
		return nil
	}
	t.journalAll()
	return conn.SendBatch(ctx, &t.batch).Close()
}

// plannedBatch is what else a plan writes. Slots are taken in an order, so that no two imports wait for each other.
func plannedBatch(plan *database.ImportPlan) *pgx.Batch {
	batch := &pgx.Batch{}
	for _, o := range plan.Changed {
		terms, _, _ := database.Agreed(o) // terms that were read can be written
		batch.Queue(`UPDATE orders SET status = $2, status_at = $3, delivery_time = $4, name = $5, email = $6, phone = $7, street = $8, city = $9,
			terms = $10 WHERE order_id = $1`, held([]any{o.ID, string(o.Status), o.StatusAt.UnixMilli(), bookedAt(o), o.Customer.Name,
			o.Customer.Email, o.Customer.Phone, o.Customer.Street, o.Customer.City, terms})...)
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
	return batch
}

// bookedAt is an order's delivery time in milliseconds since 1970; 0 for none.
func bookedAt(o order.Order) int64 {
	if o.DeliveryTime.IsZero() {
		return 0
	}
	return o.DeliveryTime.UnixMilli()
}
