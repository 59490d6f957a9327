package ops

import "strings"

// causes says which alerts follow from which. While a cause is in sight or open, what follows from it is not told by
// itself: it is listed with the cause (Alert.Follows), whose advice mends both. An alert is named by its rule and, behind
// a slash, the key of its condition; a star stands for any end. What someone must mend by hand afterwards, like dead
// letters, follows from nothing.
var causes = map[string][]string{
	"storage": {
		"audit/stopped", "cannot-look*", "outbox*", "overdue*", "payment-in-doubt", "queue-full*", "rules-unreadable", "subscriber-not-consuming*",
	},
	"bus/away":                    {"cannot-look*", "outbox*", "overdue*", "queue-full*", "subscriber-not-consuming*"},
	"bus/lost":                    {"subscriber-not-consuming*"},
	"partner-failing/stockist":    {"overdue/PLACED", "overdue/stock.*"},
	"partner-failing/screening":   {"overdue/IN_REVIEW", "overdue/fraud.*"},
	"partner-failing/carrier":     {"overdue/delivery.DeliveryBooked"},
	"partner-failing/books":       {"overdue/finance.*"},
	"partner-failing/mail server": {"overdue/email.*"},
	"business/stockist":           {"business/refunds"},
	"business/reviews":            {"business/refunds"},
	"business/cancellations":      {"business/refunds"},
}

// providerFails is how the alerts of payment providers begin, and followPayments what follows from each, beside its own
// declined payments.
const providerFails = "partner-failing/payments-"

var followPayments = []string{"overdue/PAYMENT_PENDING", "overdue/order.OrderCancelled", "payment-in-doubt"}

// name is what an alert is called in the table of causes.
func (t *tracked) name() string { return strings.TrimSuffix(t.key, "/") }

// explains reports whether another alert follows from this one.
func (t *tracked) explains(other *tracked) bool {
	if strings.HasPrefix(t.name(), providerFails) && (other.name() == "business/"+strings.TrimPrefix(t.name(), "partner-failing/") || covers(followPayments, other.name())) {
		return true
	}
	return covers(causes[t.Rule], other.name()) || covers(causes[t.name()], other.name()) || covers(t.explained, other.name())
}

// covers reports whether one of the patterns stands for a name.
func covers(patterns []string, name string) bool {
	for _, p := range patterns {
		if start, open := strings.CutSuffix(p, "*"); name == p || open && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// fold finds the cause of each alert that was not told yet, and lists with each cause what follows from it. A cause is as
// severe as the worst of what follows.
func (a *Alerts) fold(known []*tracked) {
	for _, t := range known {
		t.cause, t.Follows = nil, []Consequence{}
		if t.told.IsZero() && t.seen.Equal(a.looked) {
			t.cause = a.causeOf(t, known)
		}
	}
	for _, t := range known {
		top := t.root(len(known))
		if top == t {
			continue
		}
		if ranks[t.severity] > ranks[top.severity] {
			top.severity = t.severity
		}
		if len(top.Follows) < maxFollows {
			_, about, _ := strings.Cut(t.name(), "/")
			top.Follows = append(top.Follows, Consequence{t.Rule, about, t.What})
		}
	}
}

// causeOf returns the first alert that another one follows from, or nil.
func (a *Alerts) causeOf(t *tracked, known []*tracked) *tracked {
	for _, c := range known {
		if c != t && (c.seen.Equal(a.looked) || !c.told.IsZero()) && c.explains(t) {
			return c
		}
	}
	return nil
}

// root goes from cause to cause, and not in circles.
func (t *tracked) root(longest int) *tracked {
	for ; t.cause != nil && longest > 0; longest-- {
		t = t.cause
	}
	return t
}
