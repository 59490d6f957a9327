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

// bouncing are orders to which mail has bounced, as a store has them.
type bouncing struct {
	all []database.Waiting
	err error
}

func (b bouncing) Bounced(_ context.Context, after time.Time, limit int) (found []database.Waiting, err error) {
	for _, w := range b.all {
		if w.Since.After(after) && len(found) < limit {
			found = append(found, w)
		}
	}
	return found, b.err
}

// TestMailThatBouncedIsTold for two weeks.
func TestMailThatBouncedIsTold(t *testing.T) {
	const weeks = 14 * 24 * time.Hour
	some := bouncing{all: []database.Waiting{{OrderID: 6, Since: now.Add(-weeks)}, {OrderID: 7, Since: now.Add(-weeks + time.Second)}, {OrderID: 8, Since: now}}}
	if c := sees(t, ops.MailBounced(some), "warning")[0]; c.Count != 2 || c.Orders[0] != 7 || !strings.HasPrefix(c.What, "Mail to 2 orders bounced") {
		t.Errorf("%+v", c)
	}
	some.all = some.all[:2]
	if c := sees(t, ops.MailBounced(some), "warning")[0]; c.What != "Mail to order 7 bounced: the customer does not hear of us" || !c.Since.Equal(some.all[1].Since) {
		t.Errorf("%+v", c)
	}
	sees(t, ops.MailBounced(bouncing{all: some.all[:1]}))
	if _, err := ops.MailBounced(bouncing{err: errors.New("down")}).Check(t.Context(), now); err == nil {
		t.Error("it sees nothing in a store that is down")
	}
}
