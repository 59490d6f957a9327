package ops_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// givingBack is orders whose refunds are held, and disputed ones.
type givingBack struct{ held, disputed []database.Waiting }

func (g givingBack) HeldRefunds(context.Context, int) ([]database.Waiting, error) { return g.held, nil }
func (g givingBack) Disputed(context.Context, int) ([]database.Waiting, error) {
	return g.disputed, nil
}

// TestMoneyThatGoesBackIsWatched: a refund that does not go through, and what banks take back; as old as it is seen, not as the
// order's status.
func TestMoneyThatGoesBackIsWatched(t *testing.T) {
	old := []database.Waiting{{OrderID: 9, Since: now.Add(-24 * time.Hour)}}
	for what, rules := range map[string][2]ops.Rule{
		"A refund":  {ops.RefundFails(givingBack{disputed: old}), ops.RefundFails(givingBack{held: old})},
		"The banks": {ops.Chargeback(givingBack{held: old}), ops.Chargeback(givingBack{disputed: old})},
	} {
		sees(t, rules[0])
		found := sees(t, rules[1], "high")
		if c := found[0]; !strings.HasPrefix(c.What, what) || !c.Since.IsZero() || len(c.Orders) != 1 || c.Orders[0] != 9 || c.Do == "" {
			t.Errorf("%+v", c)
		}
	}
}
