package ops

import (
	"context"
	"strings"
	"time"
)

// PaymentsSimulated reports a shop for real customers that is configured to charge nothing.
func PaymentsSimulated(providers []string) Rule {
	return Rule{Name: "payments-simulated", Check: func(context.Context, time.Time) ([]Condition, error) {
		if len(providers) == 0 {
			return nil, nil
		}
		return []Condition{{
			Severity: Warning, What: "Nothing is charged by " + strings.Join(providers, " and ") + ": simulated, though the shop has a public address or a real partner",
			Do: "When real customers order, give the provider's address and leave it out of --simulate.",
		}}, nil
	}}
}
