package order

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/platform/fault"
)

// sent is an order that is tracked and whose delivery is booked.
func sent() Order { return at(DeliveryBooked) }

func report(to Status, minute int) Move {
	return Move{OrderID: 7, To: to, Event: true, Report: Report{At: time.Unix(1_000_000, 0).Add(time.Duration(minute) * time.Minute)}}
}

var afterAll = time.Unix(2_000_000, 0)

// TestReportsMayComeInAnyOrder, and any number of times: what happened last counts, and DELIVERED before all.
func TestReportsMayComeInAnyOrder(t *testing.T) {
	lives := map[Status][]Move{
		Delivered:      {report(OutForDelivery, 1), report(DeliveryFailed, 2), report(OutForDelivery, 3), report(Delivered, 4)},
		DeliveryFailed: {report(OutForDelivery, 1), report(DeliveryFailed, 2)},
		OutForDelivery: {report(OutForDelivery, 1), report(DeliveryFailed, 2), report(OutForDelivery, 3)},
	}
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.SampledFrom(sortedKeys(lives)).Draw(t, "end")
		o := sent()
		for _, m := range rapid.Permutation(append(lives[end], lives[end]...)).Draw(t, "arrival") {
			got, _, err := o.Apply(m, afterAll)
			if err != nil {
				t.Fatalf("%s by %s: %v", o.Status, m.To, err)
			}
			o = got
		}
		if o.Status != end || o.Final() != (end == Delivered) {
			t.Fatalf("it is %s, want %s", o.Status, end)
		}
	})
}

// TestAReportAboutAnEarlierTryIsNotOneAboutTheNext: the delivery failed, another time was booked, and the first report comes again.
func TestAReportAboutAnEarlierTryIsNotOneAboutTheNext(t *testing.T) {
	o, _, err := sent().Apply(report(DeliveryFailed, 2), afterAll)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Apply(Move{To: DeliveryBooked}, afterAll); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("it is booked without another time: %v", err)
	}
	again := o
	again.DeliveryTime = afterAll.Add(time.Hour)
	again = again.Rebooked(afterAll)
	if again.Status != DeliveryBooked || !again.StatusAt.Equal(afterAll) {
		t.Fatalf("booked again: %+v", again)
	}
	for _, m := range []Move{report(OutForDelivery, 1), report(DeliveryFailed, 2)} {
		if got, changed, err := again.Apply(m, afterAll); changed || err != nil || got.Status != DeliveryBooked {
			t.Errorf("%s: %t, %v, it is %s", m.To, changed, err, got.Status)
		}
	}
	if late, _, err := o.Apply(Move{To: DeliveryBooked, Event: true}, afterAll); err != nil || late.Status != DeliveryFailed {
		t.Errorf("the first booking, heard of once more: %s, %v", late.Status, err)
	}
}

// TestWhatIsNotTrackedEndsBooked: test orders, and those of a market whose carrier does not report.
func TestWhatIsNotTrackedEndsBooked(t *testing.T) {
	test, silent := sent(), sent()
	test.TestID, silent.Terms.Tracked = 5, false
	for _, o := range []Order{test, silent} {
		m := report(Delivered, 1)
		if got, changed, err := o.Apply(m, afterAll); changed || err != nil || !got.Final() || len(got.Next()) != 0 {
			t.Errorf("%+v: %t, %v", got, changed, err)
		}
		m.Event = false
		if _, _, err := o.Apply(m, afterAll); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("an operator's report: %v", err)
		}
	}
}

// TestAReportIsKept with its proof, and its event tells it.
func TestAReportIsKept(t *testing.T) {
	m := report(Delivered, 1)
	m.Report = Report{At: afterAll, Number: "V1", ReceivedBy: "Zoë", LeftAt: "door", Photo: "p", By: "ann"}
	o, changed, err := sent().Apply(m, afterAll)
	if err != nil || !changed || o.Tracking != m.Report || len(o.Arrived()) != 1 {
		t.Errorf("%+v, %t, %v", o.Tracking, changed, err)
	}
}

// TestACarrierWhoseClockIsAhead is heard once, however often it repeats itself, and not at all when it tells the future.
func TestACarrierWhoseClockIsAhead(t *testing.T) {
	m := report(OutForDelivery, 1)
	m.Report.At = afterAll.Add(maxAhead)
	o, changed, err := sent().Apply(m, afterAll)
	if err != nil || !changed {
		t.Fatalf("%t, %v", changed, err)
	}
	for _, later := range []time.Duration{0, time.Second, time.Hour} {
		if _, changed, err := o.Apply(m, afterAll.Add(later)); changed || err != nil {
			t.Errorf("the same, %s later: %t, %v", later, changed, err)
		}
	}
	m.Report.At = afterAll.Add(maxAhead + time.Second)
	if _, _, err := sent().Apply(m, afterAll); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("what is yet to happen: %v", err)
	}
}

// TestAFailedDeliveryIsGivenUp: by the shop's staff, and by the customer where the rules let deliveries be changed; however long ago the
// delivery was to be.
func TestAFailedDeliveryIsGivenUp(t *testing.T) {
	failed, _, err := sent().Apply(report(DeliveryFailed, 2), afterAll)
	if err != nil {
		t.Fatal(err)
	}
	rules := new(cutoff.Before(12 * time.Hour))
	for name, c := range map[string]struct {
		cutOff *cutoff.Before
		staff  bool
		may    bool
	}{
		"staff":                              {nil, true, true},
		"staff, where there is a cut-off":    {rules, true, true},
		"customer, where there is a cut-off": {rules, false, true},
		"customer, where there is none":      {nil, false, false},
	} {
		o, changed, err := failed.Apply(Move{To: Cancelled, Reason: ByCustomer, CutOff: c.cutOff, Staff: c.staff}, afterAll.Add(1000*time.Hour))
		if changed != c.may || c.may == (fault.CodeOf(err) == fault.Conflict) || failed.Cancellable(c.cutOff, c.staff, afterAll) != c.may {
			t.Errorf("%s: %s, %v", name, o.Status, err)
		}
		if c.may && (o.Status != Cancelled || !o.DeliveryTime.IsZero() || o.Refundable() != 0) {
			t.Errorf("%s: %s with delivery %s, and %d left to give back", name, o.Status, o.DeliveryTime, o.Refundable())
		}
	}
	elsewhere := failed
	elsewhere.Terms.Imported = &Imported{DeliveryTime: failed.DeliveryTime.UnixMilli()}
	if _, _, err := elsewhere.Apply(Move{To: Cancelled, Staff: true}, afterAll); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("what another system booked: %v", err)
	}
}
