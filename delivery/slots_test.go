package delivery

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var everyDay = []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func clock(hour, minute int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// at returns a time on a zone's clock.
func at(t *testing.T, z *time.Location, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// told formats slots as times on a zone's clock, with its abbreviation.
func told(z *time.Location, slots []time.Time) (all []string) {
	for _, s := range slots {
		all = append(all, s.In(z).Format("Mon 01-02 15:04 MST"))
	}
	return all
}

func TestSlots(t *testing.T) {
	newYork := zone(t, "America/New_York")
	starts := []time.Duration{clock(9, 0), clock(18, 30)}
	weekdays := []time.Weekday{time.Monday, time.Wednesday, time.Saturday}
	for name, c := range map[string]struct {
		calendar Calendar
		now      string
		want     []string
	}{
		"from tomorrow": {Calendar{Zone: newYork, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: starts, Capacity: 1}, "2026-11-22 12:00", []string{
			"Mon 11-23 09:00 EST", "Mon 11-23 18:30 EST", "Tue 11-24 09:00 EST", "Tue 11-24 18:30 EST"}},
		"from today, in the morning":    {Calendar{Zone: newYork, FirstDay: 0, Days: 1, Weekdays: everyDay, Starts: starts, Capacity: 1}, "2026-11-22 08:59", []string{"Sun 11-22 09:00 EST", "Sun 11-22 18:30 EST"}},
		"from today, at noon":           {Calendar{Zone: newYork, FirstDay: 0, Days: 1, Weekdays: everyDay, Starts: starts, Capacity: 1}, "2026-11-22 12:00", []string{"Sun 11-22 18:30 EST"}},
		"from today, as a slot starts":  {Calendar{Zone: newYork, FirstDay: 0, Days: 1, Weekdays: everyDay, Starts: starts, Capacity: 1}, "2026-11-22 18:30", nil},
		"on some weekdays":              {Calendar{Zone: newYork, FirstDay: 1, Days: 7, Weekdays: weekdays, Starts: starts[:1], Capacity: 1}, "2026-11-22 12:00", []string{"Mon 11-23 09:00 EST", "Wed 11-25 09:00 EST", "Sat 11-28 09:00 EST"}},
		"on none of the weekdays":       {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: []time.Weekday{time.Friday}, Starts: starts, Capacity: 1}, "2026-11-22 12:00", nil},
		"late in the evening":           {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2026-11-22 23:59", []string{"Mon 11-23 09:00 EST"}},
		"after midnight":                {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2026-11-23 00:00", []string{"Tue 11-24 09:00 EST"}},
		"over the end of the year":      {Calendar{Zone: newYork, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2026-12-30 12:00", []string{"Thu 12-31 09:00 EST", "Fri 01-01 09:00 EST"}},
		"over a leap day":               {Calendar{Zone: newYork, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2028-02-28 12:00", []string{"Tue 02-29 09:00 EST", "Wed 03-01 09:00 EST"}},
		"over the begin of summer time": {Calendar{Zone: newYork, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2026-03-06 12:00", []string{"Sat 03-07 09:00 EST", "Sun 03-08 09:00 EDT"}},
		"over the end of summer time":   {Calendar{Zone: newYork, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: starts[:1], Capacity: 1}, "2026-10-30 12:00", []string{"Sat 10-31 09:00 EDT", "Sun 11-01 09:00 EST"}},
		"the hour that is skipped": {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: []time.Duration{clock(1, 30), clock(2, 0), clock(2, 30), clock(3, 0)}, Capacity: 1}, "2026-03-07 12:00",
			[]string{"Sun 03-08 01:30 EST", "Sun 03-08 03:00 EDT"}},
		"the hour that comes twice": {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: []time.Duration{clock(0, 30), clock(1, 30), clock(2, 30)}, Capacity: 1}, "2026-10-31 12:00",
			[]string{"Sun 11-01 00:30 EDT", "Sun 11-01 01:30 EDT", "Sun 11-01 02:30 EST"}},
		"midnight": {Calendar{Zone: newYork, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: []time.Duration{0, clock(23, 59)}, Capacity: 1}, "2026-11-22 12:00", []string{"Mon 11-23 00:00 EST", "Mon 11-23 23:59 EST"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.calendar.Slots(at(t, newYork, c.now))
			if diff := cmp.Diff(c.want, told(newYork, got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTodayIsThatOfTheMarket: at one moment it is Sunday in Mexico and already Monday in UTC.
func TestTodayIsThatOfTheMarket(t *testing.T) {
	mexico := zone(t, "America/Mexico_City")
	c := Calendar{Zone: mexico, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: []time.Duration{clock(10, 0)}, Capacity: 1}
	got := c.Slots(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)) // Sunday, 21:00
	if diff := cmp.Diff([]string{"Mon 11-23 10:00 CST"}, told(mexico, got)); diff != "" {
		t.Error(diff)
	}
	if len(got) != 1 || got[0].Location() != time.UTC {
		t.Errorf("slots %v; want UTC, as times are map keys", got)
	}
}

// TestHalfAnHourCanBeSkippedToo: on Lord Howe Island summer time is half an hour, and 02:15 is skipped.
func TestHalfAnHourCanBeSkippedToo(t *testing.T) {
	island := zone(t, "Australia/Lord_Howe")
	c := Calendar{Zone: island, FirstDay: 1, Days: 1, Weekdays: everyDay, Starts: []time.Duration{clock(1, 45), clock(2, 15), clock(2, 45)}, Capacity: 1}
	got := c.Slots(at(t, island, "2026-10-03 12:00"))
	if diff := cmp.Diff([]string{"Sun 10-04 01:45 +1030", "Sun 10-04 02:45 +11"}, told(island, got)); diff != "" {
		t.Error(diff)
	}
}

// drawn returns a calendar and a moment, mostly near a change of the clocks.
func drawn(t *rapid.T) (Calendar, time.Time) {
	z := zone(t, rapid.SampledFrom([]string{"America/New_York", "America/Mexico_City", "Europe/London", "UTC"}).Draw(t, "zone"))
	quarters := rapid.SliceOfNDistinct(rapid.IntRange(0, 95), 1, 8, rapid.ID).Draw(t, "quarters")
	slices.Sort(quarters)
	c := Calendar{
		Zone: z, FirstDay: rapid.IntRange(0, 3).Draw(t, "firstDay"), Days: rapid.IntRange(1, 7).Draw(t, "days"), Capacity: 1,
		Weekdays: rapid.SliceOfNDistinct(rapid.SampledFrom(everyDay), 1, 7, rapid.ID).Draw(t, "weekdays"),
	}
	for _, q := range quarters {
		c.Starts = append(c.Starts, clock(q/4, q%4*15))
	}
	around := rapid.SampledFrom([]string{"2026-03-06", "2026-03-28", "2026-10-24", "2026-10-31", "2026-12-29", "2028-02-27"}).Draw(t, "around")
	day, err := time.Parse(time.DateOnly, around)
	if err != nil {
		t.Fatal(err)
	}
	return c, day.Add(time.Duration(rapid.Int64Range(0, 3*86_400).Draw(t, "seconds")) * time.Second)
}

// walked finds the slots by stepping through time in quarters of an hour and reading the market's clock. A time that
// comes twice counts once.
func walked(c Calendar, now time.Time) map[string]bool {
	today := midnight(now.In(c.Zone))
	found := map[string]bool{}
	for at := now.Truncate(15 * time.Minute).Add(15 * time.Minute); at.Sub(now) < time.Duration(c.FirstDay+c.Days+1)*24*time.Hour; at = at.Add(15 * time.Minute) {
		local := at.In(c.Zone)
		ahead := int(midnight(local).Sub(today).Hours() / 24)
		start := clock(local.Hour(), local.Minute())
		if ahead >= c.FirstDay && ahead < c.FirstDay+c.Days && slices.Contains(c.Weekdays, local.Weekday()) && slices.Contains(c.Starts, start) {
			found[onTheClock(local)] = true
		}
	}
	return found
}

// midnight returns the day of a local time, as a time without summer time.
func midnight(local time.Time) time.Time {
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
}

func onTheClock(local time.Time) string { return local.Format("2006-01-02 15:04") }

// TestSlotsAreThoseOfTheClock: in the future, in order, each once, on the days and at the hours of the calendar, and
// complete.
func TestSlotsAreThoseOfTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, now := drawn(t)
		want, got := walked(c, now), map[string]bool{}
		slots := c.Slots(now)
		for i, s := range slots {
			if !s.After(now) {
				t.Fatalf("%s is not after %s", s, now)
			}
			if i > 0 && !s.After(slots[i-1]) {
				t.Fatalf("%s comes after %s", s, slots[i-1])
			}
			got[onTheClock(s.In(c.Zone))] = true
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != len(slots) {
			t.Fatalf("%d slots at %s: %s", len(slots), now, diff)
		}
	})
}

// TestSlotsStayTheSame: a slot that is offered today and tomorrow is the same moment, otherwise bookings would be lost.
func TestSlotsStayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, now := drawn(t)
		offered := map[string]time.Time{}
		for hours := range 72 {
			for _, s := range c.Slots(now.Add(time.Duration(hours) * time.Hour)) {
				name := onTheClock(s.In(c.Zone))
				if before, known := offered[name]; known && !before.Equal(s) {
					t.Fatalf("%s was %s and is %s", name, before, s)
				}
				offered[name] = s
			}
		}
	})
}

func TestMillis(t *testing.T) {
	for want, at := range map[string]time.Time{"": {}, "1200": time.UnixMilli(1200), "16000000001": time.UnixMilli(16000000001)} {
		if got := Millis(at); got != want {
			t.Errorf("%s is %q, want %q", at, got, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "x", "1.5", " 1", "1 ", "0x1", "12345678901234567"} {
		if at, err := parseMillis(text); err == nil {
			t.Errorf("%q is %s, want an error", text, at)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(1, 9_999_999_999_999_999).Draw(t, "ms")
		if at, err := parseMillis(fmt.Sprint(ms)); err != nil || Millis(at) != fmt.Sprint(ms) {
			t.Fatalf("%d is %s, %v", ms, at, err)
		}
	})
}
