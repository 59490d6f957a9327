package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// UpToDate reports whether the tables in a file are those of this program. It changes nothing.
func UpToDate(ctx context.Context, path string) (is bool, err error) {
	db, err := sql.Open("sqlite", fileURI(path, "&_pragma=query_only(1)"))
	if err != nil {
		return false, explained(path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return false, err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return false, err
	}
	sources := provider.ListSources()
	var version int64
	err = db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version == sources[len(sources)-1].Version, explained(path, err)
}

// LeaveNumbers has nothing to do: new orders are numbered after the highest that is there, and imports are in one transaction
// with their numbers.
func (s *Store) LeaveNumbers(context.Context, int64) error { return nil }

// TryImport returns what Import would.
func (s *Store) TryImport(ctx context.Context, rows []order.Order) ([]database.Import, error) {
	plan, err := planImport(rows, s.now(), func(query string, args ...any) scanner { return s.read.QueryRowContext(ctx, query, args...) })
	if err != nil {
		return nil, err
	}
	return plan.Results, nil
}

// Import brings orders in.
func (s *Store) Import(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	ids := make([]string, len(rows))
	for i := range rows {
		if ids[i], err = ref.NewID(s.random); err != nil {
			return nil, err
		}
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		plan, err := planImport(rows, s.now(), t.row)
		if err != nil {
			return err
		}
		results = plan.Results
		return t.imports(ctx, plan, ids, s.now())
	})
	return results, err
}

// planImport decides about rows.
func planImport(rows []order.Order, now time.Time, ask func(query string, args ...any) scanner) (*database.ImportPlan, error) {
	here, deleted := map[int64]order.Order{}, map[int64]bool{}
	for _, row := range rows {
		var is order.Order
		err := scanOrder(ask(`SELECT `+orderColumns+` FROM orders WHERE order_id = ?`, row.ID), row.ID, &is)
		switch {
		case err == nil:
			here[row.ID] = is
			continue
		case fault.CodeOf(err) != fault.NotFound:
			return nil, err
		case row.TestID == 0:
			continue
		}
		var gone bool
		if err := ask(`SELECT EXISTS (SELECT 1 FROM deleted_tests WHERE order_id = ?)`, row.ID).Scan(&gone); err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
		deleted[row.ID] = gone
	}
	return database.PlanImport(rows, here, deleted, now), nil
}

// imports writes what is planned.
func (t *tx) imports(ctx context.Context, plan *database.ImportPlan, ids []string, now time.Time) (err error) {
	for i, o := range plan.New {
		if o.Unique, err = t.unique(ids[i], now); err != nil {
			return err
		}
		if err := errors.Join(t.insertImported(o), t.journal(ctx, now, o.ImportEvent())); err != nil {
			return err
		}
	}
	for _, o := range plan.Changed {
		if err := t.updateImported(o); err != nil {
			return err
		}
	}
	for slot, by := range plan.Slots {
		if err := t.exec(`INSERT INTO slots (market, starts_at, booked) VALUES (?, ?, ?)
			ON CONFLICT (market, starts_at) DO UPDATE SET booked = booked + excluded.booked`, slot.Market, slot.Start, by); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertImported(o order.Order) error {
	terms, reviews, err := database.Agreed(o)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO orders (order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market,
		org_number, products, total_price, currency, rate, test_id, payment_provider, payment_reference, delivery_time, rules, terms, reviews, unique_part)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?, ?, ?)`,
		o.ID, o.Status, o.StatusAt.UnixMilli(), o.CreatedAt.UnixMilli(), o.Customer.Name, o.Customer.Email, o.Customer.Phone,
		o.Customer.Street, o.Customer.City, o.CustomerType, o.Market, o.OrgNumber, o.Products, o.Total.Minor,
		o.Total.Currency, o.Rate, o.TestID, toMillis(o.DeliveryTime), o.Rules, terms, reviews, o.Unique)
}

func (t *tx) updateImported(o order.Order) error {
	terms, _, err := database.Agreed(o)
	if err != nil {
		return err
	}
	t.orders.drop(o.ID)
	return t.exec(`UPDATE orders SET status = ?, status_at = ?, delivery_time = ?, name = ?, email = ?, phone = ?, street = ?, city = ?, terms = ?
		WHERE order_id = ?`, o.Status, o.StatusAt.UnixMilli(), toMillis(o.DeliveryTime), o.Customer.Name, o.Customer.Email, o.Customer.Phone,
		o.Customer.Street, o.Customer.City, terms, o.ID)
}

// toMillis is a time in milliseconds since 1970; 0 for the zero time.
func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
