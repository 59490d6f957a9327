package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Report is the result of a run.
type Report struct {
	Machine  Machine `json:"machine"`
	Engine   string  `json:"engine"`
	Ready    float64 `json:"readyMs"`      // from the start of the shop's process until it accepted orders; 0: not started here
	Stored   int     `json:"storedOrders"` // in its database before
	Rest     float64 `json:"restMemoryMB"` // resident, before the first load; 0: not started here
	Phases   []Phase `json:"phases"`
	Limits   Limits  `json:"limits"`        // zero for a shop that was not started here
	Ratios   Ratios  `json:"ratios"`        // zero for the same
	Overload float64 `json:"overload"`      // orders finished per second under overload, as a share of the best; -1: not measured
	Worst    float64 `json:"overloadWorst"` // the same for the worst ten seconds of the overload; -1: shorter, or not measured
	Best     float64 `json:"bestPerSecond"` // orders finished per second by the closed loops at their best
}

// Phase is one load. Values per order are per acknowledged order, and count until the last one had ended.
type Phase struct {
	Name         string  `json:"name"`
	Conns        int     `json:"connections"`
	Rate         float64 `json:"plannedPerSecond"` // 0: closed loop
	Seconds      float64 `json:"seconds"`
	Acknowledged int     `json:"acknowledged"`
	Refused      int64   `json:"refused"` // 503 with Retry-After
	Failed       int64   `json:"failed"`  // any other answer, or none
	Unsent       int64   `json:"unsent"`  // planned, and not sent in time
	NotEnded     int     `json:"notEnded"`

	AcknowledgedPerSecond float64 `json:"acknowledgedPerSecond"`
	FinishedPerSecond     float64 `json:"finishedPerSecond"`   // during the load
	ThroughputPerSecond   float64 `json:"throughputPerSecond"` // until the last acknowledged order had ended
	WorstPerSecond        float64 `json:"worstPerSecond"`      // finished in the worst ten seconds of the load; -1: shorter
	RefusedPerSecond      float64 `json:"refusedPerSecond"`

	CreateOrder Quantiles `json:"createOrderMs"` // of acknowledged orders; in the open loop from the planned time
	Way         Quantiles `json:"wayMs"`         // from the order's creation to its last receipt
	Drain       float64   `json:"drainSeconds"`  // until the last order had ended

	ShopCPU  float64 `json:"shopCpuMsPerOrder"`
	BenchCPU float64 `json:"benchCpuMsPerOrder"`
	Each     []Cost  `json:"processes,omitempty"` // those measured separately
	Heap     float64 `json:"allocatedKBPerOrder"` // allocated by the shop
	Objects  float64 `json:"allocationsPerOrder"`
	Busy     float64 `json:"busyProcessors"`      // of this machine, on average until the last order had ended
	Others   float64 `json:"busyByOthers"`        // processors used by neither the shop nor the bench
	LoadAvg  float64 `json:"loadAverage"`         // of this machine over the minute before the load
	Written  float64 `json:"writtenKBPerOrder"`   // kB to disk
	Commits  float64 `json:"commitsPerOrder"`     // transactions
	Group    float64 `json:"writesPerCommit"`     // callers' writes in one transaction
	Memory   Memory  `json:"residentMemoryMB"`    // of the shop
	Seen     []int   `json:"residentMemoryTrack"` // MB, each second
}

// Cost is a process's use of the processors.
type Cost struct {
	Name string  `json:"name"`
	CPU  float64 `json:"cpuMsPerOrder"`
}

// Memory is in MB.
type Memory struct {
	Start float64 `json:"start"`
	Peak  float64 `json:"peak"`
	End   float64 `json:"end"`
}

// Ratios compare the first phase with the limits of the machine.
type Ratios struct {
	Floor      float64 `json:"throughputToFloor"`
	FinalRows  float64 `json:"throughputToFloorOfRows"`
	CPU        float64 `json:"shopCpuToFloorCpu"`
	CommitRate float64 `json:"commitsToSyncs"`      // transactions per second to fdatasyncs per second
	Latency    float64 `json:"createOrderToSync"`   // p99 of createOrder at half load to p99 of a fdatasync; 0: not measured
	Pgbench    float64 `json:"throughputToPgbench"` // for a shop on PostgreSQL
}

