// Package terminal shows a running shop to an operator without a browser: its traffic (webshop top), and one order's
// history (webshop order). It uses the console's addresses on the private listener, and imports nothing of the shop.
//
// It guarantees: texts of customers and partners cannot control the terminal; their control characters are not printed.
package terminal

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Get reads what the shop has at an address.
type Get func(ctx context.Context, path string, into any) error

// now is the state of the shop (surfaces/console, sample.go).
type now struct {
	At      time.Time
	Trouble string // why the database cannot be read: then its values are nil, unknown
	Sure    bool
	Alerts  []struct {
		Severity, What, Do string
		Since              time.Time
		Orders             []struct{ OrderID int64 }
		OrderCount         int
		Follows            []struct{ What string }
	}
	Orders          map[string]int
	Waiting, Parked *int
	Rates           map[string]float64
	Steps           map[string]step
	Partners        []partner
}

type step struct {
	Rate                     float64
	Waiting, Failing, Parked int
	Oldest                   *time.Time
	Late                     bool
}

type partner struct {
	Partner       string
	Calls, Failed int
	Failing       bool
}

// shape is the pipeline of the shop.
type shape struct {
	Events []struct {
		Type        string
		Subscribers []struct{ Name, Does string }
	}
	Statuses []string
}

// plain returns a text without control characters.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, text)
}

// span formats a duration.
func span(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%ds", max(int(d.Seconds()), 0))
	case d < 90*time.Minute:
		return fmt.Sprintf("%dmin", int(d.Minutes()))
	default:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
}
