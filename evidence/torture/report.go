package torture

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"

	"acme.example/webshop/evidence/harness"
)

// Report is the result of a run.
type Report struct {
	Planned   int            `json:"planned"`   // lives
	Lives     int            `json:"lives"`     // that ended
	Kills     int            `json:"kills"`     // by SIGKILL, including those at crash points
	PowerCuts int            `json:"powerCuts"` // of the disk, with the process
	Stops     int            `json:"stops"`     // SIGTERM
	Ends      map[string]int `json:"ends"`      // how lives ended
	Points    map[string]int `json:"points"`    // deaths at each crash point
	Missed    map[string]int `json:"missed"`    // lives that did not reach their crash point, and were killed at random

	harness.Findings

	ReadySeconds  spread  `json:"readySeconds"`  // from the start after a crash until orders are taken
	MovingSeconds spread  `json:"movingSeconds"` // from the same start until the orders from before the crash move on
	DrainSeconds  float64 `json:"drainSeconds"`  // of the last life
	Seconds       float64 `json:"seconds"`       // of the whole run
	Bound         float64 `json:"lossBound"`     // of the probability that a crash loses an order, with 95% confidence; 1 if anything is broken

	Notes []string `json:"notes,omitempty"`
}

// count counts an end of a life.
func (r *Report) count(e end, reached bool) {
	if r.Ends == nil {
		r.Ends, r.Points, r.Missed = map[string]int{}, map[string]int{}, map[string]int{}
	}
	r.Lives++
	switch {
	case e.how == afterStop:
		r.Stops++
	case e.cut:
		r.PowerCuts++
	default:
		r.Kills++
	}
	if e.point != "" && !reached {
		r.Missed[e.point]++
		e.how = atRandom
	} else if e.point != "" {
		r.Points[e.point]++
	}
	how := e.how
	if e.cut {
		how += ", power cut"
	}
	r.Ends[how]++
}

// bound returns the probability of a loss per crash that is not ruled out with 95% confidence if n crashes lost nothing.
func bound(crashes int) float64 {
	if crashes == 0 {
		return 1
	}
	return 1 - math.Pow(0.05, 1/float64(crashes))
}

func (r *Report) write(to io.Writer, asJSON bool) error {
	r.Bound = 1
	if r.Judged && len(r.Problems) == 0 {
		r.Bound = bound(r.Kills + r.PowerCuts)
	}
	if asJSON {
		encoder := json.NewEncoder(to)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	r.text(table)
	return table.Flush()
}

func (r *Report) text(to io.Writer) {
	fmt.Fprintf(to, "\nlives\t%d\t%d killed, %d power cuts, %d stopped\n", r.Lives, r.Kills, r.PowerCuts, r.Stops)
	for _, how := range slices.Sorted(maps.Keys(r.Ends)) {
		fmt.Fprintf(to, "\t%d\t%s\n", r.Ends[how], how)
	}
	for _, point := range slices.Sorted(maps.Keys(r.Points)) {
		fmt.Fprintf(to, "\t%d\tat %s\n", r.Points[point], point)
	}
	for _, point := range slices.Sorted(maps.Keys(r.Missed)) {
		fmt.Fprintf(to, "\t%d\tnot reached: %s\n", r.Missed[point], point)
	}
	if r.Judged {
		r.verdict(to)
	} else {
		fmt.Fprintln(to, "NOT JUDGED\t\tthe run ended early")
	}
	for _, note := range r.Notes {
		fmt.Fprintf(to, "note\t\t%s\n", note)
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(to, "BROKEN\t\t%s\n", problem)
	}
}

func (r *Report) verdict(to io.Writer) {
	r.Text(to)
	fmt.Fprintf(to, "takes orders again\t%.2f s\tmost %.2f s (%d times)\n", r.ReadySeconds.P50, r.ReadySeconds.Max, r.ReadySeconds.Count)
	fmt.Fprintf(to, "old orders move\t%.2f s\tmost %.2f s (%d times)\n", r.MovingSeconds.P50, r.MovingSeconds.Max, r.MovingSeconds.Count)
	fmt.Fprintf(to, "took\t%.0f s\tthe last life %.0f s, %d dead letters replayed\n", r.Seconds, r.DrainSeconds, r.Replayed)
	fmt.Fprintf(to, "chance of loss\t< %.2f %%\tfor each crash, with 95 %% confidence\n", 100*r.Bound)
}
