package audit

import "context"

// deletedTest reports whether an order was an old test order that was deleted.
func (s *snapshot) deletedTest(ctx context.Context, id int64) (bool, error) {
	n, err := s.number(ctx, `SELECT count(*) FROM deleted_tests WHERE order_id = $1`, id)
	return n > 0, err
}

// deletedThrough is an id beyond those of all events of deleted test orders; "" if there are none.
func (s *snapshot) deletedThrough(ctx context.Context) (id string, err error) {
	err = s.conn.QueryRowContext(ctx, `SELECT coalesce(max(last_event), '') FROM deleted_tests`).Scan(&id)
	return id, err
}
