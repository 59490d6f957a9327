package memory

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// CapWaits makes due what a clock that was ahead has put off.
func (s *Store) CapWaits(ctx context.Context, at time.Time) error {
	slack, longest := at.Add(database.ClockSlack), at.Add(database.LongestWait)
	if !s.ahead(slack, longest) {
		return nil
	}
	_, err := s.do(ctx, func(t *tx) error {
		for key, r := range t.disk.pending {
			if r.nextTry.After(longest) {
				t.change(&event.Receipt{EventID: key.eventID, Subscriber: key.subscriber}, pending, func(r *receipt) { r.nextTry = millis(at) })
			}
		}
		for i, o := range t.disk.orders {
			if len(o.Status.Next()) > 0 && o.StatusAt.After(slack) {
				o.StatusAt = millis(at)
				set(t, &t.disk.orders[i], o)
			}
		}
		for name, r := range t.disk.readers {
			if r.Until.After(longest) {
				r.Until = millis(at)
				put(t, t.disk.readers, name, r)
			}
		}
		return nil
	})
	return err
}

// ahead reports whether anything is put off too far.
func (s *Store) ahead(slack, longest time.Time) bool {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, r := range s.disk.pending {
		if r.nextTry.After(longest) {
			return true
		}
	}
	for _, r := range s.disk.readers {
		if r.Until.After(longest) {
			return true
		}
	}
	for _, o := range s.disk.orders {
		if len(o.Status.Next()) > 0 && o.StatusAt.After(slack) {
			return true
		}
	}
	return false
}
