package memory

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// LeaveNumbers has nothing to do: new orders are numbered after the highest.
func (s *Store) LeaveNumbers(context.Context, int64) error { return nil }

// TryImport returns what Import would.
func (s *Store) TryImport(_ context.Context, rows []order.Order) ([]database.Import, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.planImport(rows, s.now).Results, nil
}

// Import brings orders in. Their numbers are places in memory: they must not be large.
func (s *Store) Import(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	ids := make([]string, len(rows))
	for i := range rows {
		if ids[i], err = s.disk.id(); err != nil {
			return nil, err
		}
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		plan := t.disk.planImport(rows, t.now)
		results = plan.Results
		for i, o := range plan.New {
			o.Unique = t.disk.unique(ids[i], t.now())
			o.StatusAt, o.CreatedAt = millis(o.StatusAt), millis(o.CreatedAt)
			t.place(o)
			if err := t.write(ctx, o.ImportEvent()); err != nil {
				return err
			}
		}
		for _, c := range plan.Changed {
			o := c.After
			o.StatusAt = millis(o.StatusAt)
			set(t, &t.disk.orders[o.ID-1], o)
		}
		for at, by := range plan.Slots {
			key := slot{at.Market, at.Start}
			put(t, t.disk.slots, key, t.disk.slots[key]+by)
		}
		return nil
	})
	return results, err
}

// place stores an order at its number.
func (t *tx) place(o order.Order) {
	all := t.disk.orders
	if missing := int(o.ID) - len(all); missing > 0 {
		all = append(slices.Clone(all), make([]order.Order, missing)...)
	}
	set(t, &t.disk.orders, all)
	set(t, &t.disk.orders[o.ID-1], o)
}

func (d *Disk) planImport(rows []order.Order, now func() time.Time) *database.ImportPlan {
	here := map[int64]order.Order{}
	for _, row := range rows {
		if o, err := d.order(row.ID); err == nil {
			here[row.ID] = o
		}
	}
	return database.PlanImport(rows, here, nil, now())
}
