package ops_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// complaining are orders with complaints, as a store has them.
type complaining struct {
	all []database.Waiting
	err error
}

func (c complaining) Complaining(_ context.Context, before time.Time, limit int) (late []database.Waiting, err error) {
	for _, w := range c.all {
		if w.Since.Before(before) && len(late) < limit {
			late = append(late, w)
		}
	}
	return late, c.err
}

// TestAComplaintThatWaitsIsTold after two days.
func TestAComplaintThatWaitsIsTold(t *testing.T) {
	two := 48 * time.Hour
	some := complaining{all: []database.Waiting{{OrderID: 7, Since: now.Add(-two - time.Second)}, {OrderID: 8, Since: now.Add(-two + time.Second)}}}
	found := sees(t, ops.ComplaintWaits(some), "warning")
	if c := found[0]; c.Count != 1 || c.Orders[0] != 7 || !strings.Contains(c.What, "1 order") || !c.Since.Equal(now.Add(-two-time.Second)) {
		t.Errorf("%+v", c)
	}
	sees(t, ops.ComplaintWaits(complaining{all: some.all[1:]}))
	if _, err := ops.ComplaintWaits(complaining{err: errors.New("down")}).Check(t.Context(), now); err == nil {
		t.Error("it sees nothing in a store that is down")
	}
}
