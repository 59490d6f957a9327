package event

// ReviewDone says that the order's reviews are over: all have passed it, or one has refused it.
type ReviewDone struct {
	OrderID      int64    `json:"orderId" jsonschema:"The order's number."`
	Passed       bool     `json:"passed" jsonschema:"Whether all reviews have passed the order; else it is called off."`
	Reviews      []Review `json:"reviews" jsonschema:"Each review, and how it ended."`
	TestID       int64    `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64    `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
}

// FraudStep is the fraud check's review, and ByScreening the name for the partner's own decisions.
const (
	FraudStep   = "fraud"
	ByScreening = "screening"
)

// Review is the result of one review.
type Review struct {
	Step  string `json:"step" jsonschema:"Which review, e.g. fraud."`
	State string `json:"state" jsonschema:"passed, refused, or open when another one refused the order before."`
	By    string `json:"by" jsonschema:"Who decided: a partner's or an operator's name; empty while it is open."`
}

func (ReviewDone) EventType() Type { return TypeReviewDone }
func (e ReviewDone) Order() int64  { return e.OrderID }
