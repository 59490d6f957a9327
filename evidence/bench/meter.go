package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// reading is a reading of all meters. All but the memory only grow.
type reading struct {
	shopCPU, ownCPU, allCPU float64   // seconds of the shop, of the bench, and of everything on this machine
	memory                  float64   // bytes resident in the shop
	written                 float64   // bytes that the shop wrote to disk
	allocated, allocations  float64   // bytes and objects that the shop allocated
	commits, writes         float64   // transactions of the store, and callers' writes in them
	each                    []float64 // seconds of each of the processes measured separately
	at                      time.Time
}

// read reads all meters.
func (s *shop) read(ctx context.Context) (reading, error) {
	m, err := s.metrics(ctx)
	if err != nil {
		return reading{}, err
	}
	return reading{
		shopCPU: m["process_cpu_seconds_total"], memory: m["process_resident_memory_bytes"],
		allocated: m["go_memstats_alloc_bytes_total"], allocations: m["go_memstats_mallocs_total"],
		commits: m["webshop_store_commit_writes_count"], writes: m["webshop_store_commit_writes_sum"],
		ownCPU: ownCPU(), allCPU: allCPU(), written: writtenBy(s.pid), at: time.Now(),
	}, nil
}

// metrics reads the shop's metrics without labels.
func (s *shop) metrics(ctx context.Context) (map[string]float64, error) {
	text, err := s.ask(ctx, "GET", "/metrics", nil)
	return parseMetrics(text), err
}

func parseMetrics(text []byte) map[string]float64 {
	all := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, value, two := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); two && err == nil {
			all[name] = n
		}
	}
	return all
}

// allCPU returns how long all processors of this machine were busy, in seconds; 0 if unknown.
func allCPU() float64 {
	text, _ := os.ReadFile("/proc/stat") // none: not Linux
	fields := strings.Fields(strings.SplitN(string(text), "\n", 2)[0])
	var ticks float64
	for i, f := range fields {
		if n, err := strconv.ParseFloat(f, 64); err == nil && i != 4 && i != 5 && i < 8 { // idle, waiting for disks; guests are in user
			ticks += n
		}
	}
	return ticks / ticksPerSecond
}

// loadAverage returns the load average of the last minute; 0 if unknown.
func loadAverage() float64 {
	text, _ := os.ReadFile("/proc/loadavg") // none: not Linux
	first, _, _ := strings.Cut(string(text), " ")
	n, _ := strconv.ParseFloat(first, 64)
	return n
}

const ticksPerSecond = 100 // of /proc, on every Linux that Go runs on

// writtenBy returns how many bytes a process wrote to disk; 0 if unknown.
func writtenBy(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	_, rest, _ := strings.Cut(string(text), "\nwrite_bytes: ")
	n, _ := strconv.ParseFloat(strings.SplitN(rest, "\n", 2)[0], 64)
	return n
}

// watch reads the shop's memory each second until the context ends.
func (s *shop) watch(ctx context.Context) (memory []float64) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if m, err := s.metrics(ctx); err == nil {
				memory = append(memory, m["process_resident_memory_bytes"])
			}
		case <-ctx.Done():
			return memory
		}
	}
}

// Machine is the machine of the bench.
type Machine struct {
	Processors int    `json:"processors"`
	System     string `json:"system"`
	Go         string `json:"go"`
}

func thisMachine() Machine {
	return Machine{runtime.NumCPU(), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version()}
}
