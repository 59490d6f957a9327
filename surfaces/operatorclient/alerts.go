package operatorclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/surfaces/ops"
)

// OpenAlerts is the error that there are open alerts, and how many.
type OpenAlerts int

// Error returns their number in words.
func (n OpenAlerts) Error() string {
	if n == 1 {
		return "1 alert is open"
	}
	return fmt.Sprintf("%d alerts are open", int(n))
}

// ExitCode distinguishes open alerts from a failed command.
func (n OpenAlerts) ExitCode() int { return 2 }

// blindAfter is the age at which the list of alerts is no longer trusted.
const blindAfter = 10 * time.Second

// Alerts prints the open alerts, or the whole list as JSON. If there are open alerts, the error is OpenAlerts.
func (c Client) Alerts(ctx context.Context, asJSON bool) error {
	var got ops.AlertList
	if err := c.call(ctx, http.MethodGet, "/alerts", nil, &got); err != nil {
		return err
	}
	show := c.printAlerts
	if asJSON {
		show = c.printJSON
	}
	if err := show(got); err != nil {
		return err
	}
	switch n, still := len(got.Open), time.Since(got.Looked); {
	case got.Looked.IsZero() || still <= blindAfter && n == 0 && !got.Sure:
		return errNotKnown
	case still > blindAfter:
		return fmt.Errorf("the shop has not evaluated its alerts since %s", got.Looked.Format(time.DateTime))
	case n > 0:
		return OpenAlerts(n)
	}
	return nil
}

// errNotKnown means that the shop has just started.
var errNotKnown = errors.New("not known yet: the shop has just started; ask again in some seconds")

func (c Client) printJSON(list ops.AlertList) error {
	encoder := json.NewEncoder(c.Out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(list)
}

func (c Client) printAlerts(list ops.AlertList) error {
	if len(list.Open) == 0 && list.Sure && time.Since(list.Looked) <= blindAfter {
		_, err := fmt.Fprintln(c.Out, "Nothing is wrong.")
		return err
	}
	for _, a := range list.Open {
		if _, err := fmt.Fprintf(c.Out, "%s  %s, since %s\n  %s\n  Do: %s\n%s%s\n", strings.ToUpper(string(a.Severity)), a.Rule,
			a.Since.Local().Format(time.DateTime), a.What, a.Do, orderLines(a), followLines(a)); err != nil {
			return err
		}
	}
	return nil
}

// followLines lists an alert's consequences.
func followLines(a ops.Alert) (text string) {
	for _, f := range a.Follows {
		text += "  Because of it: " + f.What + "\n"
	}
	return text
}

// orderLines lists an alert's orders.
func orderLines(a ops.Alert) string {
	var numbers []string
	for _, o := range a.Orders {
		numbers = append(numbers, strconv.FormatInt(o.OrderID, 10))
	}
	if len(numbers) == 0 {
		return ""
	}
	text := "  Orders: " + strings.Join(numbers, ", ")
	if hidden := a.OrderCount - len(numbers); hidden > 0 {
		text += fmt.Sprintf(" and %d more", hidden)
	}
	return text + "\n  The first: " + a.Orders[0].Link + "\n"
}
