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
	knobWebhookDelay            = "webhookDelay"
	knobWebhookLossRate         = "webhookLossRate"
	knobPayWithin               = "payWithin"
)

const (
	maxLatency     = 60_000     // one minute, in milliseconds
	maxAnswerLater = 86_400_000 // one day, in milliseconds; of webhookDelay too
)

// Knobs configure how a partner behaves. Times are in milliseconds, rates from 0 (never) to 1 (always). With all at zero
// it does what it is asked, at once.
type Knobs struct {
	Latency     int64   `json:"latency"`     // added to each call; at most one minute
	FailureRate float64 `json:"failureRate"` // answers 500 without having done anything
	// TimeoutAfterSuccessRate: does the work, and then gives no answer until the client has gone, for at most one minute.
	TimeoutAfterSuccessRate float64 `json:"timeoutAfterSuccessRate"`
	DeclineRate             float64 `json:"declineRate"` // payments: answers 402 to a new charge; screening: refuses an order; both are recorded
	RefuseRate              float64 `json:"refuseRate"`  // the others: answers 422 without having done anything
	AnswerLater             int64   `json:"answerLater"` // stockist, screening: 202, and a callback after this time; at most one day
	// WebhookDelay and WebhookLossRate: payments; a webhook is sent after this time (at most one day), or never.
	WebhookDelay    int64   `json:"webhookDelay"`
	WebhookLossRate float64 `json:"webhookLossRate"`
	PayWithin       int64   `json:"payWithin"` // payments: how long a page or voucher can be paid at most; 0: as long as the shop says
}

// check returns an error for knobs that are out of range, or not among those that a partner has.
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
		{knobWebhookDelay, float64(k.WebhookDelay), maxAnswerLater},
		{knobWebhookLossRate, k.WebhookLossRate, 1},
		{knobPayWithin, float64(k.PayWithin), maxAnswerLater},
	} {
		f.want(knob.value >= 0 && knob.value <= knob.most, knob.name, "must be from 0 to %.0f", knob.most)
		f.want(knob.value == 0 || slices.Contains(has, knob.name), knob.name, "this partner has no such knob")
	}
	return f.err()
}
