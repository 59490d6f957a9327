package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// openFor bounds how long Open waits for each of the bus's parts to be ready.
	openFor = time.Minute
	// openTry bounds one try, and openAgain is the wait after it.
	openTry, openAgain = 5 * time.Second, 250 * time.Millisecond
)

// notReady are errors of JetStream, beside those that say that it is not available (503), that pass when more nodes of a
// cluster have met, or when another process has done what this one does too.
var notReady = []jetstream.ErrorCode{
	10005,        // no peers to put it on
	10007, 10009, // no node is responsible yet
	10058, 10013, 10148, // another process has just made it
	10118, 10119, 10194, 10195, // offline
}

// notInPlace are the errors of an update that cannot be.
var notInPlace = []jetstream.ErrorCode{10052, 10012}

// lasting tries something until the bus is ready for it.
func lasting[T any](ctx context.Context, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	for {
		got, err := once(ctx, do)
		if err == nil {
			return got, nil
		}
		if !passing(err) {
			return got, inPlace(err)
		}
		pause(ctx, openAgain)
		if ctx.Err() != nil {
			return got, fmt.Errorf("JetStream is not ready: %w", err)
		}
	}
}

func once[T any](ctx context.Context, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, openTry)
	defer cancel()
	return do(ctx)
}

// passing reports whether an error may be over soon.
func passing(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code == 503 || slices.Contains(notReady, api.ErrorCode)
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrConnectionReconnecting)
}

// inPlace says what to do about what cannot be changed while it is there.
func inPlace(err error) error {
	if api, ok := errors.AsType[*jetstream.APIError](err); !ok || !slices.Contains(notInPlace, api.ErrorCode) {
		return err
	}
	return fmt.Errorf("it exists with settings that cannot be changed in place (%w); stop every process of the shop, delete it with "+
		"`nats stream rm %s`, and start them again: nothing is lost, the journal publishes what was on it", err, streamName)
}
