package ops_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/surfaces/ops"
)

func TestTheAuditFinds(t *testing.T) {
	known, failure := ops.Audited{Looked: now}, error(nil)
	rule := ops.AuditFinds(func(context.Context) (ops.Audited, error) { return known, failure })
	seesAt(t, rule, now)
	known.Found = []ops.AuditFinding{
		{OrderID: 7, Check: "move.status", Since: now.Add(-time.Minute)}, {OrderID: 7, Check: "move.payload", Since: now}, {Check: "move.slots", Since: now},
	}
	seesAt(t, rule, now.Add(time.Second)) // it is not asked every second
	found := seesAt(t, rule, now.Add(3*time.Second), "critical")
	if c := found[0]; c.Count != 1 || c.Orders[0] != 7 || !c.Since.Equal(now.Add(-time.Minute)) || !strings.Contains(c.What, "move.status, move.payload, move.slots") {
		t.Errorf("%+v", c)
	}
	known.More = 3
	if c := seesAt(t, rule, now.Add(6*time.Second), "critical")[0]; !strings.Contains(c.What, "3 findings besides") {
		t.Errorf("%+v", c)
	}
	known.Found, known.More = nil, 0
	seesAt(t, rule, now.Add(10*time.Minute))
	seesAt(t, rule, now.Add(16*time.Minute), "stopped warning")
	failure = errors.New("locked")
	if _, err := rule.Check(t.Context(), now.Add(17*time.Minute)); err == nil {
		t.Error("what is not known is told as nothing")
	}
}
