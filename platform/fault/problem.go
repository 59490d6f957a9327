package fault

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Problem is the body of every error answer (RFC 9457, application/problem+json).
type Problem struct {
	Type   string  `json:"type" doc:"Stable name of the kind of problem, as a path under /problems/" example:"/problems/invalid"`
	Title  string  `json:"title" doc:"The kind of problem in words"`
	Status int     `json:"status" doc:"The HTTP status"`
	Detail string  `json:"detail" doc:"What is wrong this time"`
	Errors []Field `json:"errors,omitempty" doc:"The inputs that are wrong"`
	// TrackingURL is Error.TrackingURL.
	TrackingURL string `json:"trackingUrl,omitempty" doc:"Where to follow an order whose payment is open; who has this link can see the order"`

	retryAfter time.Duration
}

// kinds is the one table from codes to HTTP.
var kinds = map[Code]struct {
	status int
	title  string
}{
	Malformed:     {http.StatusBadRequest, "The request could not be read"},
	Invalid:       {http.StatusBadRequest, "Some fields are not valid"},
	Unauthorized:  {http.StatusUnauthorized, "A valid key is needed"},
	LinkReplaced:  {http.StatusUnauthorized, "The link was replaced by a newer one"},
	Declined:      {http.StatusPaymentRequired, "The payment was declined"},
	PaidTooLate:   {http.StatusConflict, "The payment came too late"},
	Forbidden:     {http.StatusForbidden, "This is not allowed from here"},
	NotAllowed:    {http.StatusMethodNotAllowed, "This address does not have this method"},
	NotFound:      {http.StatusNotFound, "Not found"},
	Conflict:      {http.StatusConflict, "The present state does not allow this"},
	SlotTaken:     {http.StatusConflict, "This delivery time has just been taken"},
	SoldOut:       {http.StatusConflict, "The shop does not have so many"},
	LimitReached:  {http.StatusConflict, "This is more than one customer may have at a time"},
	AlreadyBooked: {http.StatusConflict, "The order has a delivery time already"},
	TooLate:       {http.StatusConflict, "It is too late for this change"},
	NotReady:      {http.StatusConflict, "The order is not ready for this"},
	Refused:       {http.StatusUnprocessableEntity, "This was refused"},
	KeyReused:     {http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request"},
	InProgress:    {http.StatusConflict, "The first request with this key is still in progress"},
	TooLarge:      {http.StatusRequestEntityTooLarge, "The request is too large"},
	TooMany:       {http.StatusTooManyRequests, "Too many requests"},
	Unavailable:   {http.StatusServiceUnavailable, "Not available at the moment"},
	InDoubt:       {http.StatusServiceUnavailable, "The payment is not confirmed yet"},
	Internal:      {http.StatusInternalServerError, "Something went wrong on our side"},
}

// ProblemOf returns the public part of an error: for an error without a code only that it happened.
func ProblemOf(err error) *Problem {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = New(Internal, "the shop could not do this; it has been noted")
	}
	kind := kinds[e.Code]
	return &Problem{
		Type: "/problems/" + string(e.Code), Title: kind.title, Status: kind.status,
		Detail: e.Message, Errors: e.Fields, TrackingURL: e.TrackingURL, retryAfter: e.RetryAfter,
	}
}

// Error, GetStatus and GetHeaders make a Problem an error that an HTTP library can answer with.
func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns Retry-After if the error has it.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{}
	if p.retryAfter > 0 {
		headers.Set("Retry-After", strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	return headers
}

// ContentType converts the type of JSON to that of problem JSON.
func (p *Problem) ContentType(of string) string {
	return strings.Replace(of, "application/json", "application/problem+json", 1)
}

// Write answers a request with the error's problem.
func Write(w http.ResponseWriter, err error) {
	p := ProblemOf(err)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // an error means that the client has gone
}
