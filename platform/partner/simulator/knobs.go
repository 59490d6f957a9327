package simulator

import "slices"

// The names of the knobs in JSON.
const (
	knobLatency                 = "latency"
	knobFailureRate             = "failureRate"
	knobTimeoutAfterSuccessRate = "timeoutAfterSuccessRate"
	knobDeclineRate             = "declineRate"
	knobRefuseRate              = "refuseRate"
	knobAnswerLater             = "answerLater"
)

const (
	maxLatency     = 60_000     // a minute, in milliseconds
	maxAnswerLater = 86_400_000 // a day, in milliseconds
)

// Knobs say how a partner behaves. Times are in milliseconds, rates from 0 (never) to 1 (always). With all at zero it
// does what it is asked for, at once.
type Knobs struct {
	Latency     int64   `json:"latency"`     // added to each call; at most a minute
	FailureRate float64 `json:"failureRate"` // answers 500, and has done nothing
	// TimeoutAfterSuccessRate: has done it, and does not answer until the client is gone, for at most a minute.
	TimeoutAfterSuccessRate float64 `json:"timeoutAfterSuccessRate"`
	DeclineRate             float64 `json:"declineRate"` // payments: answers 402 to a new charge; screening: refuses an order; and remembers it
	RefuseRate              float64 `json:"refuseRate"`  // the others: answers 422, and has done nothing
	AnswerLater             int64   `json:"answerLater"` // stockist, screening: 202, and a callback after so long; at most a day
}

// check says which knobs are out of range, or not among those that a partner has.
func (k Knobs) check(has []string) error {
	var f fields
	for _, knob := range []struct {
		name        string
		value, most float64
	}{
		{knobLatency, float64(k.Latency), maxLatency},
		{knobFailureRate, k.FailureRate, 1},
		{knobTimeoutAfterSuccessRate, k.TimeoutAfterSuccessRate, 1},
		{knobDeclineRate, k.DeclineRate, 1},
		{knobRefuseRate, k.RefuseRate, 1},
		{knobAnswerLater, float64(k.AnswerLater), maxAnswerLater},
	} {
		f.want(knob.value >= 0 && knob.value <= knob.most, knob.name, "must be from 0 to %.0f", knob.most)
		f.want(knob.value == 0 || slices.Contains(has, knob.name), knob.name, "this partner has no such knob")
	}
	return f.err()
}
