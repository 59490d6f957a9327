package audit

import (
	"context"
	"strings"
	"time"
)

// alerts are those that the shop has open.
type alerts struct {
	orders map[int64]bool
	more   bool // one of them touches more orders than it names
}

func (a *alerts) names(id int64) bool { return a.orders[id] || a.more }

// readAlerts reads the open alerts; nil when the listener was not named, or has none to tell.
func (a *auditor) readAlerts(ctx context.Context) (*alerts, error) {
	if a.PrivateURL == "" {
		return nil, nil
	}
	type alert struct {
		Ended  *time.Time
		Orders []struct {
			OrderID int64
		}
		OrderCount int
	}
	var got struct{ Alerts, Open []alert }
	there, err := a.web.get(ctx, strings.TrimSuffix(a.PrivateURL, "/")+"/alerts", &got)
	if err != nil || !there {
		return nil, err
	}
	open := &alerts{orders: map[int64]bool{}}
	for _, one := range append(got.Alerts, got.Open...) {
		if one.Ended != nil {
			continue
		}
		open.more = open.more || one.OrderCount > len(one.Orders)
		for _, o := range one.Orders {
			open.orders[o.OrderID] = true
		}
	}
	return open, nil
}
