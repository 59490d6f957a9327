package delivery

import (
	"slices"
	"time"
)

// Calendar says when a market delivers. The rules are checked when they are read.
type Calendar struct {
	Zone     *time.Location
	FirstDay int             // days from today to the first day offered
	Days     int             // how many days are offered
	Weekdays []time.Weekday  // on which days
	Starts   []time.Duration // when the slots of a day begin, as time of day on the market's clock
	Capacity int             // bookings per slot
}

// Slots lists the starts of all slots that the calendar offers at a time, in order. A start that the market's clock skips
// when summer time begins is left out.
func (c Calendar) Slots(now time.Time) []time.Time {
	var slots []time.Time
	year, month, day := now.In(c.Zone).Date()
	for ahead := c.FirstDay; ahead < c.FirstDay+c.Days; ahead++ {
		midnight := time.Date(year, month, day+ahead, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(c.Weekdays, midnight.Weekday()) {
			continue
		}
		for _, start := range c.Starts {
			if slot, ok := c.at(midnight, start); ok && slot.After(now) {
				slots = append(slots, slot.UTC())
			}
		}
	}
	return slots
}

// at returns the moment of a time of day on the market's clock.
func (c Calendar) at(day time.Time, start time.Duration) (time.Time, bool) {
	hour, minute := int(start.Hours()), int(start.Minutes())%60
	slot := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.Zone)
	return slot, slot.Hour() == hour && slot.Minute() == minute
}
