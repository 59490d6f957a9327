package paymentstest

import (
	"bytes"
	"net/http"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// told returns the body of a webhook about a payment.
func (s scene) told(p Payment) []byte {
	s.Helper()
	body, err := s.Told(p)
	if err != nil {
		s.Fatalf("Told: %v", err)
	}
	return body
}

func (s scene) sign(by Secret, at time.Time, body []byte) http.Header {
	s.Helper()
	header, err := s.Sign(by, at, body)
	if err != nil {
		s.Fatalf("Sign: %v", err)
	}
	return header
}

// signatures: only webhooks that the provider signed within the last minutes are accepted, repeated ones too.
func signatures(s scene) {
	p := s.paidPayment()
	body := s.told(p)
	for by, name := range map[Secret]string{Current: "the secret", Previous: "the secret before the rotation"} {
		for range 2 { // a replay is harmless: the shop asks the provider
			got, err := s.Provider().Event(s.ctx, s.sign(by, time.Now(), body), body)
			if err != nil || got.Key != p.Request.Key || got.Dispute != nil {
				s.Errorf("signed with %s: %+v, %v; want the key %s", name, got, err, p.Request.Key)
			}
		}
	}
	changed := bytes.Replace(body, []byte(key), []byte("charge:acme-8-4f1c"), 1)
	for what, c := range map[string]struct {
		header http.Header
		body   []byte
	}{
		"unsigned": {http.Header{}, body}, "signed with a foreign secret": {s.sign(Foreign, time.Now(), body), body},
		"old":    {s.sign(Current, time.Now().Add(-time.Hour), body), body},
		"early":  {s.sign(Current, time.Now().Add(time.Hour), body), body},
		"empty":  {s.sign(Current, time.Now(), body), nil},
		"longer": {s.sign(Current, time.Now(), body), append(bytes.Clone(body), ' ')}, "changed": {s.sign(Current, time.Now(), body), changed},
	} {
		got, err := s.Provider().Event(s.ctx, c.header, c.body)
		s.wantCode("a webhook that is "+what, err, fault.Unauthorized)
		if got != (payments.Notice{}) {
			s.Errorf("a webhook that is %s says %+v", what, got)
		}
	}
	garbage := []byte(`{"type":`)
	_, err := s.Provider().Event(s.ctx, s.sign(Current, time.Now(), garbage), garbage)
	s.wantCode("a webhook that is not JSON", err, fault.Malformed)
}

// toldOfChange: a paid voucher causes a webhook.
func toldOfChange(s scene) {
	p := s.voucher()
	s.does("PayVoucher", s.PayVoucher, p)
	body := s.told(p)
	got, err := s.Provider().Event(s.ctx, s.sign(Current, time.Now(), body), body)
	if err != nil || got.Key != p.Request.Key || got.Test || got.Dispute != nil {
		s.Errorf("%s: %+v, %v; want the key %s", body, got, err, p.Request.Key)
	}
}

func toldOfDispute(s scene) {
	p := s.paidPayment()
	if err := s.Dispute(p); err != nil {
		s.Fatalf("Dispute: %v", err)
	}
	body := s.told(p)
	got, err := s.Provider().Event(s.ctx, s.sign(Current, time.Now(), body), body)
	if err != nil || got.Key != p.Request.Key || got.Dispute == nil {
		s.Fatalf("%s: %+v, %v; want a dispute of %s", body, got, err, p.Request.Key)
	}
	if d := got.Dispute; d.Reference == "" || d.Amount != p.Request.Amount || d.Reason == "" || d.State != payments.DisputeOpen {
		s.Errorf("the dispute is %+v", d)
	}
	s.find(p, payments.Paid) // the dispute does not change the payment
}
