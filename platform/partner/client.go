package partner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const (
	// defaultTimeout bounds a call. It must stay well under the time after which the order service settles payments.
	defaultTimeout = 5 * time.Second
	maxAnswer      = 64 << 10 // bytes
	userAgent      = "acme-webshop"
)

// Options may differ between partners. The zero value works.
type Options struct {
	Timeout time.Duration // bounds each call including its body; 0 means 5 seconds
	Token   string        // bearer token, a secret; "" sends none
	Observe Observer      // called for each call; nil: not counted
}

// Observer is called after each call of a partner, with its outcome ("ok" or a fault.Code) and duration.
type Observer func(partner, outcome string, took time.Duration)

// observe reports a call.
func (o Observer) observe(partner string, begun time.Time, err error) {
	if o != nil {
		o(partner, cmp.Or(string(fault.CodeOf(err)), "ok"), time.Since(begun))
	}
}

// Client calls one partner. It is safe for concurrent use.
type Client struct {
	name, base, token string
	timeout           time.Duration
	observe           Observer
	http              *http.Client
	guard             *guard
	health            *Health
}

// NewClient returns a client for the partner with this name, which appears in public messages. The base URL must be
// absolute, http or https, without user, query or fragment. A nil transport is net/http's default. Redirects are not
// followed.
func NewClient(name, baseURL string, transport http.RoundTripper, o Options) (*Client, error) {
	u, err := url.Parse(baseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("partner %s: the base URL must be like https://example.com/path", name)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("partner %s: the base URL must have no user, query or fragment", name)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	asIs := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &Client{
		name: name, base: strings.TrimSuffix(baseURL, "/"), token: o.Token, timeout: o.Timeout, observe: o.Observe,
		http: &http.Client{Transport: transport, CheckRedirect: asIs}, guard: newGuard(awayWindow, tryAgain), health: newHealth(name),
	}
	c.health.shut = func() bool { return !c.guard.breaker.IsClosed() }
	return c, nil
}

// Name returns the partner's name in public messages.
func (c *Client) Name() string { return c.name }

// Health returns the record of the partner's answers to this client.
func (c *Client) Health() *Health { return c.health }

// Post sends a request with an effect, once for each key, and reads its answer into out.
func (c *Client) Post(ctx context.Context, path, key string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("partner %s: %w", c.name, err)
	}
	return c.call(ctx, http.MethodPost, path, key, bytes.NewReader(body), out)
}

// Get sends a query, and reads its answer into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, "", nil, out)
}

func (c *Client) call(ctx context.Context, method, path, key string, body io.Reader, out any) (err error) {
	begun := time.Now()
	defer func() { c.observe.observe(c.name, begun, err) }()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ctx, span := telemetry.Step(ctx, telemetry.Client, method+" "+c.name)
	defer func() { span.End(err) }()
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("partner %s: %w", c.name, err)
	}
	c.address(req, key)
	leave, err := c.guard.enter(ctx)
	if err != nil {
		return c.Unclear(fmt.Errorf("%w: %w", ErrNotDone, err))
	}
	end := c.health.begin(ctx)
	defer func() { end(err) }()
	var trace connTrace
	status, header, answer, err := c.exchange(trace.follow(req))
	if err != nil {
		leave(err)
		return c.Unclear(trace.judge(err))
	}
	leave(failing(status))
	span.Int("http.response.status_code", int64(status))
	if status < 200 || status > 299 {
		return c.refused(answered{status, read(answer), trace.once()}, header)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return c.Unclear(withStatus{fmt.Errorf("answered %d with a body that is not as agreed: %w", status, err), status})
	}
	return nil
}

// failing returns an error for statuses that mean "not now" or "not for this shop".
func failing(status int) error {
	switch {
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fmt.Errorf("answered %d", status)
	}
	return nil
}

// Ready returns fault.Unavailable while the partner is known to be down and calls are not sent.
func (c *Client) Ready() error {
	if !c.guard.away() {
		return nil
	}
	away := c.away(errAway)
	away.RetryAfter = tryAgain
	return away
}

// address sets the headers of a request.
func (c *Client) address(req *http.Request, key string) {
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json")
	if key != "" {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	propagation.TraceContext{}.Inject(req.Context(), propagation.HeaderCarrier(req.Header))
}

// exchange sends a request and reads the whole answer.
func (c *Client) exchange(req *http.Request) (status int, header http.Header, body []byte, err error) {
	res, err := c.http.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the URL
		}
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = withStatus{fmt.Errorf("answered %d with more than %d bytes", res.StatusCode, maxAnswer), res.StatusCode}
	}
	return res.StatusCode, res.Header, body, err
}

// receipt is the answer to a request with an effect.
type receipt struct {
	Reference string `json:"reference"` // the partner's own number for it
	Status    string `json:"status"`
}

// book posts, and succeeds only if the answer has the partner's reference: a gateway may answer an empty "200 OK".
func (c *Client) book(ctx context.Context, path, key string, request any) (reference string, err error) {
	var got receipt
	if err := c.Post(ctx, path, key, request, &got); err != nil {
		return "", err
	}
	if got.Reference == "" {
		return "", c.Unclear(fmt.Errorf("%s answered without a reference", path))
	}
	return got.Reference, nil
}
