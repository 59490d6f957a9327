package aws

import (
	"bytes"
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/platform/fault"
)

// mostAnswered bounds an answer: Lambda allows 6 MB of JSON.
const mostAnswered = 5 << 20

// privateListener is the stage variable "listener" of the operators' API.
const privateListener = "private"

// only serves a function's paths, and 404 for all others.
func only(routes []functions.Route, h http.Handler) http.Handler {
	mux := http.NewServeMux()
	paths := map[string]bool{}
	for _, r := range routes {
		paths[r.Path] = true
	}
	for path := range paths {
		mux.Handle(path, h)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "there is nothing at this address"))
	})
	return mux
}

// request converts an event of API Gateway to a request for the address that the gateway saw. It never seems to come from
// this machine, which would need no token.
func request(ctx context.Context, e events.APIGatewayProxyRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, err
		}
	}
	query := url.Values(e.MultiValueQueryStringParameters)
	if query == nil {
		query = url.Values{}
		for name, value := range e.QueryStringParameters {
			query.Set(name, value)
		}
	}
	u := &url.URL{Path: e.Path, RawQuery: query.Encode()}
	r, err := http.NewRequestWithContext(ctx, e.HTTPMethod, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	for name, values := range e.MultiValueHeaders {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	r.Header.Del("Accept-Encoding") // the gateway's answers are text
	r.Host, r.RemoteAddr, r.RequestURI = r.Header.Get("Host"), net.JoinHostPort(e.RequestContext.Identity.SourceIP, "0"), u.RequestURI()
	for _, said := range []string{"Forwarded", "X-Real-Ip", "Via"} {
		r.Header.Del(said)
	}
	r.Header.Set("X-Forwarded-For", e.RequestContext.Identity.SourceIP) // what the client wrote into it is ignored
	return r, nil
}

// answer keeps a handler's answer.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter, as do WriteHeader and Write.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
}

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// event returns the answer in API Gateway's form.
func (a *answer) event() events.APIGatewayProxyResponse {
	a.WriteHeader(http.StatusOK)
	e := events.APIGatewayProxyResponse{StatusCode: a.status, MultiValueHeaders: a.header, Body: a.body.String()}
	if !utf8.ValidString(e.Body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(a.body.Bytes()), true
	}
	return e
}

// serve answers an event of API Gateway.
func (f *Function) serve(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	r, err := request(ctx, e)
	if err != nil {
		return refused(fault.Wrap(err, fault.Malformed, "the request cannot be read")), nil
	}
	h := f.public
	if strings.EqualFold(e.StageVariables["listener"], privateListener) {
		h = f.private
	}
	a := &answer{header: http.Header{}}
	h.ServeHTTP(a, r)
	if a.body.Len() > mostAnswered {
		f.log.ErrorContext(ctx, "an answer is larger than Lambda takes", "path", r.URL.Path, "bytes", a.body.Len())
		return refused(fault.New(fault.TooLarge, "the answer would be too large; ask for less")), nil
	}
	return a.event(), nil
}

func refused(err error) events.APIGatewayProxyResponse {
	a := &answer{header: http.Header{}}
	fault.Write(a, err)
	return a.event()
}
