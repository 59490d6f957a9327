package stripetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// problem is an answer that is an error.
type problem struct {
	status                     int
	kind, code, message, param string
}

// answered is what was answered to a request with an idempotency key.
type answered struct {
	request string
	body    []byte
}

func refused(status int, code, param, format string, args ...any) *problem {
	return &problem{status: status, kind: "invalid_request_error", code: code, message: fmt.Sprintf(format, args...), param: param}
}

func invalid(code, param, format string, args ...any) *problem {
	return refused(http.StatusBadRequest, code, param, format, args...)
}

func missing(what, id string) *problem {
	return refused(http.StatusNotFound, "resource_missing", "id", "No such %s: '%s'", what, id)
}

// serveAPI answers a request of the API, as the next fault wants it.
func (s *Stripe) serveAPI(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault := s.fault(r)
	answer := httptest.NewRecorder()
	switch live, known := mode(r); {
	case !known:
		refused(http.StatusUnauthorized, "", "", "Invalid API Key provided: %s", r.Header.Get("Authorization")).write(answer) // Stripe shows a part
	case fault.Status != 0:
		problem{status: fault.Status, kind: fault.Type, code: fault.Code, message: "This is a fault of the stand-in's."}.write(answer)
	default:
		s.age()
		s.once(answer, r, live)
	}
	s.mu.Unlock()
	if fault.Lost {
		panic(http.ErrAbortHandler) // the connection breaks off
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Request-Id", "req_standIn")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // the client is gone
}

// mode says which key a request has.
func mode(r *http.Request) (live, known bool) {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	return key == LiveKey, key == LiveKey || key == TestKey
}

// once answers a request, and one with an idempotency key in the same way each time. Refusals are not remembered.
func (s *Stripe) once(w *httptest.ResponseRecorder, r *http.Request, live bool) {
	if err := r.ParseForm(); err != nil {
		invalid("", "", "the form cannot be read").write(w)
		return
	}
	key, request := r.Header.Get("Idempotency-Key"), r.URL.Path+"?"+r.Form.Encode()
	if live {
		key += " live"
	}
	before, again := s.answers[key]
	switch {
	case again && r.Method == http.MethodPost && before.request != request:
		wrong := problem{status: http.StatusBadRequest, kind: "idempotency_error", message: "The parameters are not those of the first request."}
		wrong.write(w)
		return
	case again && r.Method == http.MethodPost:
		w.Header().Set("Idempotent-Replayed", "true")
		_, _ = w.Write(before.body)
		return
	}
	got, wrong := s.do(r, live)
	if wrong != nil {
		wrong.write(w)
		return
	}
	if err := json.NewEncoder(w).Encode(got); err != nil {
		panic(err)
	}
	if s.answers == nil {
		s.answers = map[string]*answered{}
	}
	if r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") != "" {
		s.answers[key] = &answered{request, w.Body.Bytes()}
	}
}

func (p problem) write(w *httptest.ResponseRecorder) {
	w.WriteHeader(p.status)
	body := object{"type": p.kind, "message": p.message}
	for name, text := range map[string]string{"code": p.code, "param": p.param} {
		if text != "" {
			body[name] = text
		}
	}
	if err := json.NewEncoder(w).Encode(object{"error": body}); err != nil {
		panic(err)
	}
}

// do finds and makes objects.
func (s *Stripe) do(r *http.Request, live bool) (object, *problem) {
	path := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/v1/"), "/")
	switch route := r.Method + " " + strings.Join(path[:min(len(path), 2)], "/"); {
	case route == "POST checkout/sessions" && len(path) == 2:
		return s.begin(r, live)
	case route == "POST checkout/sessions" && len(path) == 4 && path[3] == "expire":
		return s.close(r, path[2], live)
	case route == "GET checkout/sessions" && len(path) == 2:
		return s.listSessions(r, live)
	case route == "GET checkout/sessions" && len(path) == 3:
		if one := s.find(path[2], live); one != nil && one.id == path[2] {
			return one.json(expands(r)), nil
		}
		return nil, missing("checkout.session", path[2])
	case path[0] == "payment_intents" && r.Method == "GET" && len(path) == 2:
		if one := s.find(path[1], live); one != nil && one.intent == path[1] {
			return one.intentJSON(), nil
		}
		return nil, missing("payment_intent", path[1])
	case route == "POST refunds":
		return s.refund(r, live)
	case route == "GET refunds":
		return s.listRefunds(r, live)
	case route == "GET balance_transactions":
		return s.listBalance(r, live)
	}
	return nil, refused(http.StatusNotFound, "", "", "Unrecognized request URL (%s: %s).", r.Method, r.URL.Path)
}

func expands(r *http.Request) bool { return r.Form.Get("expand[0]") == "payment_intent" }
