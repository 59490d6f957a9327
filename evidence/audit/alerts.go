package audit

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// alerts are the shop's open alerts.
type alerts struct {
	orders map[int64]bool
	more   bool // whether one of them affects more orders than it names
}

func (a *alerts) names(id int64) bool { return a.orders[id] || a.more }

// alert is an alert as the shop returns it.
type alert struct {
	Ended      *time.Time
	Orders     []json.RawMessage // numbers, or objects with one
	OrderCount int
}

// readAlerts reads the open alerts; nil if the listener is not configured, or has none.
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
