package ops

import (
	"context"
	"time"
)

// Severity says how urgent an alert is.
type Severity string

// The severities.
const (
	Warning  Severity = "warning"  // look at it today
	High     Severity = "high"     // orders stand still until someone acts
	Critical Severity = "critical" // the shop does not work, or is about to stop
)

// Severities are all of them, the mildest first.
var Severities = []Severity{Warning, High, Critical}

// ranks orders the severities.
var ranks = map[Severity]int{Warning: 1, High: 2, Critical: 3}

// Condition is something that is wrong now. It contains no personal data, because alerts leave the shop.
type Condition struct {
	Key      string // identifies the condition within its rule; "" if the rule has only one
	Severity Severity
	Since    time.Time     // zero: since it was first observed
	What     string        // what is wrong, in one sentence
	Do       string        // what the operator does about it
	Orders   []int64       // affected, at most MaxOrders
	Count    int           // how many are affected
	Own      bool          // seen by this process only, which reports it itself
	Explains []string      // alerts that follow from it, in addition to those in causes
	After    time.Duration // how long it must last before it fires, if longer than Rule.After
}

// MaxOrders bounds the orders that an alert lists.
const MaxOrders = 20

// Rule is one thing that can be wrong with the shop.
type Rule struct {
	Name string
	// Check returns what is wrong now. An error means that nothing is known, which is an alert of its own.
	Check func(ctx context.Context, now time.Time) ([]Condition, error)
	// After is how long a condition must last before it fires; 0 fires at once.
	After time.Duration
}

// Alert is something that is wrong, or was.
type Alert struct {
	ID         string        `json:"id" doc:"The same in every notice of this alert" example:"dead-letter/stock.OrderPlaced/1795377600"`
	Rule       string        `json:"rule" example:"dead-letter"`
	Severity   Severity      `json:"severity" enum:"warning,high,critical"`
	What       string        `json:"what" doc:"What is wrong"`
	Do         string        `json:"do" doc:"What to do about it"`
	Since      time.Time     `json:"since" doc:"Since when it is wrong"`
	Fired      time.Time     `json:"fired" doc:"When it was first reported"`
	Ended      *time.Time    `json:"ended,omitempty" doc:"When it was last seen; missing while it is open"`
	Orders     []OrderLink   `json:"orders" doc:"Orders that it touches, at most 20"`
	OrderCount int           `json:"orderCount" doc:"How many orders it touches"`
	Follows    []Consequence `json:"follows" doc:"What is wrong because of this, at most 50; reported by itself if it outlasts this alert"`

	key string // rule and condition
	own bool   // Condition.Own
}

// Consequence is something that is wrong because of something else.
type Consequence struct {
	Rule  string `json:"rule" example:"outbox"`
	About string `json:"about" doc:"What the rule is about; empty where a rule is about one thing" example:"relay"`
	What  string `json:"what" doc:"What is wrong"`
}

// maxFollows bounds the consequences that an alert lists.
const maxFollows = 50

// OrderLink is an order and its page on the console.
type OrderLink struct {
	OrderID int64  `json:"orderId"`
	Link    string `json:"link" doc:"On the private listener"`
}

// Transition is a change of an alert that is reported.
type Transition string

// The transitions.
const (
	Fired    Transition = "fired"
	Repeated Transition = "repeated" // it lasts, or has become more severe
	Over     Transition = "over"
)

// Notice reports a transition of an alert.
type Notice struct {
	Transition Transition `json:"news"`
	At         time.Time  `json:"at"`
	Shop       string     `json:"shop"` // address of the shop's public listener
	Alert      Alert      `json:"alert"`
}
