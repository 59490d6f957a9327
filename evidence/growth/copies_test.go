package growth

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// share is each copy's share of a processor, so small that four copies fit on two processors together with PostgreSQL.
const share = 0.08

// TestCopies measures what more copies of the whole shop on one PostgreSQL bring, each with a small share of a processor.
func TestCopies(t *testing.T) {
	if !*all {
		t.Skip("it measures; make growth")
	}
	var rows strings.Builder
	for _, copies := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(copies), func(t *testing.T) {
			s := newStage(t)
			s.postgres()
			s.many(copies)
			begun := load()
			p := s.measure(*lasts, 16*copies)
			fmt.Fprintf(&rows, "| %d | %.0f | %s | %.2f | %s to %s |\n", copies, p.ThroughputPerSecond, p.CreateOrder, p.Busy, begun, load())
		})
	}
	t.Logf("each copy has %.2f of a processor\n| copies | orders/s | createOrder | processors busy | load |\n| --- | --- | --- | --- | --- |\n%s", share, rows.String())
}

// many starts copies of the shop, and a proxy that sends the customers' requests to them in turn.
func (s *stage) many(copies int) {
	var all []*url.URL
	for i := range copies {
		process := s.whole(fmt.Sprint("webshop ", i+1))
		limit(s.T, process.Pid, share)
		to, err := url.Parse(s.public)
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, to)
	}
	var turn atomic.Uint32
	gateway := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(all[turn.Add(1)%uint32(copies)]) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	})
	s.Cleanup(gateway.Close)
	s.public = gateway.URL
}

// period is the period of a limit, in microseconds: short, so that a copy waits often and not long.
const period = 50_000

// limit limits a process to a share of a processor, by a control group. It needs root.
func limit(t *testing.T, pid int, share float64) {
	t.Helper()
	root, file, text := "/sys/fs/cgroup", "cpu.max", fmt.Sprintf("%d %d", int(share*period), period)
	if _, err := os.Stat(root + "/cpu/cpu.cfs_quota_us"); err == nil { // version 1
		root, file, text = root+"/cpu", "cpu.cfs_quota_us", strconv.Itoa(int(share*period))
	}
	group := filepath.Join(root, fmt.Sprintf("webshop-growth-%d", pid))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Fatal("a share of a processor takes root and control groups: ", err)
	}
	// The process's own cleanup runs later, so the group is emptied first.
	t.Cleanup(func() {
		write(t, filepath.Join(root, "cgroup.procs"), strconv.Itoa(pid))
		if err := os.Remove(group); err != nil {
			t.Error(err)
		}
	})
	if strings.HasSuffix(root, "/cpu") {
		write(t, filepath.Join(group, "cpu.cfs_period_us"), strconv.Itoa(period))
	}
	write(t, filepath.Join(group, file), text)
	write(t, filepath.Join(group, "cgroup.procs"), strconv.Itoa(pid))
}

func write(t *testing.T, file, text string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err == nil {
		_, err = io.WriteString(f, text)
		_ = f.Close()
	}
	if err != nil {
		t.Error(err)
	}
}
