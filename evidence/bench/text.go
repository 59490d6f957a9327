package bench

import (
	"fmt"
	"strings"
)

// text returns the report for people.
func (r Report) text() string {
	var t strings.Builder
	fmt.Fprintf(&t, "%s, %d processors, %s; %s; partners simulated, without delay; mails sent\n",
		r.Machine.System, r.Machine.Processors, r.Machine.Go, r.Engine)
	if r.Ready > 0 {
		fmt.Fprintf(&t, "ready %.0f ms after its start, with %d orders stored; %.0f MB at rest\n", r.Ready, r.Stored, r.Rest)
	}
	for _, p := range r.Phases {
		p.write(&t)
	}
	if l := r.Limits; l.Floor > 0 {
		fmt.Fprintf(&t, "\nlimits of this machine\n")
		line(&t, "fdatasync", "%.0f/s of 4 KiB, p99 %.2f ms", l.Syncs, l.SyncP99)
		line(&t, "floor", "%.0f orders/s, %.2f ms of processor time each: the rows and their changes, in groups of %d", l.Floor, l.CPU, floorBatch)
		line(&t, "rows once", "%.0f orders/s: each row written once, in its last state", l.FinalRows)
		line(&t, "throughput", "%.2f of the floor; %.2f of the rows once", r.Ratios.Floor, r.Ratios.FinalRows)
		line(&t, "processor", "%.1f times the floor's", r.Ratios.CPU)
		line(&t, "commits", "%.2f of the fdatasyncs", r.Ratios.CommitRate)
	}
	if r.Ratios.Latency > 0 {
		line(&t, "latency", "p99 of createOrder at half load is %.1f times the p99 of a fdatasync", r.Ratios.Latency)
	}
	if l := r.Limits; l.Pgbench > 0 {
		fmt.Fprintf(&t, "\nlimits of this machine\n")
		line(&t, "pgbench", "%.0f simple updates/s by %d clients", l.Pgbench, pgbenchClients)
		line(&t, "throughput", "%.2f of them", r.Ratios.Pgbench)
	}
	if r.Overload >= 0 {
		fmt.Fprintf(&t, "\nunder %d times the load that saturates the shop it finishes %.0f %% of the %.0f orders/s of its best",
			overloadTimes, 100*r.Overload, r.Best)
		if r.Worst >= 0 {
			fmt.Fprintf(&t, ", and %.0f %% in its worst ten seconds", 100*r.Worst)
		}
		t.WriteString("\n")
	}
	return t.String()
}

func (p Phase) write(t *strings.Builder) {
	load := fmt.Sprintf("closed loop of %d customers", p.Conns)
	if p.Rate > 0 {
		load = fmt.Sprintf("open loop, %.0f orders/s planned", p.Rate)
	}
	fmt.Fprintf(t, "\n%s: %s for %.0f s\n", p.Name, load, p.Seconds)
	line(t, "acknowledged", "%.0f orders/s (%d)", p.AcknowledgedPerSecond, p.Acknowledged)
	line(t, "finished", "%.0f orders/s while the load is on; %.0f until the last one, %.1f s later", p.FinishedPerSecond, p.ThroughputPerSecond, p.Drain)
	if p.WorstPerSecond >= 0 {
		line(t, "", "%.0f orders/s in the worst ten seconds", p.WorstPerSecond)
	}
	line(t, "refused", "%.0f/s (%d); %d failed, %d not sent in time", p.RefusedPerSecond, p.Refused, p.Failed, p.Unsent)
	line(t, "not ended", "%d of the acknowledged", p.NotEnded)
	line(t, "createOrder", "%s", p.CreateOrder)
	line(t, "whole way", "%s", p.Way)
	line(t, "processor", "%.2f ms per order by the shop, %.2f by the bench; %.2f processors busy, %.2f by others; load average %.2f before",
		p.ShopCPU, p.BenchCPU, p.Busy, p.Others, p.LoadAvg)
	for _, c := range p.Each {
		line(t, "  of it", "%.2f ms by %s", c.CPU, c.Name)
	}
	line(t, "heap", "%.0f kB in %.0f objects allocated per order by the shop", p.Heap, p.Objects)
	line(t, "disk", "%.1f kB written and %.3f commits per order, %.1f writes per commit", p.Written, p.Commits, p.Group)
	line(t, "memory", "%.0f MB before, %.0f at most, %.0f after", p.Memory.Start, p.Memory.Peak, p.Memory.End)
}

func line(t *strings.Builder, name, form string, values ...any) {
	fmt.Fprintf(t, "  %-13s %s\n", name, fmt.Sprintf(form, values...))
}

// String returns the quantiles for people.
func (q Quantiles) String() string {
	return fmt.Sprintf("p50 %.1f ms, p95 %.1f, p99 %.1f, max %.1f", q.P50, q.P95, q.P99, q.Max)
}
