package main

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// stats is what Lambda would report about a function.
type stats struct {
	mu                                    sync.Mutex
	Calls, Cold, Errors, Throttles, Kills int
	Inits, Durations                      []time.Duration
	Memory                                int
}

func (s *stats) throttle() { s.mu.Lock(); s.Throttles++; s.mu.Unlock() }

func (s *stats) killed() { s.mu.Lock(); s.Kills++; s.mu.Unlock() }

func (s *stats) started(took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Cold++
	s.Inits = append(s.Inits, took)
}

func (s *stats) ended(took time.Duration, memory int, fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	s.Memory = max(s.Memory, memory)
	if fault != "" {
		s.Errors++
		return
	}
	s.Durations = append(s.Durations, took)
}

// quantile returns a quantile of durations; 0 for none.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(all), cmp.Compare[time.Duration])
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
