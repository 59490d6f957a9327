//go:build unix

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/surfaces/ops"
)

// alertsOf returns when a shop last evaluated its alerts, and the open ones of a rule.
func alertsOf(t *testing.T, shop *process, rule string) (looked time.Time, found []ops.Alert) {
	t.Helper()
	answer, err := http.Get(shop.private + "/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list ops.AlertList
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	for _, a := range list.Open {
		if a.Rule == rule {
			found = append(found, a)
		}
	}
	return list.Looked, found
}

// TestAFrozenCopyIsNamed: of two copies on one PostgreSQL, the running one names the frozen one, and reports its return.
// A copy that stops announces that to the others.
func TestAFrozenCopyIsNamed(t *testing.T) {
	t.Parallel()
	database, secret := pgtest.Database(t), strings.Repeat("0123456789", 5)
	env := []string{"WEBSHOP_DATABASE_URL=" + database, "WEBSHOP_LINK_SECRET=" + secret}
	watching := serve(t, env, anyPorts(t)...)
	looks := func() {
		since := time.Now()
		within(t, "it looks", func() bool { looked, _ := alertsOf(t, watching, ""); return looked.After(since) })
	}
	looks()
	frozen := serve(t, env, anyPorts(t)...)
	looks()
	begun := time.Now()
	if err := frozen.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var alerts []ops.Alert
	within(t, "it is named", func() bool { _, alerts = alertsOf(t, watching, "process-silent"); return len(alerts) > 0 })
	t.Logf("named after %s: %s", time.Since(begun), alerts[0].What)
	if _, address, _ := strings.Cut(frozen.private, "//"); len(alerts) != 1 || !strings.Contains(alerts[0].What, address) || alerts[0].Severity != ops.High {
		t.Errorf("%+v", alerts)
	}
	if err := frozen.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	within(t, "it is over", func() bool { _, open := alertsOf(t, watching, "process-silent"); return len(open) == 0 })
	if code := frozen.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n := living(t, database); n != 1 {
		t.Errorf("%d processes count after one of two stopped", n)
	}
}

// living counts the processes that are alive according to a database.
func living(t *testing.T, database string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM rules_readers WHERE until > $1`, time.Now().UnixMilli()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
