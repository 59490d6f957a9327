package books

import "time"

// Day is a day of the calendar, in the form 2026-12-31. Days compare as their texts do.
type Day string

// Period is a month of the books, in the form 2026-12.
type Period string

// LastDay is after all others.
const LastDay Day = "9999-12-31"

// DayOf is the day of a moment in a zone.
func DayOf(at time.Time, zone *time.Location) Day { return Day(at.In(zone).Format(time.DateOnly)) }

// ParseDay reads a day, or reports that it is none.
func ParseDay(text string) (Day, bool) {
	_, err := time.Parse(time.DateOnly, text)
	return Day(text), err == nil
}

// ParsePeriod reads a period, or reports that it is none.
func ParsePeriod(text string) (Period, bool) {
	_, err := time.Parse("2006-01", text)
	return Period(text), err == nil
}

// Period is the month of the day.
func (d Day) Period() Period { return Period(d[:min(len(d), len("2006-01"))]) }

// Year is the year of the day.
func (d Day) Year() string { return string(d[:min(len(d), len("2006"))]) }

// Plus is a number of days later.
func (d Day) Plus(days int) Day {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Day(at.AddDate(0, 0, days).Format(time.DateOnly))
}

// Since is how many days there are from another day to this one.
func (d Day) Since(other Day) int {
	to, toErr := time.Parse(time.DateOnly, string(d))
	from, fromErr := time.Parse(time.DateOnly, string(other))
	if toErr != nil || fromErr != nil {
		return 0
	}
	return int(to.Sub(from).Hours() / 24) // days in UTC have 24 hours
}

// First is the first day of the period.
func (p Period) First() Day { return Day(p + "-01") }

// Last is the last day of the period.
func (p Period) Last() Day { return p.Next().First().Plus(-1) }

// Next is the period after.
func (p Period) Next() Period {
	at, err := time.Parse("2006-01", string(p))
	if err != nil {
		return p
	}
	return Period(at.AddDate(0, 1, 0).Format("2006-01"))
}

// FirstOpen is the first day, from a day on, whose period is not closed.
func FirstOpen(d Day, closed map[Period]bool) Day {
	for closed[d.Period()] {
		d = d.Period().Next().First()
	}
	return d
}
