package terminal

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// history is an order with its history (surfaces/console, History).
type history struct {
	OrderID                                                    int64
	Ref                                                        string
	Status, Name, Email, Market, CustomerType, Total, Currency any
	StatusAt, CreatedAt                                        time.Time
	TestID                                                     int64
	Terms                                                      []struct{ Name, Text string } `json:"agreed"`
	Moments                                                    []moment
}

type moment struct {
	ID, Cause, Kind, Title, Text, State, Error, Trace string
	At                                                time.Time
	Attempts                                          int
	After                                             struct{ Status string }
}

// Order prints an order's history.
func Order(ctx context.Context, get Get, id int64, out io.Writer) error {
	var s history
	if err := get(ctx, fmt.Sprintf("/console/api/orders/%d", id), &s); err != nil {
		return err
	}
	fmt.Fprintf(out, "Order %d is %s since %s.\n", s.OrderID, s.Status, s.StatusAt.Local().Format(time.DateTime))
	fmt.Fprintf(out, "%s <%s>, %s %s, made %s%s\n", plain(fmt.Sprint(s.Name)), plain(fmt.Sprint(s.Email)), s.Market, s.CustomerType,
		s.CreatedAt.Local().Format(time.DateTime), map[bool]string{true: fmt.Sprintf(", test %d", s.TestID)}[s.TestID != 0])
	fmt.Fprintf(out, "reference %s\n", plain(s.Ref))
	for _, fact := range s.Terms {
		fmt.Fprintf(out, "%s: %s\n", plain(fact.Name), plain(fact.Text))
	}
	fmt.Fprintln(out)
	titles := map[string]string{}
	for _, m := range s.Moments {
		titles[m.ID] = m.Title
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	status := ""
	for _, m := range s.Moments {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.At.Local().Format("15:04:05.000"), fresh(&status, m.After.Status), indent(m)+plain(m.Title), standing(m), because(m, titles))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return troubles(s, out)
}

// fresh returns the status if it has changed.
func fresh(last *string, status string) string {
	if *last == status {
		return ""
	}
	*last = status
	return status
}

func indent(m moment) string {
	if m.Kind == "receipt" || m.Kind == "money" {
		return "  "
	}
	return ""
}

func standing(m moment) string {
	if m.Attempts == 0 {
		return m.State
	}
	return fmt.Sprintf("%s, failed %d×", m.State, m.Attempts)
}

func because(m moment, titles map[string]string) string {
	text := plain(m.Text)
	if m.Cause != "" {
		text += " ← " + plain(titles[m.Cause])
	}
	return text
}

// troubles prints what is not done, and why.
func troubles(s history, out io.Writer) error {
	for _, m := range s.Moments {
		open := m.State == "parked" || m.State == "pending" && m.Attempts > 0
		if !open {
			continue
		}
		what := "fails, and is tried again"
		if m.State == "parked" {
			what = "gave up"
		}
		eventID, _, _ := strings.Cut(m.ID, ".")
		fmt.Fprintf(out, "\n%s %s: %s\n", m.Title, what, plain(m.Error))
		if m.State == "parked" {
			fmt.Fprintf(out, "  Mend the cause, then: webshop deadletters replay %s %s\n", eventID, m.Title)
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}
