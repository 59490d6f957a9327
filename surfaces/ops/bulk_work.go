package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const (
	// bulkEvery is how often jobs are looked for, and how often what could not be done is tried again.
	bulkEvery = 2 * time.Second
	// bulkTurn is how many orders of a job are done before the next job has its turn.
	bulkTurn = 10
	// bulkTries is how often an order is tried that fails for no reason that is known. While a mail server or provider is away, the
	// whole job waits, for as long as that takes.
	bulkTries = 3
	// bulkWithin bounds the work on one order. It is shorter than bulkTerm, after which another copy takes over the jobs of a dead one.
	bulkWithin = 20 * time.Second
	bulkTerm   = 30 * time.Second
	// keepBulk is how long a job is kept after it has ended, and pruneBulkEvery how often old ones are looked for.
	keepBulk       = 90 * 24 * time.Hour
	pruneBulkEvery = time.Hour
)

// errNotMine means that another copy has begun an order, or that someone has stopped its job.
var errNotMine = errors.New("the order does not wait any more")

// Run works on jobs until the context ends. An order in work is finished.
func (b *Bulk) Run(ctx context.Context) {
	var pruned time.Time
	for ctx.Err() == nil {
		err := b.Work(ctx)
		if err == nil && b.Now().Sub(pruned) >= pruneBulkEvery {
			pruned = b.Now()
			err = b.prune(ctx)
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Warn("jobs on many orders stand still; trying again", "error", err)
		}
		timer := time.NewTimer(bulkEvery)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	b.giveUp(context.WithoutCancel(ctx))
}

// giveUp lets another copy go on at once.
func (b *Bulk) giveUp(ctx context.Context) {
	if b.Lead == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, leadTimeout)
	defer cancel()
	if _, err := b.Lead(ctx, b.Now(), 0); err != nil {
		b.Log.Warn("jobs on many orders are not handed over; another copy has them in half a minute", "error", err)
	}
}

func (b *Bulk) prune(ctx context.Context) error {
	for {
		if n, err := b.Store.PruneBulk(ctx, b.Now().Add(-keepBulk)); err != nil || n == 0 || ctx.Err() != nil {
			return err
		}
	}
}

// Work does the orders of all jobs, some of each in turn, until only those are left that cannot be done now.
func (b *Bulk) Work(ctx context.Context) error {
	for more := true; more; {
		runs, err := b.Store.BulkRuns(ctx)
		if err != nil {
			return err
		}
		more = false
		for _, j := range runs {
			goesOn, err := b.turn(ctx, j.BulkJob)
			if err != nil {
				return fmt.Errorf("job %s: %w", j.ID, err)
			}
			more = more || goesOn
		}
	}
	return nil
}

// turn does some orders of a job, and reports whether it can go on at once.
func (b *Bulk) turn(ctx context.Context, j database.BulkJob) (goesOn bool, err error) {
	items, err := b.Store.NextBulk(ctx, j.ID, bulkTurn)
	if err == nil && len(items) == 0 {
		err = b.Store.FinishBulk(ctx, j.ID)
	}
	if err != nil {
		return false, err
	}
	for _, i := range items {
		if mine, err := b.leads(ctx); err != nil || !mine {
			return false, err
		}
		became, err := b.item(ctx, j, i)
		if err != nil || became == allWait {
			return false, err
		}
		goesOn = goesOn || became == ended
	}
	return goesOn, nil
}

func (b *Bulk) leads(ctx context.Context) (bool, error) {
	if b.Lead == nil || ctx.Err() != nil {
		return ctx.Err() == nil, nil
	}
	return b.Lead(ctx, b.Now(), bulkTerm)
}

// became is what became of one order.
type became int

const (
	ended   became = iota // it was done or refused
	waits                 // it failed, and waits for another try
	allWait               // none of the job's orders can be done now
)

// item does one order, and stores what became of it.
func (b *Bulk) item(ctx context.Context, j database.BulkJob, i database.BulkItem) (became, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bulkWithin) // what is begun is finished
	defer cancel()
	if i.State == database.BulkBegun && j.Action == database.BulkMail {
		return ended, b.end(ctx, j, i, database.BulkUnclear, "the process ended while it was sent; see the order's mails before you send it again")
	}
	i.Tries++
	err := b.do(ctx, j, &i)
	switch code := fault.CodeOf(err); {
	case errors.Is(err, errNotMine):
		return allWait, nil
	case err == nil:
		return ended, b.end(ctx, j, i, database.BulkMade, "")
	case code == fault.Internal && i.Tries < bulkTries:
		b.Log.WarnContext(ctx, "job on many orders: an order failed; it is tried again", "job", j.ID, "order", i.OrderID, "error", err)
		return waits, b.later(ctx, i, err)
	case code != fault.Internal && !fault.Permanent(err):
		return allWait, b.later(ctx, i, err)
	}
	return ended, b.refuse(ctx, j, i, err)
}

