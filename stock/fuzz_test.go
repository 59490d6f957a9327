package stock

import (
	"context"
	"net/http"
	"testing"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// anyone accepts every signature, so that the body matters.
type anyone struct{}

func (anyone) Verify([]byte, http.Header) error { return nil }

// told records the calls of the store.
type told struct {
	Store
	orders []int64
}

func (s *told) StockOrder(_ context.Context, id int64) (Order, error) {
	return Order{ID: id, Ref: ref.Of(id, "4fk29x0qmtzb-000g40r40m30")}, nil
}

func (s *told) StockCreated(_ context.Context, id int64) error {
	s.orders = append(s.orders, id)
	return nil
}
func (s *told) RefuseStock(_ context.Context, id int64) error {
	s.orders = append(s.orders, id)
	return nil
}

// FuzzCallback: a callback names one possible order, or it is refused and nothing is done.
func FuzzCallback(f *testing.F) {
	for _, body := range []string{
		`{"type":"stock.created","timestamp":"2026-11-22T17:10:49Z","data":{"orderId":1}}`, `{"type":"stock.refused","data":{"orderId":2}}`,
		`{"type":"stock.created","data":{"orderId":3,"key":"refill:3-4fk29x0qmtzb-000g40r40m30"}}`, `{"type":"stock.created","data":{"orderId":3,"key":"refill:3"}}`,
		`{"type":"stock.created","data":{"orderId":-1}}`, `{"type":"x","data":{"orderId":1}}`, `[]`, `{`, `{"data":null}`, `{"type":"stock.created","data":{"orderId":1e3}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		store := &told{}
		_, err := (&Service{Store: store, Verify: anyone{}}).postCallback(t.Context(), &callbacks.Callback{RawBody: body})
		switch code := fault.CodeOf(err); {
		case err == nil && (len(store.orders) != 1 || store.orders[0] < 1):
			t.Errorf("%q told the store of %v", body, store.orders)
		case err != nil && (len(store.orders) != 0 || code != fault.Malformed && code != fault.Invalid && code != fault.NotFound):
			t.Errorf("%q: %v, and the store was told of %v", body, err, store.orders)
		}
	})
}
