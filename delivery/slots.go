package delivery

import (
	"slices"
	"time"

	"acme.example/webshop/address"
	"acme.example/webshop/cutoff"
)

// Calendar says when a market delivers. The rules are checked when they are read.
type Calendar struct {
	Zone     *time.Location
	FirstDay int             // days from today to the first day offered
	Days     int             // how many days are offered
	Weekdays []time.Weekday  // on which days
	Starts   []time.Duration // when the slots of a day begin, as time of day on the market's clock
	// Lengths are how long the windows are that begin at Starts, in their order; 0, or nothing: it has no end.
	Lengths  []time.Duration
	Closed   []string       // days without deliveries, e.g. 2026-12-25
	Closing  *time.Duration // from this time of day, the first day is not offered; nil: all day it is
	Capacity int            // bookings per slot
	// Zones are the bookings per slot of the zones that are counted by themselves; the others share the market's.
	Zones  map[string]int
	Counts string         // the zone whose bookings are counted; "": the market's
	CutOff *cutoff.Before // until when a booking can be changed; nil: not at all
}

// In is the calendar as an address in a zone has it.
func (c Calendar) In(zone string) Calendar {
	c.Capacity, c.Counts = address.Places{Market: c.Capacity, Zones: c.Zones}.In(zone)
	return c
}

// After is the calendar for what is there so many days from today.
func (c Calendar) After(days int) Calendar {
	c.FirstDay = max(c.FirstDay, days)
	return c
}

// Slots lists the starts of all slots that the calendar offers at a time, in order. A start that the market's clock skips
// when summer time begins is left out.
func (c Calendar) Slots(now time.Time) []time.Time {
	var slots []time.Time
	first := c.FirstDay
	if c.Closing != nil && timeOfDay(now.In(c.Zone)) >= *c.Closing {
		first++
	}
	year, month, day := now.In(c.Zone).Date()
	for ahead := first; ahead < c.FirstDay+c.Days; ahead++ {
		midnight := time.Date(year, month, day+ahead, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(c.Weekdays, midnight.Weekday()) || slices.Contains(c.Closed, midnight.Format(time.DateOnly)) {
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

// Slot returns the slot that begins at a time, with its end on the market's clock.
func (c Calendar) Slot(start time.Time) Slot {
	s, local := Slot{Start: start, Zone: c.Counts}, start.In(c.Zone)
	i := slices.Index(c.Starts, timeOfDay(local))
	if i < 0 || i >= len(c.Lengths) || c.Lengths[i] == 0 {
		return s
	}
	end := c.Starts[i] + c.Lengths[i]
	s.End = time.Date(local.Year(), local.Month(), local.Day(), int(end.Hours()), int(end.Minutes())%60, 0, 0, c.Zone).UTC()
	return s
}

// timeOfDay is what the clock shows.
func timeOfDay(local time.Time) time.Duration {
	return time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
}

// at returns the moment of a time of day on the market's clock.
func (c Calendar) at(day time.Time, start time.Duration) (time.Time, bool) {
	hour, minute := int(start.Hours()), int(start.Minutes())%60
	slot := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.Zone)
	return slot, slot.Hour() == hour && slot.Minute() == minute
}
