package app_test

import (
	"slices"
	"strings"
	"testing"
)

// breach is one way to break a promise, and the checks that must find it: just those.
type breach struct {
	name   string
	breaks func(*testing.T, *scene)
	found  string
}

// bySQL is a breach in the database.
func bySQL(name, found string, statements ...string) breach {
	return breach{name, func(t *testing.T, c *scene) { c.sql(t, statements...) }, found}
}

// byRecord is a breach in which a partner has another record than it should.
func byRecord(name, found, partner, key, of string, change func(record, request map[string]any)) breach {
	return breach{name, func(t *testing.T, c *scene) {
		r := c.record(t, partner, key, of)
		change(r, r["request"].(map[string]any))
	}, found}
}

// gone is a breach in which a partner never did what the shop says that it did.
func gone(name, found, partner, key, of string) breach {
	return breach{name, func(t *testing.T, c *scene) { c.forget(t, partner, key, of) }, found}
}

// twice is a breach in which a partner did something more.
func twice(name, found, partner, key, of string, change func(record, request map[string]any)) breach {
	return breach{name, func(t *testing.T, c *scene) { c.again(t, partner, key, of, change) }, found}
}

// told is a breach of what a client was told.
func told(name, found, lines string) breach {
	return breach{name, func(_ *testing.T, c *scene) { c.acked = lines }, found}
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
	first := start(t).scene()
	if names, r := first.copy(t).broken(t); len(names) > 0 {
		t.Fatalf("what was not touched is broken: %+v", r.Findings)
	}
	caught := map[string]bool{}
	for _, b := range slices.Concat(ordersBroken, moneyBroken, effectsBroken, movesBroken) {
		t.Run(b.name, func(t *testing.T) {
			c := first.copy(t)
			b.breaks(t, c)
			names, r := c.broken(t)
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
	_, r := first.copy(t).broken(t)
	for _, check := range r.Checks {
		if !caught[check.Name] {
			t.Errorf("no breach was planted for %s", check.Name)
		}
	}
}
