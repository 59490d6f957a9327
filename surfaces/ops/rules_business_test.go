package ops_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// market is a shop's past: the outcomes of its orders, oldest first.
type market struct {
	happened []happening
	asked    time.Duration // how much time was read
}

type happening struct {
	at time.Time
	database.Outcome
}

var (
	paid     = database.Outcome{Event: event.TypeOrderCreated, Provider: "payments-us", Count: 1}
	declined = database.Outcome{Provider: "payments-us", Count: 1}
	produced = database.Outcome{Event: event.TypeStockCreated, Provider: "payments-us", Count: 1}
	noPlants = database.Outcome{Event: event.TypeOrderCancelled, Provider: "payments-us", Reason: order.OutOfStock, Count: 1}
	calledOf = database.Outcome{Event: event.TypeOrderCancelled, Provider: "payments-us", Reason: order.ByCustomer, Count: 1}
	reviewed = database.Outcome{Event: event.TypeReviewDone, Provider: "payments-us", Count: 1}
	refusals = database.Outcome{Event: event.TypeOrderCancelled, Provider: "payments-us", Reason: order.NotAccepted, Count: 1}
)

// happen adds outcomes at regular intervals.
func (m *market) happen(from time.Time, every time.Duration, n int, o ...database.Outcome) time.Time {
	for range n {
		for _, one := range o {
			m.happened = append(m.happened, happening{from, one})
		}
		from = from.Add(every)
	}
	return from
}

func (m *market) at(t time.Time) int {
	i, _ := slices.BinarySearchFunc(m.happened, t, func(h happening, t time.Time) int { return h.at.Compare(t) })
	return i
}

// Outcomes implements database.ConsoleQueries.
func (m *market) Outcomes(_ context.Context, from, until time.Time) ([]database.Outcome, error) {
	m.asked += until.Sub(from)
	counts := map[database.Outcome]int{}
	for _, h := range m.happened[m.at(from):m.at(until)] {
		counts[h.Outcome]++
	}
	var all []database.Outcome
	for o, n := range counts {
		o.Count = n
		all = append(all, o)
	}
	return all, nil
}

// Search implements database.ConsoleQueries: one order of each kind, and a test order, which does not count.
func (m *market) Search(_ context.Context, q database.OrderQuery) (database.Found, error) {
	o := order.Order{ID: 7, Status: q.Status, PaymentProvider: "payments-us", StatusAt: now.Add(1000 * time.Hour)}
	test := o
	o.CancelReason, test.ID, test.TestID = order.OutOfStock, 8, 1
	return database.Found{Orders: []order.Order{test, o}}, nil
}

// look evaluates a rule regularly, and returns when each key was first and last seen.
func (m *market) look(t *testing.T, rule ops.Rule, from, until time.Time, every time.Duration) (first, last map[string]time.Time, seen []ops.Condition) {
	t.Helper()
	first, last = map[string]time.Time{}, map[string]time.Time{}
	for at := from; at.Before(until); at = at.Add(every) {
		found, err := rule.Check(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			if first[c.Key].IsZero() {
				first[c.Key] = at
			}
			last[c.Key] = at
		}
		if len(found) > 0 {
			seen = found
		}
	}
	return first, last, seen
}

var defaults = ops.Unusual{Least: 5, Times: 2}

