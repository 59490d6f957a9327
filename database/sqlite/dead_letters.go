package sqlite

import (
	"context"
)

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	now := s.now().UnixMilli()
	_, err = s.do(ctx, func(t *tx) error {
		n, err := t.change(`UPDATE receipts SET state = 'pending', attempts = 0, sends = max(sends, 1), next_try = ?, changed_at = ?
			WHERE state = 'parked' AND (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts INDEXED BY receipts_parked
				WHERE state = 'parked' AND subscriber = ? ORDER BY changed_at LIMIT ?)`, now, now, subscriber, limit)
		replayed = int(n)
		t.waits(subscriber, replayed)
		return err
	})
	return replayed, err
}
