package partner

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/platform/fault"
)

// FuzzWebhook: only fresh callbacks signed with the secret are accepted, whatever the headers are.
func FuzzWebhook(f *testing.F) {
	key := []byte("a secret of at least 24 bytes")
	webhook, err := NewWebhook(key)
	if err != nil {
		f.Fatal(err)
	}
	signer, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("msg_1", int64(0), "v1,", true, []byte(`{}`))
	f.Add("", int64(-301), "v2,AAAA v1a,BBBB", false, []byte{})
	f.Add("a.b", int64(301), "v1,AAAA,BBBB", true, []byte("\xff"))
	f.Fuzz(func(t *testing.T, id string, age int64, signature string, signed bool, body []byte) {
		at := time.Now().Add(-time.Duration(age) * time.Second)
		right, err := signer.Sign(id, at, body)
		if err != nil {
			t.Fatal(err)
		}
		if signed {
			signature += " " + right
		}
		h := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {fmt.Sprint(at.Unix())}, "Webhook-Signature": {signature}}
		err = webhook.Verify(body, h)
		fresh := age >= -290 && age <= 290
		switch {
		case err == nil && (!strings.Contains(signature, strings.TrimPrefix(right, "v1,")) || id == "" || age < -310 || age > 310):
			t.Errorf("taken: id %q, age %d, signature %q", id, age, signature)
		case err != nil && (signed && fresh && id != "" || fault.CodeOf(err) != fault.Unauthorized):
			t.Errorf("refused: id %q, age %d, signature %q: %v", id, age, signature, err)
		}
	})
}

// answers is a partner with prepared answers.
type answers struct {
	status      int
	contentType string
	body        []byte
}

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.contentType}}, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r,
	}, nil
}

// FuzzAnswer: a partner has done something only if it answers 2xx with its reference; and customers see nothing of its
// answers.
func FuzzAnswer(f *testing.F) {
	for status, body := range map[int]string{
		200: `{"reference":"r1","status":"succeeded"}`, 201: `{}`, 204: ``, 302: `{"reference":"r"}`, 402: `{"type":"/problems/payment-declined","detail":"no"}`,
		404: `<html>`, 409: `{"type":"/problems/refused"}`, 422: `[]`, 500: `null`, 503: `{"detail":5}`,
	} {
		f.Add(status, "application/problem+json", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		client, err := NewClient("stockist", "http://partner.test", answers{status, contentType, body}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		reference, err := client.book(t.Context(), "/refills", "key", map[string]int{"orderId": 1})
		if err == nil && (status < 200 || status > 299 || reference == "") {
			t.Errorf("%d %q counts as done, with the reference %q", status, body, reference)
		}
		if err == nil {
			return
		}
		if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unauthorized || len(fault.ProblemOf(err).Detail) > 100 {
			t.Errorf("%d %q: %s, %+v", status, body, code, fault.ProblemOf(err))
		}
	})
}