// TestSixOfSixDeclinedAreTold, in a new shop and in one that has gone well for weeks, and the alert ends soon after.
func TestSixOfSixDeclinedAreTold(t *testing.T) {
	for name, perDay := range map[string]int{"a new shop": 0, "a small shop": 20, "a shop": 500} {
		m := &market{}
		for i := range 7 * perDay {
			o := paid
			if i%25 == 7 {
				o = declined
			}
			m.happen(now.Add(-7*24*time.Hour).Add(time.Duration(i)*24*time.Hour/time.Duration(perDay)), 0, 1, o)
		}
		end := m.happen(now, 20*time.Second, 6, declined)
		m.happen(end.Add(20*time.Minute), 30*time.Second, 10, paid)
		first, last, seen := m.look(t, ops.BusinessUnusual(m, defaults), now.Add(-time.Minute), now.Add(24*time.Hour), 5*time.Second)
		key := "payments-us"
		if len(first) != 1 || first[key].Sub(now) > 3*time.Minute || last[key].Sub(end) > 45*time.Minute {
			t.Fatalf("%s: told from %v to %v", name, first, last)
		}
		if c := seen[0]; !strings.Contains(c.What, "payments-us declined the payment of 6 of ") || c.Severity != ops.High || !slices.Equal(c.Orders, []int64{7}) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestWhatIsWrongWithTheBusinessIsTold: 68 orders refused by the stockist, and other failures among successes.
func TestWhatIsWrongWithTheBusinessIsTold(t *testing.T) {
	for key, c := range map[string]struct {
		good, bad []database.Outcome
		times     int
		severity  ops.Severity
		also      string // what it explains
	}{
		"stockist":      {[]database.Outcome{paid, produced}, []database.Outcome{paid, noPlants}, 68, ops.High, "refunds"},
		"reviews":       {[]database.Outcome{paid, reviewed}, []database.Outcome{paid, reviewed, refusals}, 20, ops.High, "refunds"},
		"cancellations": {[]database.Outcome{paid}, []database.Outcome{paid, calledOf}, 30, ops.Warning, "refunds"},
	} {
		m := &market{}
		m.happen(now.Add(-3*24*time.Hour), 5*time.Minute, 3*24*12, c.good...)
		m.happen(now, time.Minute, c.times, c.bad...)
		first, _, seen := m.look(t, ops.BusinessUnusual(m, defaults), now.Add(-time.Minute), now.Add(time.Hour), 5*time.Second)
		if len(first) > 2 || first[key].IsZero() || first[key].Sub(now) > 20*time.Minute || first[c.also].IsZero() {
			t.Errorf("%s: told %v", key, first)
		}
		if i := slices.IndexFunc(seen, func(s ops.Condition) bool { return s.Key == key }); i < 0 || seen[i].Severity != c.severity || seen[i].Do == "" {
			t.Errorf("%s: %+v", key, seen)
		}
	}
}

// TestNormalNoiseIsNoAlert: shops of all sizes, with all usual shares of declined and cancelled orders, for two weeks
// each. The histories are random, and the same in each run.
func TestNormalNoiseIsNoAlert(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		chance := rand.New(rand.NewPCG(seed, 24))
		perDay := 3 * float64(uint64(1)<<chance.IntN(10)) // 3 to 1536
		badPay, badStock := 0.18*chance.Float64(), 0.1*chance.Float64()
		m := &market{}
		from := now.Add(-14 * 24 * time.Hour)
		for at := from; ; {
			at = at.Add(time.Duration(chance.ExpFloat64() / perDay * float64(24*time.Hour)))
			if !at.Before(now) {
				break
			}
			switch {
			case chance.Float64() < badPay:
				m.happen(at, 0, 1, declined)
			case chance.Float64() < badStock:
				m.happen(at, 0, 1, paid, noPlants)
			default:
				m.happen(at, 0, 1, paid, produced)
			}
		}
		first, _, seen := m.look(t, ops.BusinessUnusual(m, defaults), from.Add(time.Minute), now, 5*time.Minute)
		if len(first) > 0 {
			t.Errorf("seed %d: %.0f orders a day, %.0f%% declined, %.0f%% refused: told %v, the last: %s", seed, perDay, 100*badPay, 100*badStock, first, seen[0].What)
		}
	}
}

// TestAnIncidentIsFoundInANoisyShop: as above, and then three times as many are declined.
func TestAnIncidentIsFoundInANoisyShop(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		chance := rand.New(rand.NewPCG(seed, 7))
		usual := 0.02 + 0.1*chance.Float64()
		m := &market{}
		for at := now.Add(-7 * 24 * time.Hour); at.Before(now.Add(24 * time.Hour)); at = at.Add(time.Duration(chance.ExpFloat64() * float64(3*time.Minute))) {
			share, o := usual, paid
			if at.After(now) {
				share *= 3.5
			}
			if chance.Float64() < share {
				o = declined
			}
			m.happen(at, 0, 1, o)
		}
		first, _, _ := m.look(t, ops.BusinessUnusual(m, defaults), now.Add(-time.Hour), now.Add(24*time.Hour), 5*time.Minute)
		if at := first["payments-us"]; at.IsZero() || at.Before(now) {
			t.Errorf("seed %d: usual %.0f%%: told %v", seed, 100*usual, first)
		}
	}
}

// TestThePastOfALargeShopIsReadInPart: reading a whole week would take long.
func TestThePastOfALargeShopIsReadInPart(t *testing.T) {
	many := paid
	m := &market{}
	m.happen(now.Add(-7*24*time.Hour), time.Second, 7*24*3600, many)
	rule := ops.BusinessUnusual(m, defaults)
	for i := range 50 { // each evaluation has a bounded time
		if _, err := rule.Check(t.Context(), now.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if m.asked > 110*time.Hour || m.asked < 24*time.Hour {
		t.Errorf("%s of the past were read", m.asked)
	}
}

func TestSettingsOfTheBusiness(t *testing.T) {
	for u, good := range map[ops.Unusual]bool{{}: true, defaults: true, {Least: 1, Times: 0}: false, {Least: -1, Times: 2}: false, {Least: 1, Times: 1}: true} {
		if err := u.Check(); (err == nil) != good {
			t.Error(fmt.Sprint(u), err)
		}
	}
}
