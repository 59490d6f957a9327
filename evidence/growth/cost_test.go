package growth

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/evidence/bench"
)

var (
	all       = flag.Bool("growth", false, "measure all; without it, a moment's order at a shop of many processes")
	lasts     = flag.Duration("lasts", 10*time.Second, "each load")
	rounds    = flag.Int("rounds", 3, "how often each size of the store is measured, in turn")
	sizes     = flag.String("sizes", "10000,100000,3000000", "stored orders")
	filled    = flag.String("filled", "", "databases that have so many orders already, as 'ORDERS=ADDRESS ORDERS=ADDRESS'; nothing is filled then")
	customers = flag.Int("customers", 32, "who order at the same time")
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if programs != "" {
		_ = os.RemoveAll(programs)
	}
	os.Exit(code)
}

// measure runs a closed loop on the stage's shop, until its last order has ended.
func (s *stage) measure(lasts time.Duration, customers int, processes ...bench.Process) bench.Phase {
	s.Helper()
	r := s.bench(bench.Config{Duration: lasts, Warmup: lasts / 4, Concurrency: customers, Processes: processes})
	return r.Phases[0]
}

func (s *stage) bench(c bench.Config) bench.Report {
	s.Helper()
	var out bytes.Buffer
	c.PublicURL, c.PrivateURL, c.Database, c.Token = s.public, s.private, s.database, operator
	c.Drain, c.JSON, c.Out, c.Dir = 5*time.Minute, true, &out, s.dir
	r, err := bench.Run(s.Context(), c)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// services starts one process for each service.
func (s *stage) services() {
	s.private = "http://" + s.member("database")[1]
	for _, name := range []string{"delivery", "stock", "finance", "email", "order"} {
		s.public = "http://" + s.member(name)[0]
	}
}

// layouts are compared.
var layouts = []struct {
	name  string
	start func(*stage)
}{
	{"all in one, SQLite", func(s *stage) { s.whole("webshop") }},
	{"all in one, PostgreSQL", func(s *stage) { s.postgres(); s.whole("webshop") }},
	{"a process for each service, PostgreSQL, 1 NATS", func(s *stage) { s.postgres(); s.nats(1); s.services() }},
	{"a process for each service, PostgreSQL, 3 NATS", func(s *stage) { s.postgres(); s.nats(3); s.services() }},
}

// TestCostOfAnOrder measures the processor time of each process. Without the flag, one order completes in a shop of many
// processes.
func TestCostOfAnOrder(t *testing.T) {
	if !*all {
		s := newStage(t)
		layouts[2].start(s)
		if p := s.measure(100*time.Millisecond, 1, s.processes...); p.Acknowledged == 0 || len(p.Each) != 9 {
			t.Errorf("%+v", p)
		}
		return
	}
	for _, l := range layouts {
		t.Run(l.name, func(t *testing.T) {
			s := newStage(t)
			l.start(s)
			begun := load()
			p := s.measure(*lasts, *customers, s.processes...)
			t.Logf("load %s before, %s after\n%s", begun, load(), costs(p))
		})
	}
}

// costs formats a table that adds up.
func costs(p bench.Phase) string {
	var t strings.Builder
	fmt.Fprintf(&t, "%.0f orders/s; createOrder %s; whole way %s\n| process | CPU-ms per order |\n| --- | --- |\n", p.ThroughputPerSecond, p.CreateOrder, p.Way)
	var sum, partners float64
	for i, c := range p.Each {
		if i == 0 {
			partners = c.CPU // not the shop's
			continue
		}
		fmt.Fprintf(&t, "| %s | %.2f |\n", c.Name, c.CPU)
		sum += c.CPU
	}
	fmt.Fprintf(&t, "| **sum** | **%.2f** |\n| beside it: %s | %.2f |\n| beside it: the load | %.2f |\n", sum, p.Each[0].Name, partners, p.BenchCPU)
	return t.String()
}

// load returns the machine's load average of the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg") // none: not Linux
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
