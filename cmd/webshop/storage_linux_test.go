package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// limitFiles bounds the size of a running process's files, as a full disk or a quota does; 0 is no limit.
func limitFiles(t *testing.T, pid int, size uint64) {
	t.Helper()
	var limit unix.Rlimit
	err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit)
	if limit.Cur = limit.Max; size != 0 {
		limit.Cur = size
	}
	if err := errors.Join(err, unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil)); err != nil {
		t.Fatal(err)
	}
}

// order makes a test order and returns its number, or the refusal.
func order(t *testing.T, shop *process) (id int, refusal *http.Response) {
	t.Helper()
	got, err := http.Post(shop.public+"/createOrder", "application/json", strings.NewReader(`{"name":"Ann","email":"ann@example.com",
		"phone":"123","street":"s","city":"c","customerType":"B2C","market":"US","products":"LB001","totalPrice":15000,"testId":9}`))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var made struct{ OrderID int }
	if got.StatusCode != http.StatusOK {
		return 0, got
	}
	if err := json.NewDecoder(got.Body).Decode(&made); err != nil {
		t.Fatal(err)
	}
	return made.OrderID, nil
}

// TestAFileThatCannotGrow: the kernel does not let the database and its log grow. The shop refuses orders, says why, and
// continues when there is room again; then it is killed, and all acknowledged orders are there.
func TestAFileThatCannotGrow(t *testing.T) {
	args := anyPorts(t)
	folder := args[len(args)-1]
	shop := serve(t, nil, args...)
	var acknowledged []int
	ordered := func() *http.Response {
		id, refusal := order(t, shop)
		if refusal == nil {
			acknowledged = append(acknowledged, id)
		}
		return refusal
	}
	for range 5 {
		ordered()
	}
	log, err := os.Stat(filepath.Join(folder, "webshop.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	limitFiles(t, shop.Process.Pid, uint64(log.Size())+20_000)
	var refusal *http.Response
	within(t, "orders are refused", func() bool { refusal = ordered(); return refusal != nil })
	if refusal.StatusCode != 503 || refusal.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("answered %d %v", refusal.StatusCode, refusal.Header)
	}
	within(t, "the shop is not ready", func() bool { return readiness(t, shop) == 503 })
	limitFiles(t, shop.Process.Pid, 0)
	within(t, "the shop is ready", func() bool { return readiness(t, shop) == 204 })
	for range 5 {
		within(t, "an order is taken", func() bool { return ordered() == nil })
	}
	shop.end(t, syscall.SIGKILL)
	again := serve(t, nil, args...)
	for _, id := range acknowledged {
		query := fmt.Sprintf(`{ getOrder(id: %d) { status } }`, id)
		within(t, fmt.Sprintf("order %d arrives", id), func() bool {
			return strings.Contains(ask(t, http.MethodPost, again.private+"/database", query), "DELIVERY_BOOKED")
		})
	}
	if code := again.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func readiness(t *testing.T, shop *process) int {
	t.Helper()
	got, err := http.Get(shop.public + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	_ = got.Body.Close() // only its status matters
	return got.StatusCode
}

// within waits until a condition holds, for at most a minute.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// TestBackupOfARunningShop from another process, and the restored shop.
func TestBackupOfARunningShop(t *testing.T) {
	args := anyPorts(t)
	shop := serve(t, nil, args...)
	id, refusal := order(t, shop)
	if refusal != nil {
		t.Fatal(refusal.Status)
	}
	to := filepath.Join(t.TempDir(), "backup")
	out, code := run(t, nil, "backup", to, "--data-dir", args[len(args)-1])
	if code != 0 || !strings.Contains(out, "1 orders") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "backup", to, "--data-dir", args[len(args)-1]); code == 0 || !strings.Contains(out, "is there already") {
		t.Errorf("exit code %d: %s", code, out)
	}
	args[len(args)-1] = to
	restored := serve(t, nil, args...)
	query := fmt.Sprintf(`{ getOrder(id: %d) { status } }`, id)
	within(t, "the order arrives", func() bool {
		return strings.Contains(ask(t, http.MethodPost, restored.private+"/database", query), "DELIVERY_BOOKED")
	})
}
