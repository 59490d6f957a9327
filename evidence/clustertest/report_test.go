package clustertest

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// table formats the results of all faults.
func table(rows []row) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "fault\tlasted\tall goes on\tNATS whole\tok\t503\tfailed\tlongest wait\tagain\talerts")
	for _, r := range rows {
		since := "after it"
		if r.during {
			since = "meanwhile"
		}
		fmt.Fprintf(w, "%s\t%s\t%s %s\t%s\t%d\t%d\t%d\t%s\t%d\t%s\n", r.name, seconds(r.lasted), seconds(r.normal), since, seconds(r.whole),
			r.ok, r.later, r.failed, seconds(r.stall), r.again, strings.Join(r.alerts, " "))
	}
	_ = w.Flush() // it is written to memory
	return text.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
