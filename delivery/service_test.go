package delivery

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// book is a store with one order that counts its calls.
type book struct {
	Store
	order  Booking
	booked map[time.Time]int
	books  int
	asked  string // whose slots were counted
	to     Slot   // what was booked, and within which limits
	room   Room
}

func (b *book) Booking(context.Context, int64) (Booking, error) { return b.order, nil }
func (b *book) Booked(_ context.Context, pool string, _ time.Time) (map[time.Time]int, error) {
	b.asked = pool
	return b.booked, nil
}
func (b *book) Book(_ context.Context, _ int64, to Slot, room Room) (Booking, error) {
	b.to, b.room = to, room
	if !b.order.Time.IsZero() && !b.order.Time.Equal(to.Start) {
		return b.order, fault.New(fault.AlreadyBooked, "has another time")
	}
	b.books++
	b.order.Time = to.Start
	return b.order, nil
}

// shopOn returns a delivery service that offers 09:00 and 12:00 UTC on each of the two days after the first of the month.
func shopOn(b *book) *Service {
	return &Service{
		Store: b, Now: func() time.Time { return day(1, 10) },
		Rules: &Rules{Calendars: map[string]Calendar{"US": {Zone: time.UTC, FirstDay: 1, Days: 2, Weekdays: everyDay, Starts: []time.Duration{clock(9, 0), clock(12, 0)}, Capacity: 2}}},
	}
}

func day(d, hour int) time.Time { return time.Date(2026, 12, d, hour, 0, 0, 0, time.UTC) }

func TestFullSlotsAreNotOffered(t *testing.T) {
	b := &book{booked: map[time.Time]int{day(2, 9): 2, day(2, 12): 1, day(3, 9): 3}}
	got, err := shopOn(b).DeliveryTimes(t.Context(), "US")
	if err != nil || len(got) != 2 || !got[0].Equal(day(2, 12)) || !got[1].Equal(day(3, 12)) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := shopOn(b).DeliveryTimes(t.Context(), "BR"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("another market: %v", err)
	}
}

func TestOnlyWhatIsOfferedCanBeBooked(t *testing.T) {
	for name, c := range map[string]struct {
		at   string
		code fault.Code
	}{
		"a slot": {Millis(day(2, 9)), ""}, "the last slot": {Millis(day(3, 12)), ""}, "today": {Millis(day(1, 12)), fault.Invalid},
		"too far": {Millis(day(4, 9)), fault.Invalid}, "no slot": {Millis(day(2, 10)), fault.Invalid}, "a moment off": {Millis(day(2, 9).Add(time.Millisecond)), fault.Invalid},
		"no time": {"soon", fault.Invalid}, "nothing": {"", fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			b := &book{order: Booking{OrderID: 1, Market: "US"}}
			_, err := shopOn(b).BookDelivery(t.Context(), 1, c.at)
			if fault.CodeOf(err) != c.code || (err == nil) != (b.books == 1) {
				t.Errorf("%v, booked %d times", err, b.books)
			}
		})
	}
}

// TestTheSameTimeAgainIsTheSameBooking, also if the slot is no longer offered; the store refuses another time.
func TestTheSameTimeAgainIsTheSameBooking(t *testing.T) {
	b := &book{order: Booking{OrderID: 1, Market: "US", Time: day(1, 9)}} // this morning
	got, err := shopOn(b).BookDelivery(t.Context(), 1, Millis(day(1, 9)))
	if err != nil || got != b.order || b.books != 0 {
		t.Errorf("%+v, %v, booked %d times", got, err, b.books)
	}
}

// TestTestOrdersBookByThemselves the first slot; a real order waits for its customer.
func TestTestOrdersBookByThemselves(t *testing.T) {
	b := &book{}
	if err := shopOn(b).OnOrderDeliverable(t.Context(), event.OrderDeliverable{OrderID: 1, Market: "US"}); err != nil || b.books != 0 {
		t.Errorf("a real order: %v, booked %d times", err, b.books)
	}
	if err := shopOn(b).OnOrderDeliverable(t.Context(), event.OrderDeliverable{OrderID: 1, Market: "US", TestID: 5}); err != nil || !b.order.Time.Equal(day(2, 9)) {
		t.Errorf("a test order: %v, booked %s", err, b.order.Time)
	}
	byHand := &book{order: Booking{OrderID: 1, Market: "US", TestID: 5, Time: day(3, 12)}} // found by the simulation as a dead letter
	if err := shopOn(byHand).OnOrderDeliverable(t.Context(), event.OrderDeliverable{OrderID: 1, Market: "US", TestID: 5}); err != nil || !byHand.order.Time.Equal(day(3, 12)) {
		t.Errorf("a test order that was booked by hand: %v, %s", err, byHand.order.Time)
	}
}

// TestReferences: a number and its text are the same; a key is neither.
func TestReferences(t *testing.T) {
	for text, want := range map[string]int64{
		`86757`: 86757, `"86757"`: 86757, `"1.500873.abc"`: 0, `0`: 0, `-1`: 0, `1.5`: 0, `""`: 0, `"x"`: 0, `9223372036854775808`: 0,
	} {
		var r reference
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if n, numeric := r.number(); numeric != (want > 0) || numeric && n != want {
			t.Errorf("%s is %d, %t; want %d", text, n, numeric, want)
		}
	}
}
