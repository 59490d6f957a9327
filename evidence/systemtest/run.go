package systemtest

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"golang.org/x/sync/errgroup"
)

// test is one run against one shop.
type test struct {
	cfg      Config
	shop     *shop
	progress *progress
	id       int64 // the testId of all its orders
}

// outcome is the result of one createOrder. Its zero value is an order that was never sent.
type outcome struct {
	order   order
	at      time.Time     // when it was first sent
	took    time.Duration // until the last answer: what the customer waited, including retries
	orderID int64         // 0: not acknowledged
	retries int
	err     error
}

// prepare checks that both listeners answer before any order is made, and picks a testId that the shop has never seen, so
// that the same seed can test the same shop again.
func (t *test) prepare(ctx context.Context) error {
	if err := t.shop.reach(ctx); err != nil {
		return err
	}
	for range 5 {
		id, err := randomTestID()
		if err != nil {
			return err
		}
		known, err := t.shop.testOrders(ctx, id)
		if err != nil {
			return err
		}
		if len(known) == 0 {
			t.id = id
			return nil
		}
	}
	return errors.New("the shop has orders under every testId that was tried; does it look at the testId?")
}

// randomTestID returns 1 to 2^31-1, the range of GraphQL's Int.
func randomTestID() (int64, error) {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("making a testId: %w", err)
	}
	return max(1, int64(binary.BigEndian.Uint32(b[:])&math.MaxInt32)), nil
}

// send posts all orders, Concurrency of them at a time, and returns one outcome for each. It stops early, leaving orders
// unsent, when the context ends or the shop stops answering.
func (t *test) send(ctx context.Context) []outcome {
	outcomes := make([]outcome, t.cfg.Orders)
	t.progress.start("created", t.cfg.Orders)
	defer t.progress.end()
	// The group's context only stops further orders: an order in flight is not cancelled when another one fails, since
	// its outcome would be unknown.
	senders, going := errgroup.WithContext(ctx)
	senders.SetLimit(t.cfg.Concurrency)
	for i, o := range makeOrders(t.cfg.Seed, t.cfg.Orders, t.id) {
		senders.Go(func() error {
			if going.Err() != nil {
				return nil
			}
			outcomes[i] = t.sendOne(ctx, o)
			t.progress.add(1)
			if unanswered(outcomes[i].err) {
				return outcomes[i].err
			}
			return nil
		})
	}
	_ = senders.Wait() // each error is in its outcome
	return outcomes
}

func (t *test) sendOne(ctx context.Context, o order) outcome {
	start := time.Now()
	id, retries, err := t.shop.createOrder(ctx, o, fmt.Sprintf("systemtest-%d-%d", t.id, o.number))
	took := time.Since(start)
	if err != nil && ctx.Err() != nil {
		return outcome{} // interrupted by the user: nothing is known about this order
	}
	return outcome{order: o, at: start, took: took, orderID: id, retries: retries, err: err}
}

// pollEvery is how often the shop is polled for the orders. The times themselves come from the shop.
const pollEvery = 200 * time.Millisecond

// await polls the orders until all acknowledged ones are DELIVERY_BOOKED or the timeout is over, and returns them as last
// seen. The error says why it ended before that: the context, or a wrong answer. A shop that does not answer is polled
// again.
func (t *test) await(ctx context.Context, sent []outcome) (found []listed, err error) {
	ids := acknowledged(sent)
	t.progress.start("delivered", len(ids))
	defer t.progress.end()
	deadline := time.Now().Add(t.cfg.Timeout)
	for arrived := 0; ; {
		asked := time.Now()
		got, err := t.shop.testOrders(ctx, t.id)
		if err == nil {
			before := arrived
			found, arrived = got, countArrived(got, ids)
			t.progress.add(arrived - before)
		}
		remaining := time.Until(deadline)
		settled := err == nil && arrived == len(ids) || err != nil && !passing(err)
		if settled || remaining <= 0 {
			return found, err
		}
		// Polling takes at most a tenth of the time, so that a long list does not slow the measured shop.
		pause := max(pollEvery, 9*time.Since(asked))
		if err := sleep(ctx, min(pause, remaining)); err != nil {
			return found, err
		}
	}
}

// window returns how long the orders had to arrive; 0 if the test ended early, when lateness is unknown.
func (t *test) window(cause error) time.Duration {
	if cause != nil {
		return 0
	}
	return t.cfg.Timeout
}

// acknowledged maps the shop's order numbers to what was sent.
func acknowledged(sent []outcome) map[int64]order {
	ids := make(map[int64]order, len(sent))
	for _, o := range sent {
		if o.orderID != 0 {
			ids[o.orderID] = o.order
		}
	}
	return ids
}

func countArrived(found []listed, ids map[int64]order) int {
	arrived := make(map[int64]bool, len(ids))
	for _, l := range found {
		if _, ours := ids[l.OrderID]; ours && l.arrived() {
			arrived[l.OrderID] = true
		}
	}
	return len(arrived)
}

// sleep waits, and returns the context's error if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
