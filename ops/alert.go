package ops

import (
	"context"
	"time"
)

// Severity says how soon an alert wants someone.
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

// Condition is something that is wrong, as a rule sees it now. It holds no data of customers: alerts go far.
type Condition struct {
	Key      string // names what is wrong among all that the rule can see, the same in each look; "" for the only one
	Severity Severity
	Since    time.Time     // zero: since it was first seen
	What     string        // what is wrong, in one sentence
	Do       string        // what the operator does about it
	Orders   []int64       // which it touches, at most MaxOrders
	Count    int           // how many it touches
	Own      bool          // of this process alone: of many copies, it is the one that tells
	Explains []string      // which alerts follow from it, beside those of the table causes
	After    time.Duration // for how long it must be seen before it is told, if that is longer than the rule says
}

// MaxOrders bounds the orders that an alert lists; it tells how many more there are.
const MaxOrders = 20

// Rule is one thing that can be wrong with the shop.
type Rule struct {
	Name string
	// Look returns what is wrong now. An error means that nothing is known; that is an alert of its own.
	Look func(ctx context.Context, now time.Time) ([]Condition, error)
	// After is for how long a condition must be seen before it is told; 0 tells at once.
	After time.Duration
}

// Alert is something that is wrong, or was.
type Alert struct {
	ID         string        `json:"id" doc:"The same in all that is told of this alert" example:"dead-letter/stock.OrderPlaced/1795377600"`
	Rule       string        `json:"rule" example:"dead-letter"`
	Severity   Severity      `json:"severity" enum:"warning,high,critical"`
	What       string        `json:"what" doc:"What is wrong"`
	Do         string        `json:"do" doc:"What to do about it"`
	Since      time.Time     `json:"since" doc:"Since when it is wrong"`
	Fired      time.Time     `json:"fired" doc:"When it was first told"`
	Ended      *time.Time    `json:"ended,omitempty" doc:"When it was last seen; missing while it is open"`
	Orders     []OrderLink   `json:"orders" doc:"Orders that it touches, at most 20"`
	OrderCount int           `json:"orderCount" doc:"How many orders it touches"`
	Follows    []Consequence `json:"follows" doc:"What is wrong because of this, at most 50; told by itself when it outlasts this alert"`

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

// OrderLink is an order, and where the operator sees it.
type OrderLink struct {
	OrderID int64  `json:"orderId"`
	Link    string `json:"link" doc:"On the private listener"`
}

// Transition is what an alert is told for.
type Transition string

// An alert is told when it fires, now and then while it lasts, and when it is over.
const (
	Fired    Transition = "fired"
	Repeated Transition = "repeated" // it lasts, or has become more severe
	Over     Transition = "over"
)

// Notice is one telling of an alert.
type Notice struct {
	Transition Transition `json:"news"`
	At         time.Time  `json:"at"`
	Shop       string     `json:"shop"` // address of the shop's public listener
	Alert      Alert      `json:"alert"`
}
