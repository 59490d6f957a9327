package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
)

// MaxBody bounds the body of a request, unless ReadBodies has another bound.
const MaxBody = 64 << 10

// Chain wraps a handler in others, the first outermost.
func Chain(h http.Handler, around ...func(http.Handler) http.Handler) http.Handler {
	for i := len(around) - 1; i >= 0; i-- {
		h = around[i](h)
	}
	return h
}

type noteKey struct{}

// note keeps the cause of an internal fault until the request ends.
func note(ctx context.Context, err error) {
	if kept, ok := ctx.Value(noteKey{}).(*error); ok {
		*kept = err
	}
}

// Logged logs the cause of internal faults, and answers a panic as one.
func Logged(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var cause error
			r = r.WithContext(context.WithValue(r.Context(), noteKey{}, &cause))
			defer func() {
				if p := recover(); p != nil {
					cause = fmt.Errorf("panic: %v", p)
					fault.Write(w, cause)
				}
				if cause != nil {
					log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", cause)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// ReadBody reads the whole body first, so that a body that is too large or not text is refused before anything is done,
// and a slow one takes no place that others need.
func ReadBody(next http.Handler) http.Handler { return readUpTo(MaxBody, uncounted, next) }

// ReadCounted is ReadBody for strangers, whose bytes are bounded together. Larger are the paths with a bound of their own.
func ReadCounted(bodies *limit.Bodies, larger map[string]Larger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		usual, others := readUpTo(MaxBody, bodies.Of, next), map[string]http.Handler{}
		for path, l := range larger {
			others[path] = readUpTo(l.Most, l.Bodies.Of, next)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if h, is := others[r.URL.Path]; is {
				h.ServeHTTP(w, r)
				return
			}
			usual.ServeHTTP(w, r)
		})
	}
}

// Larger is how large a body may be, and what bounds all such bodies together.
type Larger struct {
	Most   int64
	Bodies *limit.Bodies
}

func uncounted(r *http.Request) (body io.Reader, done func()) { return r.Body, func() {} }

// ReadBodies is ReadBody with other bounds for some paths; a path that ends in a slash covers all below it. Files may be in other
// encodings than UTF-8.
func ReadBodies(most, files map[string]int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		usual, others := ReadBody(next), map[string]http.Handler{}
		for path, bytes := range most {
			others[path] = readUpTo(bytes, uncounted, next)
		}
		for path, bytes := range files {
			others[path] = read(bytes, uncounted, func([]byte) bool { return true }, next)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for path, h := range others {
				if r.URL.Path == path || strings.HasSuffix(path, "/") && strings.HasPrefix(r.URL.Path, path) {
					h.ServeHTTP(w, r)
					return
				}
			}
			usual.ServeHTTP(w, r)
		})
	}
}

func readUpTo(most int64, of func(*http.Request) (io.Reader, func()), next http.Handler) http.Handler {
	return read(most, of, utf8.Valid, next)
}

func read(most int64, of func(*http.Request) (io.Reader, func()), text func([]byte) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, most)
		from, done := of(r)
		defer done()
		body, err := io.ReadAll(from)
		if full, ok := errors.AsType[*fault.Error](err); ok {
			fault.Write(w, full)
			return
		}
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			fault.Write(w, fault.New(fault.TooLarge, "the body must have at most %d bytes", most))
			return
		}
		if err != nil {
			fault.Write(w, fault.Wrap(err, fault.Malformed, "the body ended early"))
			return
		}
		if !text(body) {
			fault.Write(w, fault.New(fault.Malformed, "the body is not UTF-8"))
			return
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

// AsJSON treats every body as JSON, whatever its Content-Type is (the seed's pages send text/plain).
func AsJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			r.Header.Set("Content-Type", "application/json")
		}
		next.ServeHTTP(w, r)
	})
}

// BareQuery accepts a GraphQL query without JSON around it, as in the seed's examples.
func BareQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(r.Body) // from memory: ReadBody came before
			if err != nil {
				fault.Write(w, err)
				return
			}
			kind, err := queryKind(body)
			if err != nil {
				fault.Write(w, err)
				return
			}
			r.Header.Set("Content-Type", kind)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

// queryKind tells a bare query from one in JSON, whatever its Content-Type is.
func queryKind(body []byte) (string, error) {
	text := bytes.Trim(body, " \t\r\n") // JSON's white space
	if len(text) > 0 && !json.Valid(text) && !bytes.HasPrefix(text, []byte(`{"`)) {
		return "application/graphql", nil
	}
	var params struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	if err := json.Unmarshal(text, &params); err != nil {
		return "", fault.Wrap(err, fault.Malformed, `the body must be a GraphQL query, or JSON such as {"query": "…", "variables": {…}}`)
	}
	return "application/json", nil
}

// FromHere reports whether a request really comes from this machine: a web page whose name points to this machine (DNS
// rebinding) sends another Host, and a proxy on this machine names its client.
func FromHere(r *http.Request) bool {
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !Loopback(peer) {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return host == "localhost" || Loopback(strings.Trim(host, "[]"))
}

func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Measured measures requests by route and status.
func Measured(requests *prometheus.HistogramVec) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun, answer := time.Now(), &StatusWriter{ResponseWriter: w, Code: http.StatusOK}
			next.ServeHTTP(answer, r)
			_, route, _ := strings.Cut(r.Pattern, " ")
			if route == "" {
				route = r.Pattern
			}
			requests.WithLabelValues(route, fmt.Sprint(answer.Code)).Observe(time.Since(begun).Seconds())
			answered(r, route, answer.Code)
		})
	}
}

// StatusWriter remembers the status of the answer.
type StatusWriter struct {
	http.ResponseWriter
	Code int
}

// WriteHeader remembers the status.
func (s *StatusWriter) WriteHeader(code int) {
	s.Code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (s *StatusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// ProblemMethods converts a mux's plain refusal of a method into a problem.
func ProblemMethods(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&methodWriter{ResponseWriter: w, method: r.Method}, r)
	})
}

type methodWriter struct {
	http.ResponseWriter
	method   string
	replaced bool
}

func (m *methodWriter) WriteHeader(code int) {
	if code != http.StatusMethodNotAllowed || !strings.HasPrefix(m.Header().Get("Content-Type"), "text/plain") {
		m.ResponseWriter.WriteHeader(code)
		return
	}
	m.replaced = true
	fault.Write(m.ResponseWriter, fault.New(fault.NotAllowed, "%s is not one of: %s", m.method, m.Header().Get("Allow")))
}

func (m *methodWriter) Write(p []byte) (int, error) {
	if m.replaced {
		return len(p), nil
	}
	return m.ResponseWriter.Write(p)
}
