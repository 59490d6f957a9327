package ops_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/surfaces/ops"
)

func TestManyRefusalsAreTold(t *testing.T) {
	for kind, least := range map[string]int{
		ops.RefusedLogins: 20, ops.RefusedSignatures: 10, ops.RateLimited: 1000, ops.RefusedCrossSite: 20, ops.RefusedMutations: 10,
	} {
		refused := &ops.Refusals{Kind: kind}
		rule := ops.ManyRefused(refused, &ops.Refusals{Kind: ops.RefusedLogins})
		sees(t, rule)
		for i := range least - 1 {
			refused.Add(now.Add(time.Duration(i) * 4 * time.Minute / time.Duration(least)))
		}
		seesAt(t, rule, now.Add(4*time.Minute))
		refused.Add(now.Add(4 * time.Minute))
		if found := seesAt(t, rule, now.Add(4*time.Minute), kind+" warning"); !found[0].Own || !strings.Contains(found[0].Do, "log=security") {
			t.Errorf("%+v", found)
		}
		seesAt(t, rule, now.Add(6*time.Minute))           // the first are too old
		refused.Add(now.Add(time.Hour))                   // replaces an old minute
		seesAt(t, rule, now.Add(time.Hour+5*time.Minute)) // all are too old
		seesAt(t, rule, now.Add(-time.Hour))              // the clock has stepped back
	}
}
