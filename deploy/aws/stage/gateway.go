package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
)

const (
	maxRequest        = 10 << 20         // bytes of a body that API Gateway accepts
	integrationWithin = 29 * time.Second // how long it waits for a function
)

// restAPI is a REST API of API Gateway, at one of its stages.
type restAPI struct {
	id, stage string
	variables map[string]string
	mux       *http.ServeMux
	limiter   *rate.Limiter  // nil: no throttling
	networks  []netip.Prefix // who may call; nil: anyone
	answers   map[string]gatewayResponse
	Seen      counter
}

// gatewayResponse is the gateway's own answer to an error.
type gatewayResponse struct {
	StatusCode         whole
	ResponseParameters struct{ Headers map[string]string }
	ResponseTemplates  map[string]string
}

// defaults are the gateway's own answers where the API defines none.
var defaults = map[string]int{
	"THROTTLED": 429, "BAD_REQUEST_BODY": 400, "BAD_REQUEST_PARAMETERS": 400, "MISSING_AUTHENTICATION_TOKEN": 403,
	"REQUEST_TOO_LARGE": 413, "ACCESS_DENIED": 403, "INTEGRATION_FAILURE": 504, "INTEGRATION_TIMEOUT": 504, "DEFAULT_5XX": 502,
}

// ServeHTTP serves what is under the stage's path.
func (a *restAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !a.lets(r) {
		a.answer(w, "ACCESS_DENIED", "User is not authorized to access this resource")
		return
	}
	if a.limiter != nil && !a.limiter.Allow() {
		a.answer(w, "THROTTLED", "Too Many Requests")
		return
	}
	if _, pattern := a.mux.Handler(r); pattern == "" {
		a.answer(w, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token") // its message for an unknown path
		return
	}
	a.mux.ServeHTTP(w, r)
}

// lets reports whether the API's policy accepts a caller.
func (a *restAPI) lets(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return a.networks == nil || err == nil && slices.ContainsFunc(a.networks, func(n netip.Prefix) bool { return n.Contains(peer.Addr()) })
}

var quoted = regexp.MustCompile(`^'(.*)'$`)

// answer gives the gateway's own answer.
func (a *restAPI) answer(w http.ResponseWriter, kind, message string) {
	a.Seen.add(kind)
	status := defaults[kind]
	response, ok := a.answers[kind]
	if !ok && status >= 500 {
		response, ok = a.answers["DEFAULT_5XX"]
	} else if !ok {
		response, ok = a.answers["DEFAULT_4XX"]
	}
	w.Header().Set("Content-Type", "application/json")
	body := `{"message":$context.error.messageString}`
	if ok {
		for name, value := range response.ResponseParameters.Headers {
			w.Header().Set(name, quoted.ReplaceAllString(value, "$1"))
		}
		body = response.ResponseTemplates["application/json"]
		if response.StatusCode != 0 {
			status = int(response.StatusCode)
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, strings.ReplaceAll(body, "$context.error.messageString", string(encode(message)))) // the client may have gone
}

// proxy is a route that a function serves.
type proxy struct {
	api      *restAPI
	f        *function
	resource string
	check    check
}

func (p proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		p.api.answer(w, "REQUEST_TOO_LARGE", "Request Too Long")
		return
	}
	if kind, message := p.check.refuses(r, body); kind != "" {
		p.api.answer(w, kind, message)
		return
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(r.Context()), integrationWithin)
	defer done()
	out, err := p.f.invoke(ctx, p.event(r, body))
	switch {
	case ctx.Err() != nil:
		p.api.answer(w, "INTEGRATION_TIMEOUT", "Endpoint request timed out")
	case err != nil || out.fault != "":
		p.api.answer(w, "DEFAULT_5XX", "Internal server error")
	default:
		p.give(w, out.payload)
	}
}

// give answers with the function's answer.
func (p proxy) give(w http.ResponseWriter, payload []byte) {
	var answer struct {
		StatusCode        int
		Headers           map[string]string
		MultiValueHeaders map[string][]string
		Body              string
		IsBase64Encoded   bool
	}
	if err := json.Unmarshal(payload, &answer); err != nil || answer.StatusCode == 0 {
		p.api.answer(w, "DEFAULT_5XX", "Internal server error") // a malformed Lambda proxy response
		return
	}
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	for name, values := range answer.MultiValueHeaders {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.Header().Del("Content-Length")
	body := []byte(answer.Body) // without binary media types it stays text, base64 or not
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(body) // the client may have gone
}

// event returns the request as a function gets it (payload version 1.0).
func (p proxy) event(r *http.Request, body []byte) []byte {
	peer, _, _ := net.SplitHostPort(r.RemoteAddr)
	headers, one := r.Header.Clone(), map[string]string{}
	headers.Set("Host", r.Host)
	headers.Add("X-Forwarded-For", peer)
	headers.Set("X-Forwarded-Proto", "https")
	for name, values := range headers {
		one[name] = values[len(values)-1]
	}
	query := map[string]string{}
	for name, values := range r.URL.Query() {
		query[name] = values[len(values)-1]
	}
	text, encoded := string(body), false
	if !utf8.Valid(body) {
		text, encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return encode(map[string]any{
		"resource": p.resource, "path": r.URL.Path, "httpMethod": r.Method, "headers": one, "multiValueHeaders": headers,
		"queryStringParameters": query, "multiValueQueryStringParameters": r.URL.Query(), "pathParameters": p.path(r),
		"stageVariables": p.api.variables, "body": text, "isBase64Encoded": encoded,
		"requestContext": map[string]any{
			"accountId": account, "apiId": p.api.id, "stage": p.api.stage, "requestId": requestID(), "resourcePath": p.resource,
			"httpMethod": r.Method, "path": "/" + p.api.stage + r.URL.Path, "protocol": r.Proto, "domainName": r.Host,
			"requestTimeEpoch": time.Now().UnixMilli(), "identity": map[string]any{"sourceIp": peer, "userAgent": r.UserAgent()},
		},
	})
}

var pathParameter = regexp.MustCompile(`\{(\w+)(\+?)\}`)

func (p proxy) path(r *http.Request) map[string]string {
	values := map[string]string{}
	for _, found := range pathParameter.FindAllStringSubmatch(p.resource, -1) {
		values[found[1]] = r.PathValue(found[1])
	}
	return values
}

// mock is a route that the gateway answers itself, such as a preflight.
func mock(status int, headers map[string]string, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for name, value := range headers {
			w.Header().Set(name, quoted.ReplaceAllString(value, "$1"))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have gone
	})
}

// under serves a handler below a path.
func under(path string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path && !strings.HasPrefix(r.URL.Path, path+"/") {
			http.Error(w, `{"message":"Forbidden"}`, http.StatusForbidden)
			return
		}
		http.StripPrefix(path, h).ServeHTTP(w, r)
	})
}
