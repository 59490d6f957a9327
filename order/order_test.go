package order

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/platform/fault"
)

// machine is the state machine of the design, told a second time.
var machine = map[Status][]Status{
	PaymentPending: {Created, PaymentDeclined}, Created: {InReview, Placed, Cancelled}, InReview: {Placed, Cancelled}, Placed: {Stocked, Cancelled}, Stocked: {DeliveryBooked, Cancelled},
	DeliveryBooked: {OutForDelivery, DeliveryFailed, Delivered}, OutForDelivery: {DeliveryFailed, Delivered},
	DeliveryFailed: {DeliveryBooked, OutForDelivery, Delivered, Cancelled}, Delivered: nil, PaymentDeclined: nil, Cancelled: nil,
}

var statuses = sortedKeys(machine)

func TestNext(t *testing.T) {
	for status, want := range machine {
		if got := status.Next(); !slices.Equal(got, want) || !status.Known() {
			t.Errorf("%s goes on to %v, want %v", status, got, want)
		}
	}
	if len(next) != len(machine) || Status("GONE").Known() || Status("").Known() || len(Status("GONE").Next()) != 0 {
		t.Errorf("the states are %v", sortedKeys(next))
	}
	Placed.Next()[0] = "GONE"
	if next[Placed][0] != Stocked {
		t.Error("who asks what is next can change it")
	}
}

// at is an order in a status, with a delivery time where it can have one.
func at(s Status) Order {
	o := Order{ID: 7, Status: s, StatusAt: time.Unix(1, 0), Terms: Terms{Tracked: true}}
	if s == Stocked || s.Reached(DeliveryBooked) {
		o.DeliveryTime = time.Unix(1_000_000, 0)
	}
	if s == InReview {
		o.Reviews = []Review{{Step: "fraud", State: ReviewPassed}}
	}
	return o
}

// TestApplyEveryMove: all pairs of statuses, wished by a person.
func TestApplyEveryMove(t *testing.T) {
	now := time.Unix(2, 0)
	for _, from := range statuses {
		for _, to := range statuses {
			got, changed, err := at(from).Apply(Move{OrderID: 7, To: to}, now)
			legal := slices.Contains(machine[from], to) && (from != Stocked || to != Cancelled) && // its delivery is booked
				(from != DeliveryFailed || to != DeliveryBooked && to != Cancelled) && // another time is booked (Rebooked), or the rules allow it
				to != InReview // it has no review
			switch {
			case from == to && (changed || err != nil || !reflect.DeepEqual(got, at(from))):
				t.Errorf("%s again: %+v, %t, %v", from, got, changed, err)
			case legal && (!changed || err != nil || got.Status != to || !got.StatusAt.Equal(now)):
				t.Errorf("%s to %s: %+v, %t, %v", from, to, got, changed, err)
			case !legal && from != to && (changed || fault.CodeOf(err) != fault.Conflict || !reflect.DeepEqual(got, at(from))):
				t.Errorf("%s to %s, which is illegal: %+v, %t, %v", from, to, got, changed, err)
			}
		}
	}
}

func TestWhoseDeliveryIsBookedCannotCancel(t *testing.T) {
	o := at(Stocked)
	o.DeliveryTime = time.Time{}
	if now := time.Now(); !o.Cancellable(nil, true, now) || at(Stocked).Cancellable(nil, true, now) || at(Cancelled).Cancellable(nil, true, now) || at(PaymentPending).Cancellable(nil, true, now) {
		t.Error("the wrong orders can be cancelled")
	}
	got, changed, err := o.Apply(Move{To: Cancelled, Reason: ByCustomer}, time.Now())
	if err != nil || !changed || got.CancelReason != ByCustomer {
		t.Errorf("%+v, %t, %v", got, changed, err)
	}
	again, changed, err := got.Apply(Move{To: Cancelled, Reason: ByOperator}, time.Now())
	if err != nil || changed || again.CancelReason != ByCustomer {
		t.Errorf("the reason changed: %+v, %t, %v", again, changed, err)
	}
}

func TestApplyNeedsADeliveryTime(t *testing.T) {
	o := at(Stocked)
	o.DeliveryTime = time.Time{}
	for _, byEvent := range []bool{true, false} {
		if got, changed, err := o.Apply(Move{To: DeliveryBooked, Event: byEvent}, time.Now()); changed || fault.CodeOf(err) != fault.Conflict || !reflect.DeepEqual(got, o) {
			t.Errorf("by event %t: %+v, %t, %v", byEvent, got, changed, err)
		}
	}
}

func TestApplyKeepsThePaymentReference(t *testing.T) {
	paid, _, err := at(PaymentPending).Apply(Move{To: Created, PaymentReference: "p-1"}, time.Now())
	if err != nil || paid.PaymentReference != "p-1" {
		t.Fatalf("%+v, %v", paid, err)
	}
	placed, _, err := paid.Apply(Move{To: Placed}, time.Now())
	if err != nil || placed.PaymentReference != "p-1" {
		t.Errorf("%+v, %v", placed, err)
	}
}

// moves draws wishes of persons and events in any order.
func moves(t *rapid.T, least, most int) []Move {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Move {
		return Move{OrderID: 7, To: rapid.SampledFrom(statuses).Draw(t, "to"), Event: rapid.Bool().Draw(t, "event")}
	}), least, most).Draw(t, "moves")
}

