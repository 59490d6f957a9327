package event

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// The marks in docs/events.md between which make generate writes Table.
const (
	tableBegins = "<!-- made from event/subscriptions.go by make generate -->\n"
	tableEnds   = "<!-- made -->\n"
)

// Table returns the table of all subscribers in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| subscriber | does | deadline | effect outside the database |\n| --- | --- | --- | --- |\n")
	for _, s := range Subscriptions {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Subscriber, s.Does, spell(s.Deadline), map[bool]string{true: "yes", false: "no"}[s.Outside])
	}
	return b.String()
}

func spell(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

// WithTable returns a page with Table between its marks.
func WithTable(page []byte) ([]byte, error) {
	before, rest, begins := bytes.Cut(page, []byte(tableBegins))
	_, after, ends := bytes.Cut(rest, []byte(tableEnds))
	if !begins || !ends {
		return nil, fmt.Errorf("the page lacks the lines %q and %q around the table of subscribers", tableBegins, tableEnds)
	}
	return fmt.Appendf(nil, "%s%s%s%s%s", before, tableBegins, Table(), tableEnds, after), nil
}
