package systemtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// fakeShop is a shop in a few lines: both listeners in one handler. The functions make it misbehave.
type fakeShop struct {
	bookAfter time.Duration                                            // from createOrder to DELIVERY_BOOKED
	answer    func(n int, w http.ResponseWriter, r *http.Request) bool // the nth try of createOrder; true: answered
	ask       func(n int, w http.ResponseWriter) bool                  // the nth request to the database; true: answered
	alter     func([]listed) []listed                                  // changes the listed orders

	mu         sync.Mutex
	tries      int
	questions  int
	created    []listed
	keys       map[string]int64
	seenHeader []http.Header
}

func (s *fakeShop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "POST /createOrder":
		s.createOrder(w, r)
	case "POST /database":
		s.database(w, r)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (s *fakeShop) createOrder(w http.ResponseWriter, r *http.Request) {
	s.tries++
	s.seenHeader = append(s.seenHeader, r.Header)
	if s.answer != nil && s.answer(s.tries, w, r) {
		return
	}
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, `{"status":"SUCCESS","redirectUrl":"/success","orderId":%d}`, s.take(o, r.Header.Get("Idempotency-Key")))
}

func (s *fakeShop) take(o order, key string) int64 {
	if id, again := s.keys[key]; again {
		return id
	}
	if s.keys == nil {
		s.keys = map[string]int64{}
	}
	s.keys[key] = int64(1001 + len(s.created))
	s.created = append(s.created, listed{
		OrderID: s.keys[key], CustomerName: o.Name, CustomerEmail: o.Email, CustomerPhone: o.Phone, CustomerStreet: o.Street,
		CustomerCity: o.City, CustomerType: o.CustomerType, CustomerMarket: o.Market, OrderedProducts: o.Products,
		TotalPrice: o.TotalPrice, TestID: o.TestID, OrgNumber: o.OrgNumber, CreatedAt: ms(time.Now()),
	})
	return s.keys[key]
}

var asksFor = regexp.MustCompile(`getAllTestOrders\(testId: (\d+)\)`)

func (s *fakeShop) database(w http.ResponseWriter, r *http.Request) {
	s.questions++
	if s.ask != nil && s.ask(s.questions, w) {
		return
	}
	var question struct{ Query string }
	if err := json.NewDecoder(r.Body).Decode(&question); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	orders := s.list(asksFor.FindStringSubmatch(question.Query)[1])
	answer := map[string]any{"data": map[string]any{"getAllTestOrders": orders}}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err) // of a test's own data, inside an HTTP handler
	}
}

func (s *fakeShop) list(testID string) []listed {
	orders := slices.DeleteFunc(slices.Clone(s.created), func(l listed) bool { return fmt.Sprint(l.TestID) != testID })
	for i := range orders {
		orders[i].advance(s.bookAfter)
	}
	if s.alter != nil && len(orders) > 0 {
		orders = s.alter(orders)
	}
	return orders
}

func (l *listed) advance(bookAfter time.Duration) {
	created, _ := moment(l.CreatedAt)
	l.Status, l.StatusAt = "PLACED", l.CreatedAt
	if booked := created.Add(bookAfter); !time.Now().Before(booked) {
		l.Status, l.StatusAt, l.DeliveryTime = "DELIVERY_BOOKED", ms(booked), ms(created.Add(48*time.Hour))
	}
}

func ms(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// inMemory passes requests to a handler without a network, so that tests can use synctest's clock.
type inMemory struct{ to http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	m.to.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// dozen configures twelve orders for a shop in memory.
func dozen(t *testing.T) Config {
	t.Helper()
	cfg, err := Config{PublicURL: "http://shop.test", PrivateURL: "http://private.test", Orders: 12, Concurrency: 3}.checked()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}
