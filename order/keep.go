package order

import (
	"fmt"
	"time"
)

// Keep is for how long an order's personal data is kept after the order has ended: years or days. The zero value is for ever.
type Keep struct{ Years, Days int }

// Ever reports whether personal data is kept for ever.
func (k Keep) Ever() bool { return k == Keep{} }

// Before is the time before which an order must have ended for its personal data not to be kept now.
func (k Keep) Before(now time.Time) time.Time { return now.AddDate(-k.Years, 0, -k.Days) }

// String is how the rules write it.
func (k Keep) String() string {
	switch {
	case k.Ever():
		return "for ever"
	case k.Years > 0:
		return fmt.Sprintf("%dy", k.Years)
	}
	return fmt.Sprintf("%dd", k.Days)
}

// EndedAt is when an order that has ended was over: when it got its last status, or when its delivery was to be, if that is later.
func (o Order) EndedAt() time.Time {
	if o.Status != Cancelled && o.DeliveryTime.After(o.StatusAt) {
		return o.DeliveryTime
	}
	return o.StatusAt
}

// Outlived reports whether an order has ended so long ago that its personal data is no longer kept, and still is there.
func (o Order) Outlived(k Keep, now time.Time) bool {
	return !k.Ever() && !o.Erased() && o.EndedAt().Before(k.Before(now)) && o.Erasable(now, false) == nil
}