// refuse stores that an order could not be done, in its record too if it was begun.
func (b *Bulk) refuse(ctx context.Context, j database.BulkJob, i database.BulkItem, why error) error {
	b.Log.WarnContext(ctx, "job on many orders: an order is left out", "job", j.ID, "order", i.OrderID, "error", why)
	if i.State == database.BulkBegun {
		if err := b.record(ctx, j, i, " refused", "answered "+string(fault.CodeOf(why))); err != nil {
			return err
		}
	}
	return b.end(ctx, j, i, database.BulkRefused, publicly(why))
}

// end stores the outcome of an order.
func (b *Bulk) end(ctx context.Context, j database.BulkJob, i database.BulkItem, state, why string) error {
	i.State, i.Why, i.At = state, why, b.Now()
	if state != database.BulkMade {
		i.Amount, i.Currency = 0, ""
	}
	err := b.Store.EndBulk(ctx, i)
	if err == nil && b.Counted != nil {
		b.Counted(j.Action, state)
	}
	return err
}

// later lets an order wait for another try.
func (b *Bulk) later(ctx context.Context, i database.BulkItem, why error) error {
	i.State, i.Why, i.Amount, i.Currency = database.BulkWaiting, publicly(why), 0, ""
	return b.Store.EndBulk(ctx, i)
}

// do does the action of a job with an order, unless it was done before.
func (b *Bulk) do(ctx context.Context, j database.BulkJob, i *database.BulkItem) error {
	o, err := b.Store.Order(ctx, i.OrderID)
	if err != nil {
		return err
	}
	back, err := b.check(ctx, j.Action, o)
	if fault.CodeOf(err) == fault.Conflict && i.State == database.BulkBegun && o.CancelReason == j.Reason {
		i.Amount, i.Currency = wentBack(o), string(o.Total.Currency)
		return nil // it was cancelled before the process ended
	}
	if err != nil {
		return err
	}
	if j.Action == database.BulkMail {
		return b.mail(ctx, j, i, o)
	}
	if err := b.mark(ctx, j, i); err != nil {
		return err
	}
	i.Amount, i.Currency = back.Minor, string(back.Currency)
	_, err = b.Cancel(ctx, o.ID, j.Reason)
	return err
}

// wentBack is how much of an order's money went back because it was cancelled.
func wentBack(o order.Order) (sum int64) {
	for _, r := range o.GivenBack() {
		if r.Reason == order.OrderWasCancelled {
			sum += r.Amount
		}
	}
	return sum
}

// mail sends an order's latest mail again, always under the same Message-ID.
func (b *Bulk) mail(ctx context.Context, j database.BulkJob, i *database.BulkItem, o order.Order) error {
	desk := b.Desk
	desk.job = j.ID
	desk.Send = func(ctx context.Context, m Mail) (string, error) {
		if err := b.mark(ctx, j, i); err != nil {
			return "", err
		}
		return "", b.Send(ctx, m)
	}
	_, _, err := desk.SendLatest(WithWho(ctx, j.By), o)
	return err
}

// mark marks an order as begun, and records who has it done, before it is done.
func (b *Bulk) mark(ctx context.Context, j database.BulkJob, i *database.BulkItem) error {
	recorded := false
	if i.Tries > 1 {
		actions, err := b.Store.ActionsOf(ctx, i.OrderID)
		if err != nil {
			return err
		}
		recorded = slices.ContainsFunc(actions, func(a database.Action) bool { return a.What == j.Action && strings.HasSuffix(a.Detail, jobName(j)) })
	}
	if i.State == database.BulkWaiting {
		mine, err := b.Store.BeginBulk(ctx, *i)
		if err != nil {
			return err
		}
		if !mine {
			return errNotMine
		}
		i.State = database.BulkBegun
	}
	if recorded {
		return nil
	}
	return b.record(ctx, j, *i, "", j.Reason)
}

// jobName is how the record of an order names a job.
func jobName(j database.BulkJob) string { return "job " + j.ID }

// record keeps an action in the order's record, as that of a single order is kept.
func (b *Bulk) record(ctx context.Context, j database.BulkJob, i database.BulkItem, refused, detail string) error {
	about := jobName(j)
	if detail != "" {
		about = detail + ", " + about
	}
	err := b.Store.Record(ctx, database.Action{Who: j.By, What: j.Action + refused, OrderID: i.OrderID, Detail: about})
	if err != nil {
		return fmt.Errorf("the action could not be written down: %w", err)
	}
	return nil
}