// TestMovesStayInTheMachine, whatever comes in whatever order: each change is one step of it, and what is final stays.
func TestMovesStayInTheMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := at(rapid.SampledFrom(statuses).Draw(t, "from"))
		o.DeliveryTime = time.Unix(1_000_000, 0)
		for _, m := range moves(t, 0, 20) {
			got, changed, err := o.Apply(m, time.Now())
			switch {
			case changed != (got.Status != o.Status), changed && err != nil:
				t.Fatalf("%s by %+v: %s, changed %t, %v", o.Status, m, got.Status, changed, err)
			case changed && !slices.Contains(machine[o.Status], got.Status):
				t.Fatalf("%s became %s", o.Status, got.Status)
			case changed && len(machine[o.Status]) == 0:
				t.Fatalf("%s is final and became %s", o.Status, got.Status)
			case !changed && err == nil && !m.Event && m.To != o.Status:
				t.Fatalf("the wish of a person for %s was passed over in %s", m.To, o.Status)
			}
			o = got
		}
	})
}

// TestEventsAreIdempotent: the same event again changes nothing and is no error.
func TestEventsAreIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := at(rapid.SampledFrom(statuses).Draw(t, "from"))
		m := Move{To: rapid.SampledFrom(statuses).Draw(t, "to"), Event: true}
		once, _, err := o.Apply(m, time.Unix(5, 0))
		twice, changed, again := once.Apply(m, time.Unix(6, 0))
		if err == nil && (changed || again != nil || !reflect.DeepEqual(twice, once)) {
			t.Fatalf("%s by %s: %+v, then %+v, %t, %v", o.Status, m.To, once, twice, changed, again)
		}
	})
}

// TestTheOrderOfEventsDoesNotMatter: each of the life's events comes at any time and any number of times, and comes
// again until it was taken, as the receipts see to. In the end the order is where it should be.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := at(Created)
		o.DeliveryTime = time.Unix(1_000_000, 0)
		pending := []Status{Placed, Stocked, DeliveryBooked, Placed, Stocked, DeliveryBooked}
		visited := []Status{o.Status}
		for round := 0; len(pending) > 0 && round < 10; round++ {
			var refused []Status
			for _, to := range rapid.Permutation(pending).Draw(t, "arrival") {
				got, changed, err := o.Apply(Move{To: to, Event: true}, time.Now())
				if err != nil {
					refused = append(refused, to)
				}
				if changed {
					visited = append(visited, got.Status)
				}
				o = got
			}
			pending = refused
		}
		if want := []Status{Created, Placed, Stocked, DeliveryBooked}; !slices.Equal(visited, want) || len(pending) > 0 {
			t.Fatalf("the order was %v, want %v; refused to the end: %v", visited, want, pending)
		}
	})
}

// TestALateEventLeavesACancelledOrderAlone: it is no error, or it would become a dead letter.
func TestALateEventLeavesACancelledOrderAlone(t *testing.T) {
	for _, to := range []Status{Placed, Stocked, DeliveryBooked} {
		if got, changed, err := at(Cancelled).Apply(Move{To: to, Event: true}, time.Now()); changed || err != nil || got.Status != Cancelled {
			t.Errorf("%s: %+v, %t, %v", to, got, changed, err)
		}
	}
}

// TestALateEventIsNoError: an order that is past the status stays where it is; what a person wishes is refused.
func TestALateEventIsNoError(t *testing.T) {
	life := []Status{PaymentPending, Created, Placed, Stocked, DeliveryBooked}
	for i, from := range life {
		for _, to := range life[:i] {
			if got, changed, err := at(from).Apply(Move{To: to, Event: true}, time.Now()); changed || err != nil || !reflect.DeepEqual(got, at(from)) {
				t.Errorf("%s by a late event for %s: %+v, %t, %v", from, to, got, changed, err)
			}
		}
	}
}

// TestRefusalsTellTheStatusAndTheAllowedOnes, for a person to see what to do.
func TestRefusalsTellTheStatusAndTheAllowedOnes(t *testing.T) {
	for from, to := range map[Status]Status{Created: Stocked, Placed: PaymentPending, DeliveryBooked: Cancelled, PaymentDeclined: Created} {
		_, _, err := at(from).Apply(Move{To: to}, time.Now())
		if err == nil {
			t.Errorf("%s became %s", from, to)
			continue
		}
		for _, s := range append([]Status{from, to}, machine[from]...) {
			if !strings.Contains(err.Error(), string(s)) {
				t.Errorf("%q does not tell of %s", err, s)
			}
		}
	}
}

// TestArrivedStatesEachEventOnce: the events of an order's statuses are those of the flow.
func TestArrivedStatesEachEventOnce(t *testing.T) {
	want := map[Status]string{Created: "OrderCreated", InReview: "ReviewRequested", Placed: "OrderPlaced", Stocked: "OrderDeliverable",
		OutForDelivery: "DeliveryStarted", DeliveryFailed: "DeliveryFailed", Delivered: "Delivered", Cancelled: "OrderCancelled",
	}
	for _, s := range statuses {
		var got []string
		for _, e := range at(s).Arrived() {
			if got = append(got, string(e.EventType())); e.Order() != 7 {
				t.Errorf("%s: the event is of order %d", s, e.Order())
			}
		}
		if diff := cmp.Diff(strings.Fields(want[s]), got); diff != "" && len(got)+len(want[s]) > 0 {
			t.Errorf("%s: %s", s, diff)
		}
	}
}

// TestTheSchemaSaysTheLengthsOfTheRules: the tags of Draft are the lengths of Accept.
func TestTheSchemaSaysTheLengthsOfTheRules(t *testing.T) {
	tagged := map[string]int{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Draft]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if most, has := f.Tag.Lookup("maxLength"); has {
			n, err := strconv.Atoi(most)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			tagged[name] = n
		}
	}
	want := maps.Clone(maxLengths)
	for _, f := range addressTexts(Address{}) {
		want[f.name] = f.most
	}
	if diff := cmp.Diff(want, tagged); diff != "" {
		t.Error(diff)
	}
}
