package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Search returns orders, the newest first.
func (s *Store) Search(_ context.Context, q database.OrderQuery) (database.Found, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	q, from := q.Page(int64(len(s.disk.orders)))
	var found []order.Order
	for id := q.Below - 1; id >= max(from, 1) && len(found) < q.Limit; id-- {
		if o := s.disk.orders[id-1]; fits(o, q) {
			found = append(found, o)
		}
	}
	return q.Answer(found, from), nil
}

func fits(o order.Order, q database.OrderQuery) bool {
	customer := strings.ToLower(q.Customer)
	return o.ID != 0 && (q.ID == 0 || o.ID == q.ID) && (q.Status == "" || o.Status == q.Status) && (q.Market == "" || o.Market == q.Market) &&
		(strings.Contains(strings.ToLower(o.Customer.Name), customer) || strings.Contains(strings.ToLower(o.Customer.Email), customer))
}

// Flow counts events, and what waits at each subscriber.
func (s *Store) Flow(_ context.Context, from, until time.Time) (database.Flow, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	flow := database.Flow{Events: map[event.Type]int{}}
	for _, env := range s.disk.journal {
		if !env.Time.Before(millis(from)) && env.Time.Before(millis(until)) {
			flow.Events[env.Type]++
		}
	}
	steps := map[string]*database.Step{}
	for _, r := range s.disk.receipts {
		if r.state == pending || r.state == parked {
			if steps[r.subscriber] == nil {
				steps[r.subscriber] = &database.Step{Subscriber: r.subscriber}
			}
			count(steps[r.subscriber], r)
		}
	}
	for _, step := range steps {
		flow.Steps = append(flow.Steps, *step)
	}
	slices.SortFunc(flow.Steps, func(a, b database.Step) int { return cmp.Compare(a.Subscriber, b.Subscriber) })
	return flow, nil
}

// count adds a receipt to its step.
func count(step *database.Step, r *receipt) {
	if r.state == parked {
		step.Parked++
		return
	}
	step.Waiting++
	if r.attempts > 0 {
		step.Failing++
	}
	if step.Oldest.IsZero() || r.env.Time.Before(step.Oldest) {
		step.Oldest = r.env.Time
	}
}

// InWork returns pending receipts of a subscriber, the oldest first.
func (s *Store) InWork(_ context.Context, subscriber string, limit int) (all []database.Pending, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, r := range s.disk.pending {
		if r.subscriber == subscriber {
			all = append(all, database.Pending{
				OrderID: r.env.OrderID, EventID: r.eventID, Since: r.env.Time, Attempts: r.attempts, NextTry: millis(r.nextTry), LastError: r.lastError,
			})
		}
	}
	slices.SortFunc(all, func(a, b database.Pending) int { return cmp.Compare(a.EventID, b.EventID) })
	return all[:min(len(all), limit)], nil
}

// Record writes what an operator does.
func (s *Store) Record(ctx context.Context, a database.Action) error {
	_, err := s.do(ctx, func(t *tx) error {
		a.ID, a.Time = int64(len(t.disk.actions))+1, millis(t.now())
		set(t, &t.disk.actions, append(t.disk.actions, a))
		return nil
	})
	return err
}

// ActionsOf returns what operators did about an order, oldest first.
func (s *Store) ActionsOf(_ context.Context, orderID int64) (of []database.Action, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, a := range s.disk.actions {
		if a.OrderID == orderID {
			of = append(of, a)
		}
	}
	return of, nil
}

// LastActions returns what operators did last, the newest first.
func (s *Store) LastActions(_ context.Context, limit int) ([]database.Action, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	last := slices.Clone(s.disk.actions[max(len(s.disk.actions)-limit, 0):])
	slices.Reverse(last)
	return last, nil
}
