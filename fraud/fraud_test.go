package fraud

import (
	"context"
	"net/http"
	"testing"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// anyone accepts every signature, so that the body matters.
type anyone struct{}

func (anyone) Verify([]byte, http.Header) error { return nil }

// told records the calls of the store and the partner.
type told struct {
	orders []int64
	asked  []int64
	open   []event.OpenReview
	says   Outcome
}

func (s *told) RecordReview(_ context.Context, id int64, _ string, _ bool, _, _ string) (bool, error) {
	s.orders = append(s.orders, id)
	return true, nil
}

func (s *told) OrderRef(_ context.Context, id int64) (ref.Order, error) {
	return ref.Of(id, "4fk29x0qmtzb-000g40r40m30"), nil
}

func (s *told) TakeReviews(context.Context, string, time.Time, time.Duration, int) ([]event.OpenReview, error) {
	return s.open, nil
}

func (s *told) PutOff(context.Context, string, int64, time.Time, string) error { return nil }

func (s *told) Check(_ context.Context, c Check) (Outcome, error) {
	s.asked = append(s.asked, c.OrderID)
	return s.says, nil
}

// TestOnlyWhoMustPassIsAskedAbout, and an answer that will come later decides nothing yet.
func TestOnlyWhoMustPassIsAskedAbout(t *testing.T) {
	for outcome, decided := range map[Outcome]int{Passed: 1, Refused: 1, Later: 0} {
		for step, asked := range map[string]int{Step: 1, "approval": 0} {
			store := &told{says: outcome}
			s := &Service{Store: store, Screening: store}
			if err := s.OnReviewRequested(t.Context(), event.ReviewRequested{OrderID: 1, Steps: []string{"x", step}}); err != nil {
				t.Error(err)
			}
			if len(store.asked) != asked || len(store.orders) != asked*decided {
				t.Errorf("%s, %s: asked about %v, decided %v", step, outcome, store.asked, store.orders)
			}
		}
	}
}

// TestRemind asks about waiting orders; without a deadline about none.
func TestRemind(t *testing.T) {
	for after, asked := range map[time.Duration]int{0: 0, time.Hour: 1} {
		store := &told{says: Later, open: []event.OpenReview{{Request: event.ReviewRequested{OrderID: 1, Steps: []string{Step}}}}}
		s := &Service{Store: store, Screening: store, RemindAfter: func() time.Duration { return after }, Now: time.Now}
		if err := s.Remind(t.Context()); err != nil || len(store.asked) != asked {
			t.Errorf("after %s: asked about %v, %v", after, store.asked, err)
		}
	}
}

// TestACallbackAboutAnotherOrderChangesNothing: it has this order's number, and another request's key. A callback without
// a key is accepted.
func TestACallbackAboutAnotherOrderChangesNothing(t *testing.T) {
	for key, want := range map[string]fault.Code{
		"check:7-4fk29x0qmtzb-000g40r40m30": "", "": "",
		"check:7-4fk29x0qmtzb-000g40r40m31": fault.NotFound, "check:7": fault.NotFound,
	} {
		store := &told{}
		body := `{"type":"check.passed","data":{"orderId":7,"key":"` + key + `"}}`
		err := (&Service{Store: store, Verify: anyone{}}).calledBack(t.Context(), &callbacks.Callback{RawBody: []byte(body)})
		if fault.CodeOf(err) != want || (len(store.orders) == 1) != (want == "") {
			t.Errorf("%q: %v, decided %v", key, err, store.orders)
		}
	}
}

// FuzzCallback: a callback names one possible order, or it is refused and nothing is done.
func FuzzCallback(f *testing.F) {
	for _, body := range []string{
		`{"type":"check.passed","timestamp":"2026-11-22T17:10:49Z","data":{"orderId":1}}`, `{"type":"check.refused","data":{"orderId":2}}`,
		`{"type":"check.passed","data":{"orderId":3,"key":"check:3-4fk29x0qmtzb-000g40r40m30"}}`, `{"type":"check.passed","data":{"orderId":3,"key":"check:3"}}`,
		`{"type":"check.passed","data":{"orderId":-1}}`, `{"type":"x","data":{"orderId":1}}`, `[]`, `{`, `{"data":null}`, `{"type":"check.passed","data":{"orderId":1e3}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		store := &told{}
		err := (&Service{Store: store, Verify: anyone{}}).calledBack(t.Context(), &callbacks.Callback{RawBody: body})
		switch code := fault.CodeOf(err); {
		case err == nil && (len(store.orders) != 1 || store.orders[0] < 1):
			t.Errorf("%q told the store of %v", body, store.orders)
		case err != nil && (len(store.orders) != 0 || code != fault.Malformed && code != fault.Invalid && code != fault.NotFound):
			t.Errorf("%q: %v, and the store was told of %v", body, err, store.orders)
		}
	})
}
