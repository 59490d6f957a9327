package simulator

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// The bound is too large to be reached from outside in a quick test.
func TestTooManyCallbacksAreNotTakenOn(t *testing.T) {
	p, err := New(Config{StockistSecret: make([]byte, minSecret), ScreeningSecret: make([]byte, minSecret)})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	stockist := p.all[3]
	stockist.knobs.AnswerLater = maxAnswerLater
	stockist.callbacks.counters.Waiting = maxCallbacks - 1
	for i, want := range []int{202, 503} {
		body := `{"orderId":7,"skus":["A"],"callbackUrl":"http://shop.test/cb"}`
		r := httptest.NewRequest("POST", "/stockist/refills", strings.NewReader(body))
		r.Header.Set("Idempotency-Key", []string{"refill:1", "refill:2"}[i])
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("refill %d: %d %s, want %d", i+1, w.Code, w.Body, want)
		}
	}
	if n := stockist.book.last; n != 1 {
		t.Errorf("%d records, want 1", n)
	}
}
