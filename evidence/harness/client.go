package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// client calls the public listener as a persistent customer.
type client struct {
	base    string
	http    *http.Client
	pages   *http.Client // of payment providers; it does not follow them back to the shop
	unclear atomic.Int64 // broken connections, 503, …
	faults  atomic.Int64 // answers 500
	seen    func(Request)
}

// Request is a customer's request with its answer.
type Request struct {
	What   string        // method and path
	Ended  time.Time     //
	Status int           // 0: there was no complete answer
	Clear  bool          // false: it says "later" or nothing, and the request is repeated
	Waited time.Duration // since it was first sent
}

func newClient(base string) *client {
	stays := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{base: base, pages: &http.Client{Timeout: 20 * time.Second, CheckRedirect: stays}, http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		MaxIdleConnsPerHost: 32, MaxConnsPerHost: 64, IdleConnTimeout: 5 * time.Second,
	}}}
}

// answer is a clear answer.
type answer struct {
	status int
	body   []byte
}

func (a answer) read(into any) error { return json.Unmarshal(a.body, into) }

const (
	shortestPause = 20 * time.Millisecond
	longestPause  = 500 * time.Millisecond
)

// insist repeats a request until there is a clear answer, whatever happens to the shop, or the context ends.
func (c *client) insist(ctx context.Context, method, path, key string, body any) (answer, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	begun := time.Now()
	for pause := shortestPause; ; pause = min(2*pause, longestPause) {
		a, clear := c.ask(ctx, method, path, key, content)
		if c.seen != nil && ctx.Err() == nil {
			what, _, _ := strings.Cut(path, "?")
			c.seen(Request{What: method + " " + what, Ended: time.Now(), Status: a.status, Clear: clear, Waited: time.Since(begun)})
		}
		if clear {
			return a, nil
		}
		c.unclear.Add(1)
		if !Sleep(ctx, pause) {
			return answer{}, ctx.Err()
		}
	}
}

// ask sends a request once. Only a complete answer other than "later" is clear.
func (c *client) ask(ctx context.Context, method, path, key string, content []byte) (a answer, clear bool) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(content))
	if err != nil {
		return a, false
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return a, false
	}
	defer res.Body.Close()
	a.status = res.StatusCode
	if a.body, err = io.ReadAll(io.LimitReader(res.Body, 1<<20)); err != nil {
		return answer{}, false
	}
	if a.status == http.StatusInternalServerError {
		c.faults.Add(1)
	}
	later := a.status >= 500 || a.status == http.StatusTooManyRequests ||
		a.status == http.StatusConflict && res.Header.Get("Retry-After") != ""
	return a, !later
}

// Sleep waits, and returns false if the context ends first.
func Sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// keyIn returns the key at the end of a signed link.
func keyIn(link string) string {
	if i := strings.LastIndexAny(link, "=/#"); i >= 0 {
		return link[i+1:]
	}
	return link
}
