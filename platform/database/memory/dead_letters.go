package memory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

func (r *receipt) letter() database.DeadLetter {
	return database.DeadLetter{
		Subscriber: r.subscriber, Envelope: r.env, Attempts: r.attempts, LastError: r.lastError, ParkedAt: r.changedAt,
	}
}

// ListDeadLetters returns parked receipts, oldest first.
func (s *Store) ListDeadLetters(_ context.Context, limit int) (letters []database.DeadLetter, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, r := range s.disk.receipts {
		if r.state == parked {
			letters = append(letters, r.letter())
		}
	}
	slices.SortFunc(letters, func(a, b database.DeadLetter) int {
		return cmp.Or(a.ParkedAt.Compare(b.ParkedAt), cmp.Compare(a.Envelope.ID, b.Envelope.ID), cmp.Compare(a.Subscriber, b.Subscriber))
	})
	return letters[:min(len(letters), limit)], nil
}

// DeadLetter returns one dead letter.
func (s *Store) DeadLetter(_ context.Context, key *event.Receipt) (database.DeadLetter, error) {
	r, err := s.receipt(key)
	if err != nil || r.state != parked {
		return database.DeadLetter{}, fault.New(fault.NotFound, "there is no dead letter of %s for event %s", key.Subscriber, key.EventID)
	}
	return r.letter(), nil
}

// Replay makes a dead letter due again at once.
func (s *Store) Replay(ctx context.Context, key *event.Receipt) error {
	return s.unpark(ctx, key, func(r *receipt) { r.state, r.attempts, r.sends, r.nextTry = pending, 0, max(r.sends, 1), s.now() })
}

// Parked returns the dead letters of each subscriber.
func (s *Store) Parked(context.Context) ([]database.Stuck, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.stuck(s.disk.receipts, func(r *receipt) (time.Time, bool) { return r.changedAt, r.state == parked }), nil
}

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	letters, err := s.ListDeadLetters(ctx, math.MaxInt)
	for _, l := range letters {
		if err == nil && l.Subscriber == subscriber && replayed < limit {
			replayed++
			err = s.Replay(ctx, &event.Receipt{EventID: l.Envelope.ID, Subscriber: subscriber})
		}
	}
	return replayed, err
}

// Discard gives a dead letter up.
func (s *Store) Discard(ctx context.Context, key *event.Receipt, reason string) error {
	return s.unpark(ctx, key, func(r *receipt) { r.state, r.lastError = discarded, r.lastError+" | discarded: "+reason })
}

func (s *Store) unpark(ctx context.Context, key *event.Receipt, change func(*receipt)) error {
	_, err := s.do(ctx, func(t *tx) error {
		if !t.change(key, parked, change) {
			return fault.New(fault.Conflict, "%s has no dead letter for event %s", key.Subscriber, key.EventID)
		}
		return nil
	})
	return err
}
