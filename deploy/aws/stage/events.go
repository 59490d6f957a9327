package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	maxEntries   = 10        // per PutEvents
	maxEventSize = 256 << 10 // of all its entries together
	maxPut       = 1 << 20
)

// bus is an event bus and its rules.
type bus struct {
	name  string
	rules []*rule
}

// rule sends the events that match its pattern to its targets.
type rule struct {
	name, arn string
	pattern   map[string]any
	targets   []target
}

// target is a function that a rule calls, or another listener.
type target struct {
	f         *function
	listen    func([]byte) // instead of a function
	transform *transformer // nil: the event unchanged
	retries   int
	maxAge    time.Duration
	dead      *queue // nil: lost
}

// entry is an entry of PutEvents.
type entry struct {
	Source, DetailType, Detail, EventBusName, TraceHeader string
	Resources                                             []string
	Time                                                  float64
}

// result is the result of an entry.
type result struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// eventBridge is the endpoint of the SDK's PutEvents.
type eventBridge struct {
	ctx     context.Context
	buses   map[string]*bus
	trouble *trouble
	waits   func(time.Duration) time.Duration // how long a wait of AWS takes here
	log     func(string, ...any)
	// Seen counts the events and what was done with them.
	Seen counter
}

// ServeHTTP is the action PutEvents of the JSON protocol.
func (e *eventBridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if r.Header.Get("X-Amz-Target") != "AWSEvents.PutEvents" {
		refuse(w, http.StatusBadRequest, "UnknownOperationException", "only PutEvents is here")
		return
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		refuse(w, http.StatusBadRequest, "MissingAuthenticationTokenException", "the request is not signed")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPut))
	var in struct{ Entries []entry }
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "SerializationException", err.Error())
	case len(in.Entries) == 0 || len(in.Entries) > maxEntries || tooLarge(in.Entries):
		refuse(w, http.StatusBadRequest, "ValidationException", "PutEvents takes 1 to 10 entries of 256 KB together")
	case e.trouble.happens(e.trouble.Refused / 10):
		e.Seen.add("calls that failed")
		refuse(w, http.StatusInternalServerError, "InternalException", "trouble")
	default:
		_, _ = w.Write(e.put(in.Entries)) // the caller may be dead
	}
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.WriteHeader(status)
	_, _ = w.Write(encode(map[string]string{"__type": kind, "message": message}))
}

// tooLarge adds up the entries as EventBridge does: 14 bytes for the time, and all texts.
func tooLarge(entries []entry) bool {
	size := 0
	for _, e := range entries {
		size += 14 + len(e.Source) + len(e.DetailType) + len(e.Detail)
	}
	return size > maxEventSize
}

// put accepts the entries, each by itself.
func (e *eventBridge) put(entries []entry) []byte {
	results, failed := make([]result, len(entries)), 0
	for i, one := range entries {
		results[i] = e.putOne(one)
		if results[i].ErrorCode != "" {
			failed++
		}
	}
	return encode(map[string]any{"FailedEntryCount": failed, "Entries": results})
}

func (e *eventBridge) putOne(one entry) result {
	b := e.buses[one.EventBusName]
	switch {
	case b == nil:
		return result{ErrorCode: "ResourceNotFoundException", ErrorMessage: "there is no event bus " + one.EventBusName}
	case one.Source == "" || one.DetailType == "" || !strings.HasPrefix(strings.TrimSpace(one.Detail), "{") || !json.Valid([]byte(one.Detail)):
		e.Seen.add("malformed entries")
		return result{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}
	case e.trouble.happens(e.trouble.Refused):
		e.Seen.add("entries refused")
		return result{ErrorCode: "ThrottlingException", ErrorMessage: "trouble"}
	}
	id := requestID()
	event := map[string]any{
		"version": "0", "id": id, "detail-type": one.DetailType, "source": one.Source, "account": account, "region": region,
		"time": time.Now().UTC().Format(time.RFC3339), "resources": append([]string{}, one.Resources...), "detail": json.RawMessage(one.Detail),
	}
	e.Seen.add("events taken")
	e.route(b, encode(event))
	return result{EventID: id}
}

// route sends an event to each target whose rule matches.
func (e *eventBridge) route(b *bus, text []byte) {
	var event map[string]any
	_ = json.Unmarshal(text, &event) // it was made here
	heard := false
	for _, r := range b.rules {
		ok, err := matches(r.pattern, event)
		if err != nil {
			e.log("rule", r.name, err)
		}
		for _, t := range r.targets {
			if ok {
				heard = true
				e.deliver(r, t, text)
			}
		}
	}
	if !heard {
		e.Seen.add("events that no rule wants")
	}
}

// deliver sends an event to a target: soon, late or twice.
func (e *eventBridge) deliver(r *rule, t target, text []byte) {
	times := 1
	if e.trouble.happens(e.trouble.Twice) {
		times = 2
		e.Seen.add("deliveries made twice")
	}
	for range times {
		var delay time.Duration
		if e.trouble.happens(e.trouble.Late) {
			delay = e.trouble.within(e.trouble.LateBy)
			e.Seen.add("deliveries made late")
		}
		time.AfterFunc(delay, func() { e.attempt(r, t, text, time.Now(), 0) })
	}
}

// attempt calls the target. Lambda queues the call: only what it refuses is retried here.
func (e *eventBridge) attempt(r *rule, t target, text []byte, since time.Time, tries int) {
	if e.ctx.Err() != nil {
		return
	}
	payload, err := text, error(nil)
	if t.transform != nil {
		payload, err = t.transform.apply(text, r.name)
	}
	if err == nil && e.trouble.happens(e.trouble.Refused) {
		err = errThrottled
	}
	if err == nil {
		err = t.send(payload)
	}
	if err == nil {
		e.Seen.add("deliveries")
		return
	}
	if errors.Is(err, errThrottled) && tries < t.retries && time.Since(since) < t.maxAge {
		e.Seen.add("deliveries tried again")
		time.AfterFunc(e.waits(time.Second<<min(tries, 6)), func() { e.attempt(r, t, text, since, tries+1) })
		return
	}
	e.bury(r, t, text, tries, err)
}

// send passes a payload to each receiver.
func (t target) send(payload []byte) error {
	if t.listen != nil {
		t.listen(payload)
		return nil
	}
	return t.f.send(payload)
}

// bury sends what could not be delivered to the rule's dead-letter queue, as EventBridge does.
func (e *eventBridge) bury(r *rule, t target, text []byte, tries int, err error) {
	e.Seen.add("dead letters of rules")
	if t.dead == nil {
		e.log("rule", r.name, fmt.Errorf("an event is lost: %w", err))
		return
	}
	t.dead.send(message{Body: string(text), Attributes: map[string]string{
		"RULE_ARN": r.arn, "TARGET_ARN": t.f.arn, "ERROR_CODE": "THROTTLING", "ERROR_MESSAGE": err.Error(),
		"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": fmt.Sprint(tries),
	}})
}
