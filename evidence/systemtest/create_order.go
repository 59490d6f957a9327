package systemtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

const (
	maxRetries   = 8                      // per order: about 20 s without Retry-After, enough for a shop to restart
	firstBackoff = 250 * time.Millisecond // doubled each time
	maxBackoff   = 5 * time.Second
	maxWait      = 30 // seconds, the longest accepted Retry-After
)

// createOrder posts one order and returns its number. An answer that says "later" (503 or 429, or 409 with Retry-After:
// the first try is still in progress) and a broken connection are retried, up to maxRetries times and with the same key,
// so that the shop can distinguish a retry from a second order.
func (s *shop) createOrder(ctx context.Context, o order, key string) (id int64, retries int, err error) {
	for ; ; retries++ {
		id, err = s.tryCreateOrder(ctx, o, key)
		wait, again := pause(err, retries)
		if !again {
			return id, retries, err
		}
		if err := sleep(ctx, wait); err != nil {
			return 0, retries, err
		}
	}
}

func (s *shop) tryCreateOrder(ctx context.Context, o order, key string) (int64, error) {
	header := http.Header{"Idempotency-Key": {key}}
	if s.testToken != "" {
		header.Set("X-Test-Token", s.testToken)
	}
	body, err := s.post(ctx, s.public+"/createOrder", o, header, maxAnswer)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Status      string `json:"status"`
		RedirectURL string `json:"redirectUrl"`
		OrderID     int64  `json:"orderId"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, fmt.Errorf("answered 200, but not as agreed: %w: %s", err, excerpt(body))
	}
	if answer.Status != "SUCCESS" || answer.RedirectURL == "" {
		return 0, fmt.Errorf("answered 200, but not with status SUCCESS and a redirectUrl: %s", excerpt(body))
	}
	if answer.OrderID < 1 || answer.OrderID > math.MaxInt32 {
		return 0, fmt.Errorf("answered 200, but orderId is not a number from 1 to %d: %s", math.MaxInt32, excerpt(body))
	}
	return answer.OrderID, nil
}

// pause returns whether to try again after an error, and when.
func pause(err error, retries int) (time.Duration, bool) {
	if retries >= maxRetries {
		return 0, false
	}
	backoff := min(firstBackoff<<retries, maxBackoff)
	if r, ok := errors.AsType[*refused](err); ok {
		return r.pause(backoff)
	}
	return backoff, unanswered(err)
}

// pause returns Retry-After, or else the backoff.
func (e *refused) pause(backoff time.Duration) (time.Duration, bool) {
	later := e.status == http.StatusServiceUnavailable || e.status == http.StatusTooManyRequests ||
		e.status == http.StatusConflict && e.retryAfter != ""
	if seconds, err := strconv.Atoi(e.retryAfter); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, maxWait)) * time.Second, later
	}
	return backoff, later // Retry-After may also be a date: then the backoff does
}
