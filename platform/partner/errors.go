package partner

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"acme.example/webshop/platform/fault"
)

// Unclear counts an unclear answer, and returns its error. The partner may have carried out the request or not.
func (c *Client) Unclear(cause error) *fault.Error {
	c.health.failed(cause)
	return c.away(cause)
}

func (c *Client) away(cause error) *fault.Error {
	return fault.Wrap(cause, fault.Unavailable, "%s is not available at the moment; try again later", c.name)
}

// answered is an answer other than 2xx, as the cause of an error.
type answered struct {
	status int
	said   problem
	once   bool // the request was sent at most once
}

// Error returns the status, and quotes the partner's text.
func (a answered) Error() string {
	text := fmt.Sprintf("answered %d", a.status)
	if said := a.Unwrap(); said != nil {
		text += ": " + said.Error()
	}
	return text
}

// Unwrap returns the partner's text.
func (a answered) Unwrap() error {
	if a.said.Detail == "" {
		return nil
	}
	return fault.Quote{Text: fmt.Sprintf("%.200q", a.said.Detail)}
}

// Is reports whether the answer means that nothing was done: a request without a valid token is not read.
func (a answered) Is(target error) bool {
	return target == ErrNotDone && a.once && (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden)
}

// refused returns the fault for an answer other than 2xx. Only the partner's own refusal is permanent. A wrong token, a
// rate limit or a redirect can be fixed, and must not park orders until then.
func (c *Client) refused(cause answered, header http.Header) error {
	switch cause.status {
	case http.StatusPaymentRequired:
		return fault.Wrap(cause, fault.Declined, "%s declined the payment", c.name)
	case http.StatusNotFound:
		return c.missing(cause, header)
	case http.StatusConflict, http.StatusUnprocessableEntity:
		return c.conflict(cause)
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooEarly,
		http.StatusTooManyRequests:
		return c.Unclear(cause)
	}
	if cause.status >= 400 && cause.status <= 499 {
		return fault.Wrap(cause, fault.Invalid, "%s did not understand the request", c.name)
	}
	return c.Unclear(cause)
}

// conflict returns the fault for 409 and 422. A 409 of an unknown type usually means that the first request with the same
// key is still in work, so it is transient.
func (c *Client) conflict(cause answered) error {
	switch {
	case cause.said.Type == refusal:
		return fault.Wrap(cause, fault.Refused, "%s refused this", c.name)
	case cause.status == http.StatusConflict && cause.said.Type != keyReused:
		return fault.Wrap(cause, fault.InProgress, "%s is still at work on this; try again later", c.name)
	}
	return fault.Wrap(cause, fault.Conflict, "%s refused the request", c.name)
}

// Refusal converts an error of Post for a payment. A partner that answers 400 or 422 has read the request and refuses it for
// good: fault.Declined, unless it has another request under this key. If the request was sent twice, that answers only the
// second one, and the outcome of the first is unknown.
func (c *Client) Refusal(err error) error {
	a, _ := errors.AsType[answered](err)
	switch {
	case (a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity) || a.said.Type == keyReused:
		return err
	case !a.once:
		return c.away(err)
	}
	return fault.Wrap(err, fault.Declined, "%s refused the payment", c.name)
}

// missing takes a 404 for "not found" only if it is JSON. A gateway or a wrong base URL answers 404 too, which must not
// mean that a charge was never made.
func (c *Client) missing(cause error, header http.Header) error {
	if !strings.Contains(header.Get("Content-Type"), "json") {
		return c.Unclear(cause)
	}
	return fault.Wrap(cause, fault.NotFound, "%s does not have it", c.name)
}

// refusal is the problem type of a partner that understood the request and refuses it. Any other refusal may be the
// shop's own mistake, and decides nothing for a customer.
const refusal = "/problems/refused"

// keyReused is the problem type of a partner that has another request under this key.
const keyReused = "/problems/key-reused"

// problem is a partner's problem document; empty if there is none.
type problem struct{ Type, Detail string }

func read(body []byte) problem {
	var p problem
	if err := json.Unmarshal(body, &p); err != nil {
		return problem{} // the status is all there is
	}
	return p
}
