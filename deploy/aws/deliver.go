package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// delivery is an event for one subscriber, as a rule passes it on; or the event alone.
type delivery struct {
	Subscriber string   `json:"subscriber"`
	Event      *carried `json:"event"`
	carried
}

// carried is an EventBridge event, or what a rule left of it.
type carried struct {
	DetailType string  `json:"detail-type"`
	Detail     *detail `json:"detail"`
}

// notStored means that the outcome of an event is not in the database. Its name is part of the contract (doc.go).
type notStored struct{ subscriber, event string }

// Error names the subscriber and the event.
func (e notStored) Error() string {
	return fmt.Sprintf("the outcome of event %s at %s could not be stored; it must come again", e.event, e.subscriber)
}

var errNoEvent = errors.New("not an event that the function knows")

// read returns the event and its subscriber, as far as the delivery has them.
func (d delivery) read() (subscriber string, env event.Envelope, err error) {
	got := d.carried
	if d.Event != nil {
		got = *d.Event
	}
	if got.Detail == nil {
		return "", env, errNoEvent
	}
	if env, err = got.Detail.Envelope(); err != nil {
		return "", env, err
	}
	if env.Type == "" {
		env.Type = event.Type(got.DetailType)
	}
	if d.Subscriber != "" {
		return d.Subscriber, env, nil
	}
	return got.Detail.Subscriber, env, nil
}

// heard returns the function's subscriber of a type: each function has one at most.
func (f *Function) heard(t event.Type) string {
	for _, name := range f.Subscribers {
		if strings.HasSuffix(name, "."+string(t)) {
			return name
		}
	}
	return ""
}

// deliver passes an event to its subscriber.
func (f *Function) deliver(ctx context.Context, payload []byte) error {
	var d delivery
	if err := json.Unmarshal(payload, &d); err != nil {
		return fmt.Errorf("%w: %w", errNoEvent, err)
	}
	subscriber, env, err := d.read()
	if err != nil {
		return err
	}
	if subscriber == "" {
		subscriber = f.heard(env.Type)
	}
	if len(env.Data) == 0 {
		if env, err = f.shop.Event(ctx, env.OrderID, env.ID); fault.CodeOf(err) == fault.NotFound {
			f.log.WarnContext(ctx, "an event that is not in the journal is passed over", "subscriber", subscriber, "error", err)
			return nil
		} else if err != nil {
			f.log.WarnContext(ctx, "event not read; it comes again", "subscriber", subscriber, "error", err)
			return notStored{subscriber, env.ID}
		}
	}
	kept, err := f.shop.Handle(ctx, subscriber, env)
	if err == nil && !kept {
		return notStored{subscriber, env.ID}
	}
	return err
}
