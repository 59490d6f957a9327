package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// shown bounds the findings in a text; the JSON has all.
const shown = 50

// WriteJSON writes the report for programs.
func (r Report) WriteJSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// WriteText writes the report for people.
func (r Report) WriteText(to io.Writer) error {
	w := &strings.Builder{}
	fmt.Fprintf(w, "Audit of %d orders at %s, in %s\n\n", r.Orders, r.At.UTC().Format(time.RFC3339), r.Took.Round(time.Millisecond))
	r.writePromises(w)
	r.writeStandings(w)
	for _, line := range r.Life {
		fmt.Fprintln(w, line)
	}
	writeFindings(w, "Broken", r.Findings)
	writeFindings(w, "Open: an operator is to act; no promise is broken by it", r.Open)
	fmt.Fprintln(w, "\nNotes")
	for _, n := range r.Notes {
		fmt.Fprintln(w, "  "+n)
	}
	result := "\nAll that could be checked is as promised."
	if !r.OK {
		result = "\nPROMISES ARE BROKEN."
	}
	fmt.Fprintln(w, result)
	_, err := io.WriteString(to, w.String())
	return err
}

func (r Report) writePromises(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "checked\tbroken\t  promise\t")
	for _, p := range r.Promises {
		fmt.Fprintf(table, "%d\t%d\t  \t%d %s\n", p.Checked, p.Broken, p.Number, p.Says)
		for _, c := range r.Checks {
			if c.Promise == p.Number && (c.Broken > 0 || c.Unknown > 0) {
				fmt.Fprintf(table, "%d\t%d\t  \t  %s%s\n", c.Checked, c.Broken, c.Name, unproven(c.Unknown))
			}
		}
	}
	_ = table.Flush() // to a text in memory
}

func unproven(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d unproven", n)
}

func (r Report) writeStandings(w io.Writer) {
	parts := make([]string, 0, len(r.Standings))
	for _, s := range sortedKeys(r.Standings) {
		parts = append(parts, fmt.Sprintf("%d %s", r.Standings[s], s))
	}
	fmt.Fprintln(w, "\nOrders:", strings.Join(parts, ", "))
	for _, b := range r.Balances {
		if !b.Test {
			fmt.Fprintf(w, "  %-20s %15d %s\n", b.Account, b.Amount, b.Currency)
		}
	}
}

func writeFindings(w io.Writer, title string, findings []Finding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for i, f := range findings {
		if i == shown {
			fmt.Fprintf(w, "  … and %d more; --json has them\n", len(findings)-shown)
			return
		}
		fmt.Fprintf(w, "  %s  %s\n    expected: %s\n    is:       %s\n", f.of(), f.Check, f.Expected, f.Is)
	}
}

func (f Finding) of() string {
	if f.OrderID == 0 {
		return "all orders"
	}
	return fmt.Sprintf("order %d", f.OrderID)
}

// tell returns the history of an order.
func (k *look) tell(l *life) []string {
	standing, why := k.stand(l)
	lines := []string{fmt.Sprintf("\nOrder %d is %s since %s (%s) %s", l.id, l.status, moment(l.statusAt), standing, why)}
	for _, e := range l.events {
		lines = append(lines, fmt.Sprintf("  %s  %s  %s", moment(e.time), e.id, e.kind))
		for _, r := range e.receipts {
			lines = append(lines, strings.TrimRight(fmt.Sprintf("      %s %s  %s", r.subscriber, r.state, r.lastError), " "))
		}
	}
	for _, e := range l.entries {
		lines = append(lines, "  ledger  "+e.String())
	}
	for _, p := range k.a.places {
		for id, r := range p.records {
			for ; r != nil && id.orderID == l.id; r = r.more {
				lines = append(lines, fmt.Sprintf("  %s  %s %s", p.name, list{r}, r.content))
			}
		}
	}
	return lines
}
