package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestQuantilesAreExact(t *testing.T) {
	var all []time.Duration
	for i := range 101 {
		all = append(all, time.Duration(100-i)*time.Millisecond)
	}
	if q := quantiles(all); q != (Quantiles{P50: 50, P95: 95, P99: 99, Max: 100}) {
		t.Error(q)
	}
	if q := quantiles(nil); q != (Quantiles{}) {
		t.Error(q)
	}
}

func TestOrderInAnAnswer(t *testing.T) {
	for body, want := range map[string]int64{
		`{"status":"SUCCESS","orderId":42,"x":1}`: 42, `{"orderId":7}`: 7, `{"orderId":"7"}`: 0, `{}`: 0, ``: 0,
	} {
		if got := orderIn([]byte(body)); got != want {
			t.Errorf("%s: %d", body, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	m := parseMetrics([]byte("# HELP a b\nprocess_cpu_seconds_total 1.5\nx{y=\"z\"} 2\nbytes 1e+06\n"))
	if m["process_cpu_seconds_total"] != 1.5 || m["bytes"] != 1e6 {
		t.Error(m)
	}
}

// TestOrdersEndWhenTheirLastReceiptIsDone: an order of the load's window counts if it ended within it.
func TestOrdersEndWhenTheirLastReceiptIsDone(t *testing.T) {
	from := time.UnixMilli(1000)
	p := phase{outcome: outcome{from: from, to: from.Add(time.Second), acknowledged: []int64{1, 2, 3, 4}}}
	lives := map[int64]life{
		1: {from, from.Add(500 * time.Millisecond), true},
		2: {from, from.Add(1500 * time.Millisecond), true}, // after the load
		3: {from, from.Add(600 * time.Millisecond), false}, // not ended; 4 does not exist
	}
	took, open := p.ways(lives)
	if p.ended(lives) != 1 || len(took) != 2 || open != 2 {
		t.Errorf("%d ended, %v, %d open", p.ended(lives), took, open)
	}
	if (Report{Phases: []Phase{{NotEnded: open}}}).verdict() == nil {
		t.Error("orders that do not end are no error")
	}
}

// TestTheWorstTenSecondsAreTold: a shop that stops and goes has its average, and its worst ten seconds.
func TestTheWorstTenSecondsAreTold(t *testing.T) {
	from := time.UnixMilli(1000)
	p := phase{named: named{load: load{lasts: 35 * time.Second}}, outcome: outcome{from: from}}
	lives := map[int64]life{}
	for i := range int64(100) {
		at := time.Duration(i) * 350 * time.Millisecond
		if at >= 10*time.Second && at < 19*time.Second {
			continue // hardly anything ends
		}
		lives[i] = life{from, from.Add(at), true}
	}
	lives[1000] = life{from, from.Add(15 * time.Second), false}
	if worst, measured := p.worst(lives); !measured || worst != 0.2 {
		t.Errorf("%v a second, %t", worst, measured)
	}
	for i := range int64(100) { // half in each of two periods of ten seconds
		at := time.Duration(i) * 350 * time.Millisecond
		lives[i] = life{from, from.Add(at), at < 5*time.Second || at >= 16*time.Second}
	}
	if worst, measured := p.worst(lives); !measured || worst != 0 {
		t.Errorf("%v a second, %t", worst, measured)
	}
	p.lasts = 9 * time.Second
	if _, measured := p.worst(lives); measured {
		t.Error("nine seconds have ten")
	}
}

// TestAShopThatFinishesNothingHasNoOtherLoad: without a rate it would be a closed loop under another name.
func TestAShopThatFinishesNothingHasNoOtherLoad(t *testing.T) {
	b := &bench{phases: []phase{{named: named{load: load{lasts: time.Second}}}}}
	if half, over := b.half(t.Context()), b.overload(t.Context()); half != errNothing || over != errNothing {
		t.Errorf("%v, %v", half, over)
	}
}

// TestAnOverloadThatNothingSurvivesIsTold; an overload that was not measured is not.
func TestAnOverloadThatNothingSurvivesIsTold(t *testing.T) {
	told := Report{Best: 100, Worst: -1}.text()
	if !strings.Contains(told, "it finishes 0 % of the 100 orders/s") || strings.Contains(Report{Best: 100, Overload: -1}.text(), "finishes") {
		t.Error(told)
	}
}

func TestALoadEndsAfterItsOrders(t *testing.T) {
	var asked atomic.Int64
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"orderId":%d}`, asked.Add(1))
	}))
	defer shop.Close()
	address := strings.TrimPrefix(shop.URL, "http://")
	l := load{customers: newCustomers(address), address: address, conns: 4, lasts: time.Hour, orders: 50, place: &atomic.Int64{}}
	o := l.run(t.Context())
	if n := len(o.acknowledged); n < 50 || n > 53 || o.failed > 0 || o.to.Sub(o.from) > time.Minute {
		t.Errorf("%d acknowledged, %d failed, in %s", n, o.failed, o.to.Sub(o.from))
	}
}
