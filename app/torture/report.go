package torture

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"
)

// Report is what came of a run.
type Report struct {
	Planned   int            `json:"planned"`   // lives
	Lives     int            `json:"lives"`     // that ended
	Kills     int            `json:"kills"`     // by SIGKILL, with those at crash points
	PowerCuts int            `json:"powerCuts"` // of the disk, with the process
	Stops     int            `json:"stops"`     // SIGTERM
	Ends      map[string]int `json:"ends"`      // how lives ended
	Points    map[string]int `json:"points"`    // deaths at each crash point
	Missed    map[string]int `json:"missed"`    // lives in which the crash point was not reached; killed at random then

	Judged       bool  `json:"judged"` // false: the run ended early, and what follows says nothing
	Orders       int   `json:"orders"` // that customers wanted
	Acknowledged int   `json:"acknowledged"`
	Declined     int   `json:"declined"`     // payments
	Unanswered   int64 `json:"unanswered"`   // requests without a clear answer, which were sent again
	ServerErrors int64 `json:"serverErrors"` // answers 500
	Mails        int   `json:"mails"`

	Lost          int `json:"lost"`          // acknowledged, and not there
	Doubled       int `json:"doubled"`       // ordered once, there more than once
	ChargedTwice  int `json:"chargedTwice"`  //
	Unbooked      int `json:"unbooked"`      // money that orders, providers, books and ledger do not agree about
	MailsMissing  int `json:"mailsMissing"`  //
	MailsDoubled  int `json:"mailsDoubled"`  // told twice, under different Message-IDs, or without a reason
	MailsRepeated int `json:"mailsRepeated"` // the same Message-ID again, which receivers take for one; no fault
	Unclear       int `json:"unclear"`       // customers who never got a clear answer
	Unfinished    int `json:"unfinished"`    // orders that did not come to rest
	Wrong         int `json:"wrong"`         // anything else
	Audited       int `json:"audited"`       // questions that the auditor asked
	AuditBroken   int `json:"auditBroken"`   // those with a wrong answer
	Replayed      int `json:"replayed"`      // dead letters that had to be replayed

	ReadySeconds  spread  `json:"readySeconds"`  // from the start after a crash until orders are taken
	MovingSeconds spread  `json:"movingSeconds"` // from the same start until the orders from before the crash move on
	DrainSeconds  float64 `json:"drainSeconds"`  // of the last life
	Seconds       float64 `json:"seconds"`       // of the whole run
	Bound         float64 `json:"lossBound"`     // of the chance that a crash loses an order, with 95% confidence; 1 when anything is broken

	Notes    []string `json:"notes,omitempty"`
	Problems []string `json:"problems,omitempty"`

	all map[int64]*stored
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

// bound is the chance of loss for each crash that is not ruled out with 95% confidence when n crashes lost nothing.
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
	fmt.Fprintf(to, "orders\t%d\t%d acknowledged, %d declined, %d requests sent again, %d answers 500\n",
		r.Orders, r.Acknowledged, r.Declined, r.Unanswered, r.ServerErrors)
	fmt.Fprintf(to, "lost\t%d\tacknowledged, and not there\n", r.Lost)
	fmt.Fprintf(to, "doubled\t%d\tordered once, there more than once\n", r.Doubled)
	fmt.Fprintf(to, "charged twice\t%d\t\n", r.ChargedTwice)
	fmt.Fprintf(to, "unbooked money\t%d\torders, providers, books and ledger do not agree\n", r.Unbooked)
	fmt.Fprintf(to, "mails\t%d\t%d missing, %d doubled; %d came again under their own Message-ID\n", r.Mails, r.MailsMissing, r.MailsDoubled, r.MailsRepeated)
	fmt.Fprintf(to, "else\t%d\t%d without a clear answer, %d not at rest, %d wrong\n", r.Unclear+r.Unfinished+r.Wrong, r.Unclear, r.Unfinished, r.Wrong)
	fmt.Fprintf(to, "audit\t%d\tbroken, of %d questions\n", r.AuditBroken, r.Audited)
	fmt.Fprintf(to, "takes orders again\t%.2f s\tmost %.2f s (%d times)\n", r.ReadySeconds.P50, r.ReadySeconds.Max, r.ReadySeconds.Count)
	fmt.Fprintf(to, "old orders move\t%.2f s\tmost %.2f s (%d times)\n", r.MovingSeconds.P50, r.MovingSeconds.Max, r.MovingSeconds.Count)
	fmt.Fprintf(to, "took\t%.0f s\tthe last life %.0f s, %d dead letters replayed\n", r.Seconds, r.DrainSeconds, r.Replayed)
	fmt.Fprintf(to, "chance of loss\t< %.2f %%\tfor each crash, with 95 %% confidence\n", 100*r.Bound)
}
