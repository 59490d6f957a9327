package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// pageSize is how many orders are in memory at once.
const pageSize = 1000

// snapshot is the database at one moment. While it is open, SQLite cannot fold its write-ahead log into the file, and
// PostgreSQL cannot vacuum what has changed since.
type snapshot struct {
	conn *sql.Conn
	*engine
	strays   map[int64]bool // missing orders that have rows
	versions versions       // of the rules
}

func (d *database) snapshot(ctx context.Context) (*snapshot, error) {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	s := &snapshot{conn: conn, engine: d.engine, strays: map[int64]bool{}, versions: d.versions}
	if _, err = conn.ExecContext(ctx, s.begin); err == nil {
		_, err = s.number(ctx, `SELECT count(*) FROM goose_db_version`) // the first read takes the snapshot
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit: %w", err), conn.Close())
	}
	return s, nil
}

// installation returns the id of the shop whose database it is; "" before its first order.
func (d *database) installation(ctx context.Context) (id string, err error) {
	err = d.db.QueryRowContext(ctx, `SELECT coalesce(max(id), '') FROM installation`).Scan(&id)
	return id, err
}

func (s *snapshot) end() {
	_, _ = s.conn.ExecContext(context.Background(), "ROLLBACK") // nothing was written
	_ = s.conn.Close()
}

// number reads one number.
func (s *snapshot) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = s.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// each reads rows one by one.
func (s *snapshot) each(ctx context.Context, row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := s.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return rows.Err()
}

// lives calls each for all orders, or the requested ones, by number, with all that belongs to them. What belongs to no
// order is found elsewhere (strays).
func (s *snapshot) lives(ctx context.Context, only []int64, each func(*life)) error {
	for _, id := range only {
		page, _, err := s.page(ctx, id-1, id, 1)
		if err != nil {
			return err
		}
		for _, l := range page {
			each(l)
		}
	}
	for after := int64(0); len(only) == 0 && after < lastNumber; {
		page, through, err := s.page(ctx, after, lastNumber, pageSize)
		if err != nil {
			return err
		}
		for _, l := range page {
			each(l)
		}
		after = through
	}
	return nil
}

// lastNumber is higher than any order's.
const lastNumber = int64(1) << 62

// page reads the next orders after a number, up to another, at most limit of them. It returns the number up to which it
// has read everything, and records missing orders that have rows.
func (s *snapshot) page(ctx context.Context, after, upTo int64, limit int) (page []*life, through int64, err error) {
	byID := map[int64]*life{}
	err = s.each(ctx, func(scan func(...any) error) error {
		l := &life{}
		page = append(page, l)
		defer func() { byID[l.id] = l }()
		var payments, refunds, where, complaints, agreed string
		err := scan(&l.id, &l.unique, &l.status, &l.statusAt, &l.createdAt, &l.name, &l.email, &l.phone, &l.street, &l.city, &l.customerType,
			&l.market, &l.orgNumber, &l.products, &l.total, &l.currency, &l.testID, &l.provider, &l.reference, &l.deliveryTime,
			&l.reason, &l.refunds, &l.reviews, &agreed, &l.payUntil, &payments, &refunds, &where, &l.language, &complaints, &l.rules)
		l.readTerms(agreed)
		return errors.Join(err, l.readPayments(payments, refunds), l.where.read(where), l.readComplaints(complaints))
	}, `SELECT order_id, unique_part, status, status_at, created_at, name, email, phone, street, city, customer_type,
			market, org_number, products, total_price, currency, test_id, payment_provider, payment_reference, delivery_time,
			cancel_reason, refund_reference, reviews, terms, pay_until, payments, refunds, address, language, complaints, rules
		FROM orders WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id LIMIT $3`, after, upTo, limit)
	if err != nil {
		return nil, 0, err
	}
	if through = upTo; len(page) == limit {
		through = page[len(page)-1].id
	}
	return page, through, errors.Join(s.readVersions(ctx, page), s.events(ctx, byID, after, through), s.archived(ctx, byID, after, through), s.corrections(ctx, byID, after, through), s.entries(ctx, byID, after, through))
}

// of returns an order of a page; a missing one is recorded, and nil.
func (s *snapshot) of(byID map[int64]*life, id int64) *life {
	l := byID[id]
	if l == nil {
		s.strays[id] = true
	}
	return l
}

// events reads the journal and the receipts of a page's orders. They are joined here, so that a payload is read once per
// event and not once per receipt.
func (s *snapshot) events(ctx context.Context, byID map[int64]*life, after, last int64) error {
	receipts := map[string][]receipt{}
	err := s.each(ctx, func(scan func(...any) error) error {
		var r receipt
		err := scan(&r.eventID, &r.subscriber, &r.state, &r.attempts, &r.lastError, &r.changedAt)
		receipts[r.eventID] = append(receipts[r.eventID], r)
		return err
	}, `SELECT CAST(r.event_id AS TEXT), r.subscriber, r.state, r.attempts, r.last_error, r.changed_at
		FROM journal j JOIN receipts r ON r.event_id = j.event_id WHERE j.order_id > $1 AND j.order_id <= $2`, after, last)
	if err != nil {
		return err
	}
	return s.each(ctx, func(scan func(...any) error) error {
		var e event
		var id int64
		if err := scan(&id, &e.id, &e.kind, &e.source, &e.time, &e.data); err != nil {
			return err
		}
		e.receipts = receipts[e.id]
		if l := s.of(byID, id); l != nil {
			l.events = append(l.events, e)
		}
		return nil
	}, `SELECT order_id, CAST(event_id AS TEXT), type, source, time, data FROM journal
		WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id, `+s.sequence, after, last)
}

// corrections reads what stood in orders before.
func (s *snapshot) corrections(ctx context.Context, byID map[int64]*life, after, last int64) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var e earlier
		var id int64
		var text string
		if err := scan(&id, &e.number, &e.at, &text); err != nil {
			return err
		}
		var was struct {
			Customer struct{ Name, Email, Phone, Street, City string }
			Address  whereabouts
		}
		if l := s.of(byID, id); l != nil && json.Unmarshal([]byte(text), &was) == nil {
			c := was.Customer
			e.name, e.email, e.phone, e.street, e.city, e.where = c.Name, c.Email, c.Phone, c.Street, c.City, was.Address
			l.earlier = append(l.earlier, e)
		}
		return nil
	}, `SELECT order_id, number, at, was FROM corrections WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id, number`, after, last)
}

func (s *snapshot) entries(ctx context.Context, byID map[int64]*life, after, last int64) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var e entry
		var id int64
		if err := scan(&id, &e.kind, &e.debit, &e.credit, &e.amount, &e.currency, &e.test, &e.author, &e.reason); err != nil {
			return err
		}
		if l := s.of(byID, id); l != nil {
			l.entries = append(l.entries, e)
		}
		return nil
	}, `SELECT order_id, kind, debit, credit, amount, currency, test, author, reason FROM ledger WHERE order_id > $1 AND order_id <= $2`, after, last)
}
