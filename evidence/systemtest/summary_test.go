package systemtest

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		sorted []time.Duration
		p      int
		want   time.Duration
	}{
		{nil, 50, 0}, {nil, 100, 0},
		{[]time.Duration{7}, 50, 7}, {[]time.Duration{7}, 99, 7},
		{[]time.Duration{1, 2}, 50, 1}, {[]time.Duration{1, 2}, 95, 2},
		{[]time.Duration{1, 2, 3}, 50, 2},
		{hundred, 50, 50}, {hundred, 95, 95}, {hundred, 99, 99}, {hundred, 100, 100},
	} {
		if got := percentile(c.sorted, c.p); got != c.want {
			t.Errorf("percentile %d of %d times is %d, want %d", c.p, len(c.sorted), got, c.want)
		}
	}
}

func TestPercentileIsTheSmallestThatCoversEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 50), func(n int) time.Duration { return time.Duration(n) }), 1, 200).
			Draw(t, "times")
		p := rapid.IntRange(1, 100).Draw(t, "p")
		slices.Sort(times)
		got := percentile(times, p)
		covered, below := 0, 0
		for _, d := range times {
			if d <= got {
				covered++
			}
			if d < got {
				below++
			}
		}
		if !slices.Contains(times, got) || covered*100 < p*len(times) || below*100 >= p*len(times) {
			t.Fatalf("percentile %d of %v is %d", p, times, got)
		}
	})
}

func TestSummaryForPeople(t *testing.T) {
	l := Latencies{P50: 1500 * time.Microsecond, P95: 2 * time.Millisecond, P99: 30 * time.Millisecond, Max: 4 * time.Second}
	s := Summary{
		TestID: 12345, Seed: 1, Orders: 100, Acknowledged: 99, Arrived: 98, Retries: 3, Failures: 2,
		AcknowledgedPerSecond: 812.34, FinishedPerSecond: 640, CreateOrder: l, ToDelivery: l,
	}
	want := `
system test: testId 12345, seed 1
  orders               100, of which 99 acknowledged and 98 arrived
  acknowledged         812.3 orders/s
  finished             640.0 orders/s
  milliseconds               p50       p95       p99       max
  createOrder                1.5       2.0      30.0    4000.0
  to DELIVERY_BOOKED         1.5       2.0      30.0    4000.0
  retries              3
  failures             2
`
	if got := s.String(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestSummaryForPrograms(t *testing.T) {
	got, err := json.Marshal(Summary{TestID: 1, CreateOrder: Latencies{P50: 1500 * time.Microsecond}})
	want := `{"testId":1,"seed":0,"orders":0,"acknowledged":0,"arrived":0,"retries":0,"failures":0,` +
		`"acknowledgedPerSecond":0,"finishedPerSecond":0,"createOrder":{"p50":1.5,"p95":0,"p99":0,"max":0},` +
		`"toDelivery":{"p50":0,"p95":0,"p99":0,"max":0}}`
	if err != nil || string(got) != want {
		t.Errorf("%v: %s\nwant %s", err, got, want)
	}
}

func TestRatesAreByTheClockOfWhoSaysSo(t *testing.T) {
	start := time.UnixMilli(1_800_000_000_000)
	var s Summary
	s.addSending([]outcome{
		{orderID: 1, at: start, took: time.Second},
		{orderID: 2, at: start.Add(time.Second), took: 3 * time.Second},
		{order: order{number: 3}, at: start, took: time.Hour, retries: 8}, // not acknowledged
	})
	if s.Acknowledged != 2 || s.AcknowledgedPerSecond != 0.5 || s.Retries != 8 || s.CreateOrder.Max != 3*time.Second {
		t.Errorf("%+v", s)
	}
	arrived := func(id int64, from, to int) listed {
		return listed{OrderID: id, Status: "DELIVERY_BOOKED", CreatedAt: ms(start.Add(time.Duration(from) * time.Second)),
			StatusAt: ms(start.Add(time.Duration(to) * time.Second))}
	}
	late := arrived(2, 1, 8)
	s.addArrivals([]listed{arrived(1, 0, 2), late, late, arrived(99, 0, 100)}, map[int64]order{1: {}, 2: {}})
	if s.Arrived != 2 || s.FinishedPerSecond != 0.3 || s.ToDelivery.P50 != 2*time.Second || s.ToDelivery.Max != 7*time.Second {
		t.Errorf("%+v", s)
	}
}
