package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAuditTellsByItsExitCode: all promises kept beside a live shop, a broken promise, and no audit possible.
func TestAuditTellsByItsExitCode(t *testing.T) {
	args := anyPorts(t)
	folder := args[len(args)-1]
	shop := serve(t, nil, args...)
	out, code := run(t, nil, "systemtest", "--orders", "20", "--public-url", shop.public, "--private-url", shop.private)
	if code != 0 {
		t.Fatal(out)
	}
	audit := func(more ...string) (string, int) {
		return run(t, nil, append([]string{"audit", "--data-dir", folder}, more...)...)
	}
	if out, code := audit("--private-url", shop.private); code != 0 || !strings.Contains(out, "All that could be checked is as promised") {
		t.Errorf("exit code %d: %s", code, out)
	}
	acked := filepath.Join(t.TempDir(), "acked")
	if err := os.WriteFile(acked, []byte(`{"orderId": 4711}`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code = audit("--private-url", shop.private, "--acknowledged", acked)
	if code != 1 || !strings.Contains(out, "order 4711  order.acknowledged") || !strings.Contains(out, "PROMISES ARE BROKEN") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := audit("--private-url", shop.private, "--order", "3"); code != 0 || !strings.Contains(out, "Order 3 is DELIVERY_BOOKED") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := audit("--private-url", shop.private, "--order", "999"); code != 2 || !strings.Contains(out, "there is no order 999") {
		t.Errorf("exit code %d: %s", code, out)
	}
	out, code = audit("--private-url", shop.private, "--order", "4711", "--acknowledged", acked) // it is lost
	if code != 1 || !strings.Contains(out, "order 4711  order.acknowledged") {
		t.Errorf("exit code %d: %s", code, out)
	}
	shop.end(t, syscall.SIGTERM)
	if out, code := audit("--private-url", shop.private); code != 2 || !strings.Contains(out, "--offline") {
		t.Errorf("a shop that is stopped: exit code %d: %s", code, out)
	}
	out, code = audit("--offline", "--json")
	var report struct {
		OK     bool
		Orders int
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || !report.OK || report.Orders != 20 {
		t.Errorf("%v, exit code %d: %s", err, code, out)
	}
	for _, bad := range [][]string{{"--offline", "--database", acked}, {"--offline", "--partner", "nobody=http://127.0.0.1:1"}} {
		if out, code := audit(bad...); code != 2 {
			t.Errorf("%v: exit code %d: %s", bad, code, out)
		}
	}
}
