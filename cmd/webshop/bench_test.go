package main

import (
	"encoding/json"
	"testing"
)

// TestBench measures a shop briefly: every figure is there, and every acknowledged order ends.
func TestBench(t *testing.T) {
	t.Parallel()
	out, code := run(t, []string{asCommand}, "bench", "--half", "--overload", "--stored", "40", "--waiting", "3", "--json", "--warmup", "100ms", "--duration", "300ms", "--concurrency", "8")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	var report struct {
		Phases []struct {
			Name                   string
			Acknowledged, NotEnded int
			Failed                 int
			ThroughputPerSecond    float64
			CreateOrderMs, WayMs   struct{ P50, Max float64 }
			ShopCPUMsPerOrder      float64
			CommitsPerOrder        float64
		}
		Limits struct{ FdatasyncPerSecond, FloorOrdersPerSecond, FloorOrdersPerSecondOfRows float64 }
		Ratios struct{ ThroughputToFloor float64 }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Phases) != 3 {
		t.Fatalf("%v: %s", err, out)
	}
	for _, p := range report.Phases {
		if p.Acknowledged == 0 || p.NotEnded != 0 || p.Failed != 0 || p.ThroughputPerSecond <= 0 || p.CreateOrderMs.P50 <= 0 ||
			p.WayMs.Max < p.WayMs.P50 || p.WayMs.P50 <= 0 || p.ShopCPUMsPerOrder <= 0 || p.CommitsPerOrder <= 0 {
			t.Errorf("%s: %s", p.Name, out)
		}
	}
	if l := report.Limits; l.FdatasyncPerSecond <= 0 || l.FloorOrdersPerSecond <= 0 || l.FloorOrdersPerSecondOfRows <= 0 || report.Ratios.ThroughputToFloor <= 0 {
		t.Errorf("limits: %s", out)
	}
}

// TestBenchOfAShopThatRuns reads its GraphQL and its metrics instead of its file.
func TestBenchOfAShopThatRuns(t *testing.T) {
	t.Parallel()
	p := serve(t, nil, anyPorts(t)...)
	out, code := run(t, nil, "bench", "--public-url", p.public, "--private-url", p.private, "--rate", "30", "--warmup", "100ms", "--duration", "500ms")
	if code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestBenchFailsWithoutAShop(t *testing.T) {
	t.Parallel()
	if out, code := run(t, nil, "bench", "--public-url", "http://127.0.0.1:1", "--private-url", "http://127.0.0.1:1"); code != 1 {
		t.Errorf("exit code %d: %s", code, out)
	}
}
