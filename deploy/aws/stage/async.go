package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// asyncPolicy is how often an asynchronous call is tried, and where it goes if all tries fail.
type asyncPolicy struct {
	retries   int
	maxAge    time.Duration
	onFailure *queue // nil: nowhere
	waits     func(try int) time.Duration
}

// asyncCall is an accepted asynchronous call of a function.
type asyncCall struct {
	payload []byte
	since   time.Time
	tries   int
}

// send accepts an asynchronous call.
func (f *function) send(payload []byte) error {
	select {
	case f.queue <- asyncCall{payload: payload, since: time.Now()}:
		return nil
	default:
		return errors.New("stage: too many calls wait for " + f.id)
	}
}

// work makes asynchronous calls until the context ends.
func (f *function) work(ctx context.Context) {
	for {
		select {
		case call := <-f.queue:
			f.attempt(ctx, call)
		case <-ctx.Done():
			return
		}
	}
}

// attempt makes one call. A failed call is made again after a while; a throttled one does not count as a try.
func (f *function) attempt(ctx context.Context, call asyncCall) {
	out, err := f.invoke(ctx, call.payload)
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		call.tries++
	}
	switch old := time.Since(call.since) > f.async.maxAge; {
	case err == nil && out.fault == "":
	case err == nil && call.tries > f.async.retries:
		f.giveUp(call, out, "RetriesExhausted")
	case old:
		f.giveUp(call, out, "EventAgeExceeded")
	default:
		time.AfterFunc(f.async.waits(call.tries), func() { f.requeue(call) })
	}
}

func (f *function) requeue(call asyncCall) {
	select {
	case f.queue <- call:
	default: // never so many: it was in the queue before
	}
}

// giveUp sends Lambda's record of a call to the destination for failures.
func (f *function) giveUp(call asyncCall, out outcome, condition string) {
	if f.async.onFailure == nil {
		return
	}
	f.async.onFailure.send(message{Body: string(encode(map[string]any{
		"version": "1.0", "timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"requestContext": map[string]any{
			"requestId": requestID(), "functionArn": f.arn + ":$LATEST", "condition": condition, "approximateInvokeCount": call.tries,
		},
		"requestPayload":  json.RawMessage(call.payload),
		"responseContext": map[string]any{"statusCode": 200, "executedVersion": "$LATEST", "functionError": out.fault},
		"responsePayload": json.RawMessage(orNull(out.payload)),
	}))})
}

func orNull(text []byte) []byte {
	if !json.Valid(text) {
		return []byte("null")
	}
	return text
}
