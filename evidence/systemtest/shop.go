package systemtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	answerWithin = 30 * time.Second // for one request
	maxAnswer    = 1 << 20          // bytes of an answer to createOrder
	maxList      = 64 << 20         // bytes of a list of orders
)

// shop calls the two listeners of a shop.
type shop struct {
	client          *http.Client
	public, private string
	token           string
	testToken       string
}

func newShop(cfg Config, transport http.RoundTripper) *shop {
	client := &http.Client{
		Transport: transport,
		Timeout:   answerWithin,
		// A shop does not redirect. Following it would send orders, and the token, to other places.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &shop{client: client, public: cfg.PublicURL, private: cfg.PrivateURL, token: cfg.Token, testToken: cfg.TestToken}
}

// newTransport keeps one connection open for each concurrent order, and one for the polling.
func newTransport(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		MaxConnsPerHost:     concurrency + 1,
		MaxIdleConns:        2 * (concurrency + 1),
		MaxIdleConnsPerHost: concurrency + 1,
		IdleConnTimeout:     90 * time.Second,
	}
}

// noAnswer means that the shop did not answer, or broke off.
type noAnswer struct{ cause error }

func (e *noAnswer) Error() string {
	text := "no answer from the shop: " + e.cause.Error()
	if op, ok := errors.AsType[*net.OpError](e.cause); ok && op.Op == "dial" {
		text += "; is the shop running? start it with: webshop serve"
	}
	return text
}

func (e *noAnswer) Unwrap() error { return e.cause }

// refused is an answer other than 200.
type refused struct {
	status     int
	retryAfter string // the header, "" for none
	body       []byte
}

func (e *refused) Error() string {
	text := fmt.Sprintf("answered %d %s", e.status, http.StatusText(e.status))
	if said := excerpt(e.body); said != "" {
		text += ": " + said
	}
	return text
}

// passing reports whether another try later may succeed.
func passing(err error) bool {
	if r, ok := errors.AsType[*refused](err); ok {
		return r.status >= 500 || r.status == http.StatusTooManyRequests
	}
	return unanswered(err)
}

func unanswered(err error) bool {
	_, ok := errors.AsType[*noAnswer](err)
	return ok
}

// reach checks that the public listener gives any answer.
func (s *shop) reach(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodOptions, s.public+"/createOrder", nil)
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
	if _, err := s.do(req, maxAnswer); unanswered(err) {
		return err
	}
	return nil
}

// post sends JSON and returns the body of an answer with status 200; any other is a *refused.
func (s *shop) post(ctx context.Context, url string, body any, header http.Header, limit int64) ([]byte, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	return s.do(req, limit)
}

func (s *shop) do(req *http.Request, limit int64) ([]byte, error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, &noAnswer{err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, &noAnswer{err}
	case int64(len(body)) > limit:
		return nil, fmt.Errorf("%s answered more than %d bytes", req.URL.Path, limit)
	case resp.StatusCode != http.StatusOK:
		return nil, &refused{resp.StatusCode, resp.Header.Get("Retry-After"), body}
	}
	return body, nil
}

// excerpt returns the beginning of an answer on one line, for an error message.
func excerpt(body []byte) string {
	const most = 300
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "�")), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
