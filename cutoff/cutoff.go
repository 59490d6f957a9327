// Package cutoff says until when a booked delivery can be changed, or called off with its order: the order and the delivery
// service ask it, each in the transaction of the change.
package cutoff

import (
	"time"

	"acme.example/webshop/platform/fault"
)

// Before is how long before its start a booked delivery can still be changed. A nil one stands for never.
type Before time.Duration

// Until is the last moment for a change of a delivery; the zero time for none.
func (c *Before) Until(start time.Time) time.Time {
	if c == nil || start.IsZero() {
		return time.Time{}
	}
	return start.Add(-time.Duration(*c))
}

// Check returns fault.TooLate when a delivery can no longer be changed.
func (c *Before) Check(start, now time.Time) error {
	switch until := c.Until(start); {
	case until.IsZero():
		return fault.New(fault.TooLate, "the delivery is booked, and cannot be changed any more")
	case now.After(until):
		return fault.New(fault.TooLate, "the delivery could be changed, or called off, until %s", until.UTC().Format(time.RFC3339))
	}
	return nil
}
