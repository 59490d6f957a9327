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
	// mostEntries and mostBytes bound one PutEvents by the service's own limits.
	mostEntries, mostBytes = 10, 256 << 10
	// mostWaiting bounds the events that wait to be published. The rest is in the journal, where the relay finds it.
	mostWaiting = 8192
	// atOnce is how many PutEvents run concurrently.
	atOnce = 4
	// putTries is how often entries are sent that the service refused for the moment, and putAgain the longest pause
	// before the second try; it doubles.
	putTries, putAgain = 3, 100 * time.Millisecond
)

// eventBridge is the part of the service that the publisher uses.
type eventBridge interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Publisher puts events on a bus of EventBridge. It is safe for concurrent use.
//
// An event that Flush could not publish is dropped here; the relay publishes it again.
type Publisher struct {
	Client eventBridge
	Bus    string // name or ARN
	Log    *slog.Logger
	Seed   *Seed // nil: only the shop's form is published

	mu     sync.Mutex
	queue  []types.PutEventsRequestEntry
	untold []event.Envelope              // waiting for their entry in the seed's form
	late   []types.PutEventsRequestEntry // such entries that the service refused; they go with the next Flush
}

// detail is an event on the bus.
type detail struct {
	event.Structured
	Subscriber string `json:"webshopsubscriber,omitempty"` // set if it is published again for this subscriber only
	Send       int    `json:"webshopsend,omitempty"`
}

// Able returns true: whether the service can be reached is known only when events are sent.
func (p *Publisher) Able() bool { return true }

// Publish queues an event for all subscribers, or for one as its send-th delivery. Flush sends it.
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
		p.Log.Error("event cannot be published: it is not JSON", "event", env.ID, "type", env.Type, "error", err)
		return
	}
	p.enqueue(entry)
}

// enqueue queues an entry.
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

// size returns an entry's size as the service counts it: 14 bytes for the time, and the texts.
func size(e types.PutEventsRequestEntry) int {
	return 14 + len(*e.Source) + len(*e.DetailType) + len(*e.Detail)
}

// Flush publishes everything queued, or as much as possible until the context ends.
func (p *Publisher) Flush(ctx context.Context) {
	p.translate(ctx)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for batch := p.next(); len(batch) > 0; batch = p.next() {
		group.Go(func() error { p.put(ctx, batch); return nil })
	}
	_ = group.Wait() // there are none
}

// Run publishes queued events until the context ends.
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

// next takes as many entries as one PutEvents may have.
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

// put sends a batch, and again those entries that the service refused for the moment. The client itself retries a call
// that fails as a whole.
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

// passes are the temporary errors of an entry.
var passes = map[string]bool{"ThrottlingException": true, "InternalFailure": true, "InternalException": true}

// passing returns the entries of a batch that must be sent again.
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
