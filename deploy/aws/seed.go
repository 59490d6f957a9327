package aws

import (
	"context"
	"encoding/json"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Seed is where the seed's events are also published in the seed's form.
type Seed struct {
	Bus string // name or ARN
	// Detail returns the seed's form of an event. It reads the database, since the shop's event has less of a customer.
	Detail func(context.Context, event.Envelope) (json.RawMessage, error)
}

// wants reports whether an event is published in the seed's form too. An event that is published again for one subscriber
// counts for the first subscriber of its type, since the first publishing may have failed.
func (s *Seed) wants(env event.Envelope, subscriber string) bool {
	if s == nil || functions.SeedSource(env.Type) == "" {
		return false
	}
	first := slices.IndexFunc(event.Subscriptions, func(sub event.Subscription) bool { return sub.Type == env.Type })
	return subscriber == "" || first >= 0 && event.Subscriptions[first].Subscriber == subscriber
}

// translate queues what waits for its seed's form. What the database cannot return now waits for the next time.
func (p *Publisher) translate(ctx context.Context) {
	p.mu.Lock()
	waiting := p.untold
	p.queue = append(p.queue, p.late...)
	p.untold, p.late = nil, nil
	p.mu.Unlock()
	for i, env := range waiting {
		text, err := p.Seed.Detail(ctx, env)
		if fault.CodeOf(err) == fault.NotFound { // its order was archived or deleted
			p.Log.Warn("event not published in the seed's form", "event", env.ID, "type", env.Type, "error", err)
			continue
		}
		if err != nil {
			p.Log.Warn("events not published in the seed's form yet", "events", len(waiting)-i, "error", err)
			p.mu.Lock()
			p.untold = append(waiting[i:], p.untold...)
			p.mu.Unlock()
			return
		}
		p.enqueue(types.PutEventsRequestEntry{
			EventBusName: sdk.String(p.Seed.Bus), Source: sdk.String(functions.SeedSource(env.Type)), DetailType: sdk.String(string(env.Type)),
			Detail: sdk.String(string(text)), Time: sdk.Time(env.Time),
		})
	}
}

// later keeps an entry in the seed's form for the next Flush, and reports whether it did. The shop's own are in the
// journal.
func (p *Publisher) later(e types.PutEventsRequestEntry) bool {
	if !isSeed(e) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.late) >= mostWaiting {
		return false
	}
	p.late = append(p.late, e)
	return true
}

// isSeed reports whether an entry is in the seed's form.
func isSeed(e types.PutEventsRequestEntry) bool {
	return *e.Source == functions.SeedSource(event.Type(*e.DetailType))
}
