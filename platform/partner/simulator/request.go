package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	maxBody = 64 << 10 // bytes
	maxKey  = 255      // bytes
)

// keyOf returns the Idempotency-Key.
func keyOf(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > maxKey {
		return "", fault.New(fault.Malformed, "the Idempotency-Key header must have 1 to %d bytes", maxKey)
	}
	return key, nil
}

// readJSON reads a request's body: one JSON object with the fields of T and no others.
func readJSON[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	return readAtMost[T](w, r, maxBody)
}

// readAtMost is readJSON of a body of at most so many bytes.
func readAtMost[T any](w http.ResponseWriter, r *http.Request, most int64) (T, error) {
	var into *T // a pointer distinguishes null from an object
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&into)
	if _, end := decoder.Token(); err == nil && (into == nil || end != io.EOF) {
		err = errors.New("not one JSON object")
	}
	if err != nil {
		return *new(T), unreadable(err)
	}
	return *into, nil
}

// unreadable returns the fault for a body that could not be read.
func unreadable(err error) error {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooLarge, "the body must not be over %d bytes", large.Limit)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fault.InvalidField(wrong.Field, "must not be a %s", wrong.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.InvalidField(strings.Trim(name, `"`), "there is no such field")
	}
	if _, ok := errors.AsType[*time.ParseError](err); ok {
		return fault.Wrap(err, fault.Invalid, "a time is not written as in RFC 3339")
	}
	return fault.Wrap(err, fault.Malformed, "the body must be one JSON object")
}

// fields collects the errors in a request.
type fields []fault.Field

func (f *fields) want(good bool, name, detail string, args ...any) {
	if !good {
		*f = append(*f, fault.Field{Name: name, Detail: fmt.Sprintf(detail, args...)})
	}
}

func (f *fields) wantOrder(id int64)      { f.want(id > 0, "orderId", "must be over 0") }
func (f *fields) wantText(name, s string) { f.want(s != "", name, "must not be empty") }
func (f *fields) wantMoney(a int64, c string) {
	f.want(a >= 0, "amount", "must be at least 0, in minor units")
	f.want(len(c) == 3 && c == strings.ToUpper(c), "currency", "must be an ISO 4217 code")
}

func (f *fields) wantURL(name, s string) {
	u, err := url.Parse(s)
	good := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	f.want(good, name, "must be an absolute http or https URL")
}

func (f fields) err() error {
	if len(f) == 0 {
		return nil
	}
	return fault.InvalidFields(f...)
}

// number returns a whole number of the query, from low to high, or the default otherwise.
func number(r *http.Request, name string, otherwise, low, high int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, fault.InvalidField(name, "must be a whole number from %d to %d", low, high)
	}
	return n, nil
}

// writeJSON answers with a JSON body.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has gone
}
