package main

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// message is a message of a queue.
type message struct {
	ID         string
	Body       string
	Attributes map[string]string // texts
	received   int
	visible    time.Time
}

// queue is an SQS queue.
type queue struct {
	name, arn  string
	visibility time.Duration
	mu         sync.Mutex
	messages   []*message
	ever       int // number of messages sent
}

func (q *queue) send(m message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m.ID = requestID()
	q.messages = append(q.messages, &m)
	q.ever++
}

// receive takes some messages that no one else has. They come again unless they are deleted.
func (q *queue) receive(most int) (batch []message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for _, m := range q.messages {
		if len(batch) < most && !m.visible.After(now) {
			m.visible, m.received = now.Add(q.visibility), m.received+1
			batch = append(batch, *m)
		}
	}
	return batch
}

func (q *queue) delete(ids map[string]bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return ids[m.ID] })
}

// sent returns how many messages there ever were.
func (q *queue) sent() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ever
}

// depth returns how many messages there are.
func (q *queue) depth() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.messages)
}

// source feeds a function from a queue.
type source struct {
	queue *queue
	f     *function
	batch int
	items bool // the function reports which messages of a batch have failed
	every time.Duration
}

// run polls until the context ends.
func (s source) run(ctx context.Context) {
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if batch := s.queue.receive(s.batch); len(batch) > 0 {
				s.hand(ctx, batch)
			}
		case <-ctx.Done():
			return
		}
	}
}

// hand passes a batch to the function, and deletes the handled messages.
func (s source) hand(ctx context.Context, batch []message) {
	records, done := []map[string]any{}, map[string]bool{}
	for _, m := range batch {
		records = append(records, s.record(m))
		done[m.ID] = true
	}
	out, err := s.f.invoke(ctx, encode(map[string]any{"Records": records}))
	if err != nil || out.fault != "" {
		return
	}
	var answer struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if s.items && json.Unmarshal(out.payload, &answer) == nil {
		for _, failed := range answer.BatchItemFailures {
			delete(done, failed.ItemIdentifier)
		}
	}
	s.queue.delete(done)
}

// record returns a message as a function gets it.
func (s source) record(m message) map[string]any {
	attributes := map[string]any{}
	for name, value := range m.Attributes {
		attributes[name] = map[string]any{"stringValue": value, "dataType": "String"}
	}
	return map[string]any{
		"messageId": m.ID, "receiptHandle": m.ID, "body": m.Body, "messageAttributes": attributes,
		"attributes":  map[string]string{"ApproximateReceiveCount": string(encode(m.received))},
		"eventSource": "aws:sqs", "eventSourceARN": s.queue.arn, "awsRegion": region,
	}
}
