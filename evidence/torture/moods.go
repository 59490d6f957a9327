package torture

import (
	"math/rand/v2"

	"acme.example/webshop/evidence/harness"
)

// someMood returns random knobs of the partners for one life: slow, failing, hanging, declining, refusing, answering
// late; or none of it.
func someMood(rng *rand.Rand) map[string]harness.Knobs {
	mood := map[string]harness.Knobs{}
	for _, name := range harness.Partners {
		k := harness.Knobs{}
		if rng.IntN(3) == 0 {
			k.Latency = rng.Int64N(200)
		}
		if rng.IntN(3) == 0 {
			k.FailureRate = 0.3 * rng.Float64()
		}
		if rng.IntN(4) == 0 {
			k.TimeoutAfterSuccessRate = 0.1 * rng.Float64()
		}
		mood[name] = k
	}
	for _, name := range []string{"payments-us", "payments-mx"} {
		k := mood[name]
		k.DeclineRate = 0.15 * rng.Float64()
		mood[name] = k
	}
	if pages := mood["payments-mx"]; rng.IntN(2) == 0 { // webhooks come late, or never
		pages.WebhookDelay, pages.WebhookLossRate = rng.Int64N(3000), 0.3*rng.Float64()
		mood["payments-mx"] = pages
	}
	screening := mood["screening"]
	screening.DeclineRate = 0.1 * rng.Float64()
	if rng.IntN(2) == 0 {
		screening.AnswerLater = 50 + rng.Int64N(2000)
	}
	mood["screening"] = screening
	k := mood["stockist"]
	k.RefuseRate = 0.03 * rng.Float64()
	if rng.IntN(2) == 0 {
		k.AnswerLater = 50 + rng.Int64N(2000)
	}
	mood["stockist"] = k
	return mood
}

// doubtful returns knobs with which many charges have no outcome, and are polled.
func doubtful() map[string]harness.Knobs {
	k := harness.Knobs{FailureRate: 0.6}
	return map[string]harness.Knobs{"payments-us": k, "payments-mx": k}
}
