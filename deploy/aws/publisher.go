package aws

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"golang.org/x/sync/errgroup"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
)

const (
	// mostEntries and mostBytes bound one PutEvents, by the service's own limits.
	mostEntries, mostBytes = 10, 256 << 10
	// mostWaiting bounds the events that wait to be published. What does not fit is in the journal, and the relay finds it.
	mostWaiting = 8192
	// atOnce is how many PutEvents run at the same time.
	atOnce = 4
	// putTries is how often entries are sent that the service could not take for the moment, and putAgain the longest pause
	// before the second time; it doubles.
	putTries, putAgain = 3, 100 * time.Millisecond
)

// eventBridge is what the publisher needs of the service.
type eventBridge interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Publisher puts events on a bus of EventBridge. It is safe for concurrent use.
//
// It guarantees nothing of an event that Flush could not publish: it is forgotten here, and the relay publishes it again.
type Publisher struct {
	Client eventBridge
	Bus    string // name or ARN
	Log    *slog.Logger
	Seed   *Seed // nil: events go in the shop's form only

	mu     sync.Mutex
	queue  []types.PutEventsRequestEntry
	untold []event.Envelope              // wait for their entry in the seed's form
	late   []types.PutEventsRequestEntry // such entries that the service did not take; they go with the next Flush
}

// detail is an event as the bus carries it.
type detail struct {
	event.Structured
	Subscriber string `json:"webshopsubscriber,omitempty"` // for whom alone it is sent again
	Send       int    `json:"webshopsend,omitempty"`
}

// Able reports that events are taken: whether the service is there is known when they are sent.
func (p *Publisher) Able() bool { return true }

// Publish takes an event for all subscribers, or for one of them for the send-th time, to be sent by Flush.
func (p *Publisher) Publish(env event.Envelope, subscriber string, send int) {
	if p.Seed.wants(env, subscriber) {
		p.mu.Lock()
		if len(p.untold) < mostWaiting {
			p.untold = append(p.untold, env)
		}
		p.mu.Unlock()
	}
	text, err := json.Marshal(detail{env.Structured(), subscriber, send})
	entry := types.PutEventsRequestEntry{
		EventBusName: sdk.String(p.Bus), Source: sdk.String(functions.Source(env.Type)), DetailType: sdk.String(string(env.Type)),
		Detail: sdk.String(string(text)), Time: sdk.Time(env.Time),
	}
	if err != nil {
		p.Log.Error("event cannot be published: it is no JSON", "event", env.ID, "type", env.Type, "error", err)
		return
	}
	p.enqueue(entry)
}

// enqueue lets an entry wait to be published.
func (p *Publisher) enqueue(entry types.PutEventsRequestEntry) {
	if size(entry) > mostBytes {
		p.Log.Error("event cannot be published: it is too large", "type", *entry.DetailType, "source", *entry.Source, "bytes", size(entry))
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) < mostWaiting {
		p.queue = append(p.queue, entry)
	}
}

// size is what the service counts of an entry: 14 bytes for the time, and the texts.
func size(e types.PutEventsRequestEntry) int {
	return 14 + len(*e.Source) + len(*e.DetailType) + len(*e.Detail)
}

// Flush publishes all that waits, or as much as can be until the context ends.
func (p *Publisher) Flush(ctx context.Context) {
	p.translate(ctx)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for batch := p.next(); len(batch) > 0; batch = p.next() {
		group.Go(func() error { p.put(ctx, batch); return nil })
	}
	_ = group.Wait() // there are none
}

// Run publishes what comes until the context ends.
func (p *Publisher) Run(ctx context.Context) {
	ticker := time.NewTicker(putAgain)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.Flush(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// next takes as many events as one PutEvents may have.
func (p *Publisher) next() []types.PutEventsRequestEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, bytes := 0, 0
	for n < len(p.queue) && n < mostEntries && bytes+size(p.queue[n]) <= mostBytes {
		bytes += size(p.queue[n])
		n++
	}
	batch := p.queue[:n:n]
	if p.queue = p.queue[n:]; len(p.queue) == 0 {
		p.queue = nil
	}
	return batch
}

// put sends a batch, and again those of it that the service could not take for the moment. The client itself tries a call
// again that fails as a whole.
func (p *Publisher) put(ctx context.Context, batch []types.PutEventsRequestEntry) {
	for try := 1; ; try++ {
		out, err := p.Client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: batch})
		if err != nil {
			p.Log.Warn("events not published; they are published again", "events", len(batch), "error", err)
			for _, entry := range batch {
				p.later(entry)
			}
			return
		}
		if out.FailedEntryCount == 0 {
			return
		}
		if batch = p.passing(batch, out.Entries, try == putTries); len(batch) == 0 || !rest(ctx, try) {
			return
		}
	}
}

// passes are the faults of an entry that pass.
var passes = map[string]bool{"ThrottlingException": true, "InternalFailure": true, "InternalException": true}

// passing are the entries of a batch that are to be sent again.
func (p *Publisher) passing(batch []types.PutEventsRequestEntry, results []types.PutEventsResultEntry, last bool) (again []types.PutEventsRequestEntry) {
	for i, result := range results[:min(len(results), len(batch))] {
		code := sdk.ToString(result.ErrorCode)
		switch {
		case code == "":
		case passes[code] && !last:
			again = append(again, batch[i])
		case passes[code] && p.later(batch[i]):
		case isSeed(batch[i]):
			p.Log.Error("event not published in the seed's form, and not again", "type", *batch[i].DetailType, "code", code,
				"error", sdk.ToString(result.ErrorMessage))
		default:
			p.Log.Warn("event not published; the relay publishes it again", "type", *batch[i].DetailType, "code", code,
				"error", sdk.ToString(result.ErrorMessage))
		}
	}
	return again
}

// rest waits before the next try, and reports whether there is time for one.
func rest(ctx context.Context, try int) bool {
	timer := time.NewTimer(rand.N(putAgain << (try - 1)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
