package delivery

import (
	"slices"
	"testing"
	"time"

	"acme.example/webshop/address"
)

// TestWindowsEndOnTheMarketsClock, also on the day on which summer time begins.
func TestWindowsEndOnTheMarketsClock(t *testing.T) {
	newYork := zone(t, "America/New_York")
	c := Calendar{Zone: newYork, Starts: []time.Duration{clock(1, 0), clock(8, 0), clock(18, 0)}, Lengths: []time.Duration{4 * time.Hour, 4 * time.Hour, 0}}
	for start, want := range map[string]string{"2026-11-24 08:00": "2026-11-24 12:00", "2026-03-08 01:00": "2026-03-08 05:00"} {
		if got := c.Slot(at(t, newYork, start)); !got.End.Equal(at(t, newYork, want)) || !got.Start.Equal(at(t, newYork, start)) {
			t.Errorf("%s ends at %s, want %s", start, got.End.In(newYork), want)
		}
	}
	if got := c.Slot(at(t, newYork, "2026-11-24 18:00")); !got.End.IsZero() {
		t.Errorf("a window without an end ends at %s", got.End)
	}
}

// TestClosedDaysAndClosingTimes are left out of what is offered.
func TestClosedDaysAndClosingTimes(t *testing.T) {
	newYork := zone(t, "America/New_York")
	c := Calendar{
		Zone: newYork, FirstDay: 1, Days: 3, Weekdays: everyDay, Starts: []time.Duration{clock(9, 0)}, Closed: []string{"2026-12-25"}, Closing: new(clock(16, 0)),
	}
	for now, want := range map[string][]string{
		"2026-12-23 15:59": {"Thu 12-24 09:00 EST", "Sat 12-26 09:00 EST"}, "2026-12-23 16:00": {"Sat 12-26 09:00 EST"},
	} {
		if got := told(newYork, c.Slots(at(t, newYork, now))); !slices.Equal(got, want) {
			t.Errorf("at %s: %v, want %v", now, got, want)
		}
	}
}

// TestAZoneIsCountedByItself if the rules give it room of its own; other addresses share the market's.
func TestAZoneIsCountedByItself(t *testing.T) {
	b := &book{order: Booking{OrderID: 1, Market: "US"}}
	s := shopOn(b)
	r := s.Rules.(*Rules)
	c := r.Calendars["US"]
	c.Zones = map[string]int{"north": 1}
	r.Calendars["US"], r.Zones = c, map[string]address.Zones{"US": {{Name: "north", PostalCodes: []string{"1"}}, {Name: "south", PostalCodes: []string{"2"}}}}
	for code, want := range map[string]struct {
		pool string
		room int
	}{"10001": {"US/north", 1}, "20001": {"US", 2}, "": {"US", 2}} {
		b.order.Time, b.order.Address.PostalCode, b.asked = time.Time{}, code, ""
		if _, err := s.BookDelivery(t.Context(), 1, Millis(day(2, 9))); err != nil || Pool("US", b.to.Zone) != want.pool || b.room.Slot != want.room {
			t.Errorf("%q is booked in %+v with room for %d, %v", code, b.to, b.room.Slot, err)
		}
		if _, err := s.timesFor(t.Context(), b.order, ""); err != nil || b.asked != want.pool {
			t.Errorf("%q asks for the slots of %s, %v", code, b.asked, err)
		}
	}
}

// TestALeadTimeIsKept in what is told before an order; the times of an order are those at which it can be booked.
func TestALeadTimeIsKept(t *testing.T) {
	s := shopOn(&book{})
	s.Rules.(*Rules).LeadDays = map[string]int{"OAK": 2, "OLD": 1}
	for _, c := range []struct {
		order    int64
		products string
		want     time.Time
	}{{0, "", day(2, 9)}, {0, "OLD,MOSS", day(2, 9)}, {0, "OLD, OAK,OAK", day(3, 9)}, {1, "OAK", day(2, 9)}} {
		out, err := s.timesFor(t.Context(), Booking{OrderID: c.order, Market: "US"}, c.products)
		if err != nil || len(out.Body.Windows) == 0 || out.Body.Windows[0].From != Millis(c.want) {
			t.Errorf("%q of order %d: %+v, %v; want %s", c.products, c.order, out, err, Millis(c.want))
		}
	}
}
