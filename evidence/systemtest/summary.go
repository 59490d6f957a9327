package systemtest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Summary is the result of a test. Rates are orders per second, 0 if there is nothing to measure.
type Summary struct {
	TestID       int64  `json:"testId"`
	Seed         uint64 `json:"seed"`
	Orders       int    `json:"orders"`       // requested
	Acknowledged int    `json:"acknowledged"` // of them
	Arrived      int    `json:"arrived"`      // at DELIVERY_BOOKED
	Retries      int    `json:"retries"`      // of createOrder, after an answer that said "later" or none
	Failures     int    `json:"failures"`     // problems found

	AcknowledgedPerSecond float64 `json:"acknowledgedPerSecond"` // from the first createOrder sent to the last one answered
	FinishedPerSecond     float64 `json:"finishedPerSecond"`     // from the first created to the last arrived, by the shop's clock

	CreateOrder Latencies `json:"createOrder"` // what a customer waited, including retries
	ToDelivery  Latencies `json:"toDelivery"`  // from created to DELIVERY_BOOKED, by the shop's clock
}

// Latencies are percentiles by nearest rank: each is a measured time. In JSON they are milliseconds.
type Latencies struct{ P50, P95, P99, Max time.Duration }

// MarshalJSON returns milliseconds: {"p50":1.5,"p95":…,"p99":…,"max":…}.
func (l Latencies) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		P50 float64 `json:"p50"`
		P95 float64 `json:"p95"`
		P99 float64 `json:"p99"`
		Max float64 `json:"max"`
	}{milliseconds(l.P50), milliseconds(l.P95), milliseconds(l.P99), milliseconds(l.Max)})
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}

func latencies(of []time.Duration) Latencies {
	sorted := slices.Sorted(slices.Values(of))
	return Latencies{P50: percentile(sorted, 50), P95: percentile(sorted, 95), P99: percentile(sorted, 99), Max: percentile(sorted, 100)}
}

// percentile returns the smallest of the sorted times that p percent of them do not exceed; 0 for none.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (p*len(sorted) + 99) / 100
	return sorted[max(rank, 1)-1]
}

func (t *test) summarize(sent []outcome, found []listed, failures int) Summary {
	s := Summary{TestID: t.id, Seed: t.cfg.Seed, Orders: t.cfg.Orders, Failures: failures}
	s.addSending(sent)
	s.addArrivals(found, acknowledged(sent))
	return s
}

func (s *Summary) addSending(sent []outcome) {
	var span span
	var took []time.Duration
	for _, o := range sent {
		s.Retries += o.retries
		if o.orderID == 0 {
			continue
		}
		took = append(took, o.took)
		span.add(o.at, o.at.Add(o.took))
	}
	s.Acknowledged = len(took)
	s.AcknowledgedPerSecond = span.rate(len(took))
	s.CreateOrder = latencies(took)
}

func (s *Summary) addArrivals(found []listed, ids map[int64]order) {
	var span span
	var ways []time.Duration
	s.Arrived = countArrived(found, ids)
	for _, l := range found {
		way, err := l.way()
		if _, ours := ids[l.OrderID]; !ours || !l.arrived() || err != nil {
			continue // judge reports invalid times
		}
		delete(ids, l.OrderID) // an order that is listed twice counts once
		ways = append(ways, way)
		arrived, _ := moment(l.StatusAt) // way has parsed it
		span.add(arrived.Add(-way), arrived)
	}
	s.FinishedPerSecond = span.rate(len(ways))
	s.ToDelivery = latencies(ways)
}

// span is the time from the earliest start to the latest end.
type span struct{ from, to time.Time }

func (s *span) add(from, to time.Time) {
	if s.from.IsZero() || from.Before(s.from) {
		s.from = from
	}
	if to.After(s.to) {
		s.to = to
	}
}

func (s *span) rate(n int) float64 {
	seconds := s.to.Sub(s.from).Seconds()
	if seconds <= 0 {
		return 0
	}
	return math.Round(float64(n)/seconds*10) / 10
}

func (s Summary) write(to io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(to).Encode(s)
	}
	_, err := io.WriteString(to, s.String())
	return err
}

// String returns the summary for people, in several lines.
func (s Summary) String() string {
	row := func(name string, l Latencies) string {
		return fmt.Sprintf("  %-20s %9.1f %9.1f %9.1f %9.1f\n", name,
			milliseconds(l.P50), milliseconds(l.P95), milliseconds(l.P99), milliseconds(l.Max))
	}
	return fmt.Sprintf("\nsystem test: testId %d, seed %d\n", s.TestID, s.Seed) +
		fmt.Sprintf("  %-20s %d, of which %d acknowledged and %d arrived\n", "orders", s.Orders, s.Acknowledged, s.Arrived) +
		fmt.Sprintf("  %-20s %.1f orders/s\n", "acknowledged", s.AcknowledgedPerSecond) +
		fmt.Sprintf("  %-20s %.1f orders/s\n", "finished", s.FinishedPerSecond) +
		fmt.Sprintf("  %-20s %9s %9s %9s %9s\n", "milliseconds", "p50", "p95", "p99", "max") +
		row("createOrder", s.CreateOrder) + row("to DELIVERY_BOOKED", s.ToDelivery) +
		fmt.Sprintf("  %-20s %d\n", "retries", s.Retries) +
		fmt.Sprintf("  %-20s %d\n", "failures", s.Failures)
}
