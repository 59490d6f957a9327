package email

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
)

// signature is the outcome of checking one.
type signature struct{ err error }

func (s signature) Verify([]byte, http.Header) error { return s.err }

const bounced = `{"type":"mail.bounced","data":{"messageId":"<e1.email.OrderCreated@acme.example>","at":"2026-11-24T10:11:40+01:00","reason":"550 no such mailbox"}}`

// TestTheMailProviderReports: reports are kept and counted. Messages that are unsigned, malformed or about unknown mails are refused.
func TestTheMailProviderReports(t *testing.T) {
	counted := 0
	reporting := func() (*outbox, *Service) {
		s, o := service(t)
		s.Verify, s.Reported = signature{}, func(string) { counted++ }
		return o, s
	}
	o, s := reporting()
	if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(bounced)}); err != nil {
		t.Fatal(err)
	}
	want := Report{MessageID: "e1.email.OrderCreated", State: "bounced", At: time.Date(2026, 11, 24, 9, 11, 40, 0, time.UTC), Reason: "550 no such mailbox"}
	if len(o.reports) != 1 || o.reports[0] != want || counted != 1 {
		t.Errorf("%+v, counted %d; want %+v", o.reports, counted, want)
	}
	for name, c := range map[string]struct {
		old, new string
		code     fault.Code
	}{
		"of a type":         {"mail.bounced", "mail.opened", fault.Invalid},
		"of no mail":        {"<e1.email.OrderCreated@acme.example>", "", fault.Invalid},
		"without a time":    {`"at":"2026-11-24T10:11:40+01:00",`, "", fault.Invalid},
		"with no time":      {"2026-11-24T10", "noon", fault.Malformed},
		"with a mail twice": {`"reason"`, `"messageId"`, fault.Malformed},
	} {
		o, s := reporting()
		body := strings.Replace(bounced, c.old, c.new, 1)
		if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(body)}); fault.CodeOf(err) != c.code || len(o.reports) != 0 {
			t.Errorf("a report %s: %v, %+v", name, err, o.reports)
		}
	}
	for _, code := range []fault.Code{fault.NotFound, fault.Unavailable} {
		o, s := reporting()
		o.err = fault.New(code, "no")
		if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(bounced)}); fault.CodeOf(err) != code {
			t.Errorf("not kept: %v, want %s", err, code)
		}
	}
	o, s = reporting()
	s.Verify = signature{fault.New(fault.Unauthorized, "forged")}
	if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(bounced)}); fault.CodeOf(err) != fault.Unauthorized || len(o.reports) != 0 || counted != 1 {
		t.Errorf("a forged one: %v, %+v, counted %d", err, o.reports, counted)
	}
}
