// Package systemtest tests a running shop from outside: it orders as customers would, over HTTP only, and then checks
// that every order arrived with the data that was sent. It imports no other package of the project, so that it cannot
// share a mistake with it.
//
// It makes test orders only (their testId is not 0): nothing is paid, delivered or mailed to a real person, and the shop
// books the delivery of each by itself.
package systemtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxOrders bounds one test, so that the list of its orders stays within one answer of the shop's database.
const MaxOrders = 20_000

// Config configures a test. Only the two URLs are required; other zero fields mean the default.
type Config struct {
	PublicURL   string        // of the public listener, e.g. "http://127.0.0.1:8080"
	PrivateURL  string        // of the private listener, e.g. "http://127.0.0.1:8081"
	Token       string        // bearer token of the private listener; may be empty. Secret: it is never printed
	TestToken   string        // the shop's token for making test orders; may be empty. Secret, too
	Orders      int           // how many to send, up to MaxOrders; default 100
	Concurrency int           // how many at the same time; default 8
	Seed        uint64        // the same seed makes the same customers and carts; 0 is a seed like any other
	Timeout     time.Duration // after the last createOrder until all are DELIVERY_BOOKED; default 60s
	Out         io.Writer     // for progress and summary; default nowhere
	Terminal    bool          // whether Out is a terminal: then a progress bar, else a plain line now and then
	JSON        bool          // write the summary as one JSON object and no progress
}

// Failure is the error of a test that found problems, or did not finish.
type Failure struct {
	Problems []string // each in one line that names the order
	Cause    error    // why the test ended early, e.g. context.Canceled; nil if it finished
}

// maxListed is how many problems an error message lists; Problems has them all.
const maxListed = 20

// Error lists the first 20 problems and says how many more there are.
func (f *Failure) Error() string {
	var b strings.Builder
	b.WriteString("the system test failed")
	if f.Cause != nil {
		fmt.Fprintf(&b, "; it could not be finished: %v", f.Cause)
	}
	for _, p := range f.Problems[:min(len(f.Problems), maxListed)] {
		b.WriteString("\n  - " + p)
	}
	if more := len(f.Problems) - maxListed; more > 0 {
		fmt.Fprintf(&b, "\n  … and %d more", more)
	}
	return b.String()
}

// Unwrap returns the cause, so that errors.Is finds context.Canceled.
func (f *Failure) Unwrap() error { return f.Cause }

// Run tests a shop. It returns nil only if every order was acknowledged, arrived at DELIVERY_BOOKED in time, exactly
// once, and with the data that was sent. Otherwise the error is a *Failure, or says why the test could not start: an
// invalid Config, or a shop that cannot be reached. If the context ends, so does the test, with the findings so far.
func Run(ctx context.Context, cfg Config) (Summary, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return Summary{}, err
	}
	transport := newTransport(cfg.Concurrency)
	defer transport.CloseIdleConnections()
	return run(ctx, cfg, transport)
}

// run is Run for a checked Config, over any transport.
func run(ctx context.Context, cfg Config, transport http.RoundTripper) (Summary, error) {
	t := &test{cfg: cfg, shop: newShop(cfg, transport), progress: newProgress(cfg)}
	if err := t.prepare(ctx); err != nil {
		return Summary{}, fmt.Errorf("the system test could not start: %w", err)
	}
	sent := t.send(ctx)
	found, cause := t.await(ctx, sent)
	failure := &Failure{Problems: judge(sent, found, t.window(cause)), Cause: cause}
	s := t.summarize(sent, found, len(failure.Problems))
	if err := s.write(cfg.Out, cfg.JSON); err != nil {
		return s, errors.Join(failure.orNil(), fmt.Errorf("writing the summary: %w", err))
	}
	return s, failure.orNil()
}

func (f *Failure) orNil() error {
	if len(f.Problems) == 0 && f.Cause == nil {
		return nil
	}
	return f
}

// checked sets the defaults and refuses invalid values.
func (c Config) checked() (Config, error) {
	c.Orders, c.Concurrency = cmp.Or(c.Orders, 100), cmp.Or(c.Concurrency, 8)
	c.Timeout = cmp.Or(c.Timeout, time.Minute)
	if c.Out == nil {
		c.Out = io.Discard
	}
	if c.Orders < 1 || c.Orders > MaxOrders {
		return c, fmt.Errorf("orders must be 1 to %d; it is %d", MaxOrders, c.Orders)
	}
	if c.Concurrency < 1 || c.Timeout < 0 {
		return c, fmt.Errorf("concurrency (%d) and timeout (%v) must be positive", c.Concurrency, c.Timeout)
	}
	var err1, err2 error
	c.PublicURL, err1 = baseURL("public", c.PublicURL)
	c.PrivateURL, err2 = baseURL("private", c.PrivateURL)
	return c, errors.Join(err1, err2)
}

func baseURL(name, text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("the %s URL must be like http://127.0.0.1:8080; it is %q", name, text)
	}
	return strings.TrimRight(text, "/"), nil
}
