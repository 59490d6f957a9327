package app_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPrometheusRules: promtool accepts the alert rules, and they fire exactly when they should.
func TestPrometheusRules(t *testing.T) {
	t.Parallel()
	for _, check := range [][]string{
		{"check", "rules", "rules.yaml"}, {"test", "rules", "rules_test.yaml"}, {"check", "config", "--syntax-only", "prometheus.yaml"},
	} {
		promtool(t, "../deploy/prometheus", check...)
	}
	known := metricsTable(t)
	for _, m := range regexp.MustCompile(`webshop_\w+`).FindAllString(read(t, "../deploy/prometheus/rules.yaml"), -1) {
		if !known[metricOf(m)] {
			t.Errorf("the rules ask for %s, which there is not", m)
		}
	}
}

// promtool is from Debian's package prometheus (make setup).
func promtool(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	command := exec.Command("promtool", arguments...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %v: %v\n%s", arguments, err, out)
	}
}

// TestDashboard: each query of the Grafana dashboard is PromQL on existing metrics; and each metric is on it.
func TestDashboard(t *testing.T) {
	t.Parallel()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "../deploy/grafana/webshop.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	known, shown := metricsTable(t), map[string]bool{}
	rules := "groups: [{name: dashboard, rules: ["
	for i, panel := range dashboard.Panels {
		for j, target := range panel.Targets {
			expr := strings.ReplaceAll(target.Expr, "$__rate_interval", "1m")
			rules += fmt.Sprintf("{record: panel_%d_%d, expr: %q},\n", i, j, expr)
			for _, m := range regexp.MustCompile(`webshop_\w+`).FindAllString(expr, -1) {
				shown[metricOf(m)] = true
				if !known[metricOf(m)] {
					t.Errorf("%s asks for %s, which there is not", panel.Title, m)
				}
			}
		}
	}
	for name := range known {
		if !shown[name] {
			t.Errorf("%s is not on the dashboard", name)
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "rules.yaml"), []byte(rules+"]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, folder, "check", "rules", "rules.yaml")
}

// metricsTable returns the names in docs/metrics.md.
func metricsTable(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, m := range tableLine.FindAllStringSubmatch(read(t, "../docs/metrics.md"), -1) {
		names[m[1]] = true
	}
	return names
}

// metricOf returns the metric of a histogram's series.
func metricOf(series string) string {
	for _, end := range []string{"_bucket", "_sum", "_count"} {
		series = strings.TrimSuffix(series, end)
	}
	return series
}
