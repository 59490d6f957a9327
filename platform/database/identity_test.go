package database

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestEventIDsRiseAndTellTheirTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ids EventIDs
		at, last := time.UnixMilli(1_700_000_000_000), ""
		for _, step := range rapid.SliceOfN(rapid.IntRange(-3, 3), 1, 50).Draw(t, "steps") {
			at = at.Add(time.Duration(step) * time.Millisecond)
			id := ids.New(at)
			if id <= last {
				t.Fatalf("%s comes after %s", id, last)
			}
			if parsed, err := uuid.Parse(id); err != nil || parsed.Version() != 7 || parsed.Variant() != uuid.RFC4122 {
				t.Fatalf("%s is not a UUIDv7: %v", id, err)
			}
			last = id
		}
	})
}

func TestMoreIDsThanTheCounterHoldsStillRise(t *testing.T) {
	var ids EventIDs
	at, last := time.UnixMilli(1_700_000_000_000), ""
	for range 3 * maxCounter {
		id := ids.New(at)
		if id <= last {
			t.Fatalf("%s comes after %s", id, last)
		}
		last = id
	}
}

func TestFirstEventIDSeparatesTimes(t *testing.T) {
	var ids EventIDs
	at := time.UnixMilli(1_700_000_000_000)
	before, after := ids.New(at.Add(-time.Millisecond)), ids.New(at)
	if bound := FirstEventID(at); bound <= before || bound > after {
		t.Errorf("%s is not between %s and %s", bound, before, after)
	}
}
