package simulator

import (
	"bytes"
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

	"acme.example/webshop/fault"
)

const (
	maxCallbacks    = 50_000 // under way
	sendAtOnce      = 32
	sendAttempts    = 10 // over about four minutes
	sendTimeout     = 15 * time.Second
	longestBackoff  = time.Minute
	shortestBackoff = time.Second
)

// CallbackCounters tell what became of callbacks since the start.
type CallbackCounters struct {
	Waiting int64 `json:"waiting"` // for their time, for an answer, or to be tried again
	Sent    int64 `json:"sent"`    // and taken by the shop
	GivenUp int64 `json:"givenUp"` // after the last attempt, or at the end
}

// callbacks sends signed callbacks (Standard Webhooks) after their time, each until it is taken or the attempts are
// used up.
type callbacks struct {
	client  *http.Client
	signer  *standardwebhooks.Webhook
	now     func() time.Time
	log     *slog.Logger
	sending chan struct{} // a place for each that is sent at the same time
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	counters CallbackCounters
}

func newCallbacks(c Config, signer *standardwebhooks.Webhook) *callbacks {
	ctx, cancel := context.WithCancel(context.Background())
	return &callbacks{
		client: c.Callback, signer: signer, now: c.Now, log: c.Log,
		sending: make(chan struct{}, sendAtOnce), ctx: ctx, cancel: cancel,
	}
}

// start sends a callback after a time. What it says is asked for then. When there are too many already it does
// nothing and returns fault.Unavailable.
func (c *callbacks) start(after time.Duration, url, id string, say func() ([]byte, error)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.counters.Waiting >= maxCallbacks {
		return fault.New(fault.Unavailable, "too much is under way already; try again later")
	}
	c.counters.Waiting++
	c.running.Go(func() { c.count(c.run(after, url, id, say)) })
	return nil
}

// run is the life of one callback. It reports whether the callback was taken.
func (c *callbacks) run(after time.Duration, url, id string, say func() ([]byte, error)) bool {
	if !pause(c.ctx, after) {
		return false
	}
	body, err := say()
	if err == nil {
		err = c.deliver(url, id, body)
	}
	if err != nil && c.ctx.Err() == nil { // at the end, giving up is no fault
		c.log.Error("callback given up", "id", id, "error", err)
	}
	return err == nil
}

// deliver sends until the callback is taken, and returns the last error when it never is.
func (c *callbacks) deliver(url, id string, body []byte) (err error) {
	for attempt := range sendAttempts {
		if attempt > 0 && !pause(c.ctx, min(shortestBackoff<<(attempt-1), longestBackoff)) {
			return c.ctx.Err()
		}
		if err = c.send(url, id, body); err == nil || c.ctx.Err() != nil {
			return err
		}
		c.log.Warn("callback not taken", "id", id, "attempt", attempt+1, "of", sendAttempts, "error", err)
	}
	return err
}

// send makes one attempt.
func (c *callbacks) send(url, id string, body []byte) error {
	select {
	case c.sending <- struct{}{}:
		defer func() { <-c.sending }()
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
	ctx, cancel := context.WithTimeout(c.ctx, sendTimeout)
	defer cancel()
	req, err := c.signed(ctx, url, id, body)
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
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxBody)) // so that the connection can be used again
	return err
}

// signed makes the request. Its timestamp is that of the attempt, so that a late one is not taken for a replay.
func (c *callbacks) signed(ctx context.Context, url, id string, body []byte) (*http.Request, error) {
	at := c.now()
	signature, err := c.signer.Sign(id, at, body)
	if err != nil {
		return nil, fmt.Errorf("simulator: callback: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("simulator: callback: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// said is what a partner says of an order when it answers later.
func said(what string, orderID int64, at time.Time) ([]byte, error) {
	return json.Marshal(map[string]any{
		"type": what, "timestamp": at.UTC(), "data": map[string]int64{"orderId": orderID},
	})
}

func (c *callbacks) count(sent bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counters.Waiting--
	if sent {
		c.counters.Sent++
	} else {
		c.counters.GivenUp++
	}
}

func (c *callbacks) state() CallbackCounters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counters
}

func (c *callbacks) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.running.Wait()
}
