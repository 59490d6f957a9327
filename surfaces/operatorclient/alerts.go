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

// OpenAlerts is the error that so many alerts are open.
type OpenAlerts int

// Error says how many.
func (n OpenAlerts) Error() string {
	if n == 1 {
		return "1 alert is open"
	}
	return fmt.Sprintf("%d alerts are open", int(n))
}

// ExitCode tells open alerts from a command that failed.
func (n OpenAlerts) ExitCode() int { return 2 }

// blindAfter is after how long without a look the list of alerts is not to be trusted.
const blindAfter = 10 * time.Second

// Alerts prints what is wrong with the shop, or all that the shop tells of alerts as JSON. Alerts that are open are the
// error OpenAlerts.
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
		return fmt.Errorf("the shop has not looked for alerts since %s", got.Looked.Format(time.DateTime))
	case n > 0:
		return OpenAlerts(n)
	}
	return nil
}

// errNotKnown is that a shop was asked too early.
var errNotKnown = errors.New("not known yet: the shop has just begun to look; ask again in some seconds")

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

// followLines lists what is wrong because of an alert.
func followLines(a ops.Alert) (text string) {
	for _, f := range a.Follows {
		text += "  Because of it: " + f.What + "\n"
	}
	return text
}

// orderLines lists the orders that an alert touches.
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
