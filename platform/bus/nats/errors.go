package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
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

// transient reports whether an error may be over soon.
func transient(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code == 503 || slices.Contains(notReady, api.ErrorCode)
	}
	return errors.Is(err, errNoLeader) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrConnectionReconnecting)
}

// permanent reports whether an error is not over until someone acts. Others that are not known to pass may, like a server
// that is full: the process goes on without the bus, and tells.
func permanent(err error) bool {
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && slices.Contains(notInPlace, api.ErrorCode)
}

// explained says what to do about what cannot be changed while it is there.
func explained(err error) error {
	if !permanent(err) {
		return err
	}
	return fmt.Errorf("it exists with settings that cannot be changed in place (%w); stop every process of the shop, delete it with "+
		"`nats stream rm %s`, and start them again: nothing is lost, the journal publishes what was on it", err, streamName)
}
