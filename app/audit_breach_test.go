package app_test

import (
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// breach is one way to break a promise, and exactly the checks that must find it.
type breach struct {
	name   string
	breaks func(*testing.T, *scene)
	found  string
	inside bool // it is in the database, so it is tested with each engine
}

// bySQL returns a breach in the database.
func bySQL(name, found string, statements ...string) breach {
	return breach{name: name, breaks: func(t *testing.T, c *scene) { c.sql(t, statements...) }, found: found, inside: true}
}

// byRecord returns a breach in which a partner's record is wrong.
func byRecord(name, found, partner, key, of string, change func(record, request map[string]any)) breach {
	return breach{name: name, breaks: func(t *testing.T, c *scene) {
		r := c.record(t, partner, key, of)
		change(r, r["request"].(map[string]any))
	}, found: found, inside: false}
}

// gone returns a breach in which a partner has not done what the shop says.
func gone(name, found, partner, key, of string) breach {
	return breach{name: name, breaks: func(t *testing.T, c *scene) { c.forget(t, partner, key, of) }, found: found, inside: false}
}

// twice returns a breach in which a partner has done something more.
func twice(name, found, partner, key, of string, change func(record, request map[string]any)) breach {
	return breach{name: name, breaks: func(t *testing.T, c *scene) { c.again(t, partner, key, of, change) }, found: found, inside: false}
}

// told returns a breach of an answer to a client.
func told(name, found, lines string) breach {
	return breach{name: name, breaks: func(_ *testing.T, c *scene) { c.acked = lines }, found: found, inside: false}
}

func set(field string, value any) func(record, request map[string]any) {
	return func(record, request map[string]any) {
		if _, of := request[field]; of {
			request[field] = value
			return
		}
		record[field] = value
	}
}

func TestAuditFindsEveryBreach(t *testing.T) {
	t.Parallel()
	first := start(t, withRules(t, dearReviews)).scene()
	caught := first.find(t, slices.Concat(ordersBroken, moneyBroken, effectsBroken, movesBroken))
	_, r := first.copy(t).broken(t)
	for _, check := range r.Checks {
		if !caught[check.Name] && check.Name != atStripe {
			t.Errorf("no breach was planted for %s", check.Name)
		}
	}
}

// TestAuditFindsBreachesInPostgreSQL: those in the database, with each check that reads it. The auditor is behind a
// pooler.
func TestAuditFindsBreachesInPostgreSQL(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	first := start(t, withRules(t, dearReviews), func(c *app.Config) { c.DatabaseURL = app.Secret(url) }).scene()
	breaches := slices.DeleteFunc(slices.Concat(ordersBroken, moneyBroken, effectsBroken, movesBroken), func(b breach) bool { return !b.inside })
	caught := first.find(t, breaches)
	_, r := first.copy(t).broken(t)
	for _, check := range r.Checks {
		if !caught[check.Name] && !slices.Contains(toldByOthers, check.Name) {
			t.Errorf("no breach was planted for %s", check.Name)
		}
	}
}

// toldByOthers are the checks that do not read the database.
var toldByOthers = []string{"order.acknowledged", "money.stray", "effect.consignment", "effect.mail", "alert.open", atStripe}

// atStripe is the check of accounts at Stripe. TestAShopWithStripe has one, and plants its breaches.
const atStripe = "money.account"

// find makes each breach in a copy of its own, and returns the checks that found one.
func (c *scene) find(t *testing.T, breaches []breach) map[string]bool {
	if names, r := c.copy(t).broken(t); len(names) > 0 {
		t.Fatalf("what was not touched is broken: %+v", r.Findings)
	}
	caught := map[string]bool{}
	for _, b := range breaches {
		t.Run(b.name, func(t *testing.T) {
			broken := c.copy(t)
			b.breaks(t, broken)
			names, r := broken.broken(t)
			want := strings.Fields(b.found)
			slices.Sort(want)
			if slices.Sort(names); !slices.Equal(names, want) {
				t.Errorf("found by %v, want %v: %+v", names, want, r.Findings)
			}
			for _, name := range want {
				caught[name] = true
			}
		})
	}
	return caught
}
