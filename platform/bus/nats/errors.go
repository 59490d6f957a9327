package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// notReady are errors of JetStream, other than 503 (not available), that pass when more nodes of a cluster have met, or
// when another process has done the same.
var notReady = []jetstream.ErrorCode{
	10005,        // no peers to place it on
	10007, 10009, // no node is responsible yet
	10058, 10013, 10148, // another process has just made it
	10118, 10119, 10194, 10195, // offline
}

// notInPlace are the errors of an update that is not possible.
var notInPlace = []jetstream.ErrorCode{10052, 10012}

// transient reports whether an error probably passes soon.
func transient(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code == 503 || slices.Contains(notReady, api.ErrorCode)
	}
	return errors.Is(err, errNoLeader) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrConnectionReconnecting)
}

// permanent reports whether someone must act to end an error. Other errors that are not known to pass, like a full
// server, may do so: the process goes on without the bus, and reports it.
func permanent(err error) bool {
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && slices.Contains(notInPlace, api.ErrorCode)
}

// explained adds what to do about settings that cannot be changed in place.
func explained(err error) error {
	if !permanent(err) {
		return err
	}
	return fmt.Errorf("it exists with settings that cannot be changed in place (%w); stop every process of the shop, delete it with "+
		"`nats stream rm %s`, and start them again: nothing is lost, the journal publishes what was on it", err, streamName)
}
