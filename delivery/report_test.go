package delivery

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// desk is a store with one order, that keeps what is reported.
type desk struct {
	Store
	order   Booking
	reports []Report
}

func (d *desk) Booking(context.Context, int64) (Booking, error) { return d.order, nil }

func (d *desk) ReportDelivery(_ context.Context, _ int64, r Report) error {
	d.reports = append(d.reports, r)
	return nil
}

// anyone's signature is good.
type anyone struct{}

func (anyone) Verify([]byte, http.Header) error { return nil }

// forged is no one's.
type forged struct{}

func (forged) Verify([]byte, http.Header) error { return fault.New(fault.Unauthorized, "forged") }

const done = `{"type":"delivery.done","data":{"orderId":7,"key":"delivery:7-4fk29x0qmtzb-000g40r40m30","at":"2026-11-24T10:11:40+01:00","trackingNumber":"V1","receivedBy":"Zoë","leftAt":"door","photo":"p"}}`

func TestACarrierReports(t *testing.T) {
	shop := func() (*desk, *Service) {
		d := &desk{order: Booking{OrderID: 7, Ref: ref.Of(7, "4fk29x0qmtzb-000g40r40m30")}}
		return d, &Service{Store: d, Verify: anyone{}}
	}
	d, s := shop()
	if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(done)}); err != nil {
		t.Fatal(err)
	}
	want := Report{Status: "DELIVERED", At: time.Date(2026, 11, 24, 9, 11, 40, 0, time.UTC), Number: "V1", ReceivedBy: "Zoë", LeftAt: "door", Photo: "p"}
	if len(d.reports) != 1 || d.reports[0] != want {
		t.Errorf("%+v, want %+v", d.reports, want)
	}
	for name, c := range map[string]struct {
		old, new string
		code     fault.Code
	}{
		"of another order":   {"m30", "m31", fault.NotFound},
		"of another request": {"delivery:", "refill:", fault.NotFound},
		"of a type":          {"delivery.done", "delivery.eaten", fault.Invalid},
		"without a time":     {`"at":"2026-11-24T10:11:40+01:00",`, "", fault.Invalid},
		"with no time":       {"2026-11-24T10", "noon", fault.Malformed},
		"with a number":      {`"V1"`, "1", fault.Malformed},
		"with a time twice":  {`"photo"`, `"at"`, fault.Malformed},
	} {
		d, s := shop()
		body := strings.Replace(done, c.old, c.new, 1)
		if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(body)}); fault.CodeOf(err) != c.code || len(d.reports) != 0 {
			t.Errorf("a report %s: %v, %+v", name, err, d.reports)
		}
	}
	s.Verify = forged{}
	if _, err := s.postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(done)}); fault.CodeOf(err) != fault.Unauthorized {
		t.Errorf("a forged one: %v", err)
	}
}