func (b *bench) report(ctx context.Context) (Report, error) {
	lives, err := b.witness.lives(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{Machine: thisMachine(), Engine: b.cfg.engine(), Ready: 1000 * b.shop.ready.Seconds(), Stored: b.cfg.Stored, Rest: megabytes(b.rest), Overload: -1, Worst: -1}
	for _, p := range b.phases {
		r.Phases = append(r.Phases, p.told(lives))
	}
	for _, p := range r.Phases {
		if p.Rate == 0 {
			r.Best = max(r.Best, p.FinishedPerSecond, p.ThroughputPerSecond)
		}
		if p.Name == overload {
			r.Overload = ratio(p.FinishedPerSecond, r.Best)
			if p.WorstPerSecond >= 0 {
				r.Worst = ratio(p.WorstPerSecond, r.Best)
			}
		}
	}
	return r, nil
}

// told returns the phase's figures.
func (p phase) told(lives map[int64]life) Phase {
	o, seconds := p.outcome, p.lasts.Seconds()
	orders := float64(max(1, len(o.acknowledged)))
	took, open := p.ways(lives)
	busy, under := p.after.allCPU-p.before.allCPU, p.after.at.Sub(p.before.at).Seconds()
	own := p.after.shopCPU - p.before.shopCPU + p.after.ownCPU - p.before.ownCPU
	worst, measured := p.worst(lives)
	if !measured {
		worst = -1
	}
	t := Phase{
		Name: p.name, Conns: p.conns, Rate: p.rate, Seconds: seconds, Acknowledged: len(o.acknowledged), Refused: o.refused,
		Failed: o.failed, Unsent: o.unsent, NotEnded: open, AcknowledgedPerSecond: o.perSecond(),
		FinishedPerSecond: ratio(float64(p.ended(lives)), seconds), ThroughputPerSecond: ratio(float64(len(took)), seconds+p.drained.Seconds()),
		WorstPerSecond: worst, RefusedPerSecond: ratio(float64(o.refused), seconds), LoadAvg: p.loadBefore,
		CreateOrder: quantiles(o.latencies), Way: quantiles(took), Drain: p.drained.Seconds(),
		ShopCPU: (p.after.shopCPU - p.before.shopCPU) * 1000 / orders, BenchCPU: (p.after.ownCPU - p.before.ownCPU) * 1000 / orders,
		Heap: (p.after.allocated - p.before.allocated) / 1000 / orders, Objects: (p.after.allocations - p.before.allocations) / orders,
		Busy: ratio(busy, under), Others: ratio(max(0, busy-own), under), Written: (p.after.written - p.before.written) / 1000 / orders,
		Commits: (p.after.commits - p.before.commits) / orders,
		Group:   (p.after.writes - p.before.writes) / max(1, p.after.commits-p.before.commits),
		Memory:  Memory{megabytes(p.before.memory), megabytes(p.peak()), megabytes(p.after.memory)},
	}
	for i, process := range p.processes {
		t.Each = append(t.Each, Cost{process.Name, (p.after.each[i] - p.before.each[i]) * 1000 / orders})
	}
	for _, bytes := range p.memory {
		t.Seen = append(t.Seen, int(megabytes(bytes)))
	}
	return t
}

// ratio returns 0 if there is nothing to compare with.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func megabytes(bytes float64) float64 { return bytes / 1e6 }

// compare fills in the ratios.
func (r *Report) compare() {
	p := r.Phases[0]
	if r.Limits.Pgbench > 0 {
		r.Ratios.Pgbench = ratio(p.ThroughputPerSecond, r.Limits.Pgbench)
	}
	if r.Limits.Floor == 0 {
		return
	}
	r.Ratios = Ratios{
		Floor: ratio(p.ThroughputPerSecond, r.Limits.Floor), FinalRows: ratio(p.ThroughputPerSecond, r.Limits.FinalRows),
		CPU: ratio(p.ShopCPU, r.Limits.CPU), CommitRate: ratio(p.Commits*p.ThroughputPerSecond, r.Limits.Syncs),
	}
	for _, p := range r.Phases {
		if p.Name == halfLoad {
			r.Ratios.Latency = ratio(p.CreateOrder.P99, r.Limits.SyncP99)
		}
	}
}

// verdict returns an error if an acknowledged order did not end.
func (r Report) verdict() error {
	for _, p := range r.Phases {
		if p.NotEnded > 0 {
			return fmt.Errorf("%s: %d of %d acknowledged orders did not end", p.Name, p.NotEnded, p.Acknowledged)
		}
	}
	return nil
}

func (r Report) print(w io.Writer, asJSON bool) error {
	if asJSON {
		text := json.NewEncoder(w)
		text.SetIndent("", "  ")
		return text.Encode(r)
	}
	_, err := io.WriteString(w, r.text())
	return err
}
