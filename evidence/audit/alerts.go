package audit

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// alerts are those that the shop has open.
type alerts struct {
	orders map[int64]bool
	more   bool // one of them touches more orders than it names
}

func (a *alerts) names(id int64) bool { return a.orders[id] || a.more }

// alert is one as the shop tells it.
type alert struct {
	Ended      *time.Time
	Orders     []json.RawMessage // numbers, or objects with one
	OrderCount int
}

// readAlerts reads the open alerts; nil when the listener was not named, or has none to tell.
func (a *auditor) readAlerts(ctx context.Context) (*alerts, error) {
	if a.PrivateURL == "" {
		return nil, nil
	}
	var got struct{ Alerts, Open []alert }
	there, err := a.web.get(ctx, strings.TrimSuffix(a.PrivateURL, "/")+"/alerts", &got)
	if err != nil || !there {
		return nil, err
	}
	open := &alerts{orders: map[int64]bool{}}
	for _, one := range append(got.Alerts, got.Open...) {
		if one.Ended == nil {
			open.add(one)
		}
	}
	return open, nil
}

func (a *alerts) add(one alert) {
	a.more = a.more || one.OrderCount > len(one.Orders)
	for _, text := range one.Orders {
		var id int64
		var object struct{ OrderID int64 }
		if json.Unmarshal(text, &id) != nil && json.Unmarshal(text, &object) == nil {
			id = object.OrderID
		}
		a.orders[id] = true
	}
}
