package simulator

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/platform/fault"
)

const (
	maxCallbacks    = 20_000 // under way, of some 500 bytes each
	sendAtOnce      = 32
	sendAttempts    = 10 // over about four minutes
	sendTimeout     = 15 * time.Second
	longestBackoff  = time.Minute
	shortestBackoff = time.Second
)

// CallbackCounters count callbacks since the start.
type CallbackCounters struct {
	Waiting int64 `json:"waiting"` // for their time, for an answer, or for another attempt
	Sent    int64 `json:"sent"`    // accepted by the shop
	GivenUp int64 `json:"givenUp"` // after the last attempt, or at the end
}

// callbacks sends signed callbacks (Standard Webhooks) when they are due, each until it is accepted or its attempts are
// used up. A waiting one takes no goroutine.
type callbacks struct {
	client *http.Client
	signer *standardwebhooks.Webhook
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	closed   bool
	waiting  byTime      // until they are due
	clock    *time.Timer // for the first of them
	due      []*callback // waiting for a place to be sent from
	sending  int         // how many are being sent
	running  sync.WaitGroup
	counters CallbackCounters
}

// callback is a callback that is not finished.
type callback struct {
	at       time.Time // of the next attempt
	attempts int       // made so far
	url, id  string
	say      func() []byte
	body     []byte // returned by say when it was due
}

func newCallbacks(c Config, signer *standardwebhooks.Webhook) *callbacks {
	ctx, cancel := context.WithCancel(context.Background())
	return &callbacks{client: c.Callback, signer: signer, log: c.Log, ctx: ctx, cancel: cancel}
}

// start sends a callback after a time, with the body that say returns then. If there are too many already, it does
// nothing and returns fault.Unavailable.
func (c *callbacks) start(after time.Duration, url, id string, say func() []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.counters.Waiting >= maxCallbacks {
		return fault.New(fault.Unavailable, "too much is under way already; try again later")
	}
	c.counters.Waiting++
	c.wait(&callback{url: url, id: id, say: say}, after)
	return nil
}

// wait schedules a callback. The caller holds the lock.
func (c *callbacks) wait(one *callback, after time.Duration) {
	one.at = time.Now().Add(after)
	heap.Push(&c.waiting, one)
	c.setClock()
}

// setClock makes ring run when the first callback is due. The caller holds the lock.
func (c *callbacks) setClock() {
	if c.clock != nil {
		c.clock.Stop()
	}
	if len(c.waiting) > 0 {
		c.clock = time.AfterFunc(time.Until(c.waiting[0].at), c.ring)
	}
}

// ring gets the bodies of the due callbacks, and sends as many as there are places for.
func (c *callbacks) ring() {
	come := c.come()
	for _, one := range come {
		if one.body == nil {
			one.body = one.say()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due = append(c.due, come...)
	c.sendDue()
}

// come removes and returns the due callbacks.
func (c *callbacks) come() (all []*callback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for now := time.Now(); len(c.waiting) > 0 && !c.waiting[0].at.After(now); {
		all = append(all, heap.Pop(&c.waiting).(*callback))
	}
	c.setClock()
	return all
}

// sendDue starts sending due callbacks while there are places. The caller holds the lock.
func (c *callbacks) sendDue() {
	for !c.closed && c.sending < sendAtOnce && len(c.due) > 0 {
		one := c.due[0]
		c.due[0] = nil
		c.due = c.due[1:]
		c.sending++
		c.running.Go(func() { c.sent(one, c.send(one)) })
	}
}

// sent records the outcome of an attempt.
func (c *callbacks) sent(one *callback, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending--
	one.attempts++
	switch {
	case err == nil:
		c.counters.Waiting--
		c.counters.Sent++
	case c.closed: // giving up at the end is no error; close counts it
	case one.attempts == sendAttempts:
		c.counters.Waiting--
		c.counters.GivenUp++
		c.log.Error("callback given up", "id", one.id, "error", err)
	default:
		c.log.Warn("callback not taken", "id", one.id, "attempt", one.attempts, "of", sendAttempts, "error", err)
		c.wait(one, min(shortestBackoff<<(one.attempts-1), longestBackoff))
	}
	c.sendDue()
}

// send makes one attempt.
func (c *callbacks) send(one *callback) error {
	ctx, cancel := context.WithTimeout(c.ctx, sendTimeout)
	defer cancel()
	req, err := c.signed(ctx, one)
	if err != nil {
		return err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("simulator: callback: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("simulator: callback: the shop answered %d", res.StatusCode)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxBody)) // so that the connection can be reused
	return err
}

// signed makes the request. Its timestamp is that of the attempt, so that a late one does not look like a replay. It is of the real
// time, as who verifies it expects, also when the partners have a clock of their own.
func (c *callbacks) signed(ctx context.Context, one *callback) (*http.Request, error) {
	at := time.Now()
	signature, err := c.signer.Sign(one.id, at, one.body)
	if err != nil {
		return nil, fmt.Errorf("simulator: callback: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, one.url, bytes.NewReader(one.body))
	if err != nil {
		return nil, fmt.Errorf("simulator: callback: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(standardwebhooks.HeaderWebhookID, one.id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// said returns the body of a partner's message. Its data are texts and numbers, which can always be encoded.
func said(what string, at time.Time, data map[string]any) []byte {
	body, _ := json.Marshal(map[string]any{"type": what, "timestamp": at.UTC(), "data": data})
	return body
}

func (c *callbacks) state() CallbackCounters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counters
}

// close gives up the unfinished callbacks, and returns when none is being sent any more.
func (c *callbacks) close() {
	c.mu.Lock()
	c.closed = true
	if c.clock != nil {
		c.clock.Stop()
	}
	c.mu.Unlock()
	c.cancel()
	c.running.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counters.GivenUp += c.counters.Waiting
	c.counters.Waiting, c.waiting, c.due = 0, nil, nil
}

// byTime is a heap of callbacks, the next one first.
type byTime []*callback

func (b byTime) Len() int           { return len(b) }
func (b byTime) Less(i, j int) bool { return b[i].at.Before(b[j].at) }
func (b byTime) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *byTime) Push(one any)      { *b = append(*b, one.(*callback)) }

func (b *byTime) Pop() any {
	last := len(*b) - 1
	one := (*b)[last]
	(*b)[last] = nil
	*b = (*b)[:last]
	return one
}
