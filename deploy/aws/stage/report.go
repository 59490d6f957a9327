package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"
)

// Report writes what the stage saw, as CloudWatch would.
func (s *Stage) Report(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "function\tcalls\tcold\tinit p50\twarm p50\twarm p99\tmemory MB\terrors\tthrottled\tkilled")
	for _, id := range slices.Sorted(maps.Keys(s.functions)) {
		t := &s.functions[id].stats
		t.mu.Lock()
		fmt.Fprintf(table, "%s\t%d\t%d\t%v\t%v\t%v\t%d\t%d\t%d\t%d\n", id, t.Calls, t.Cold, milliseconds(quantile(t.Inits, .5)),
			milliseconds(quantile(t.Durations, .5)), milliseconds(quantile(t.Durations, .99)), t.Memory>>20, t.Errors, t.Throttles, t.Kills)
		t.mu.Unlock()
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "EventBridge: %v\n", &s.events.Seen)
	for _, id := range slices.Sorted(maps.Keys(s.apis)) {
		fmt.Fprintf(w, "%s, answered by itself: %v\n", id, &s.apis[id].Seen)
	}
	for _, id := range slices.Sorted(maps.Keys(s.queues)) {
		fmt.Fprintf(w, "%s: %d sent, %d there\n", id, s.queues[id].sent(), s.queues[id].depth())
	}
	return err
}

func milliseconds(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
