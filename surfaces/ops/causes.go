package ops

import "strings"

// causes maps alerts to their consequences. While a cause is observed or open, its consequences are not reported by
// themselves but listed with it (Alert.Follows). An alert is named by its rule and, after a slash, the key of its
// condition; a star matches any suffix. What someone must fix by hand afterwards, like dead letters, is no consequence.
var causes = map[string][]string{
	"storage": {
		"audit/stopped", "cannot-look*", "outbox*", "overdue*", "payment-in-doubt", "queue-full*", "rules-unreadable", "subscriber-not-consuming*",
	},
	"bus/away":                    {"cannot-look*", "outbox*", "overdue*", "queue-full*", "subscriber-not-consuming*"},
	"bus/lost":                    {"subscriber-not-consuming*"},
	"partner-failing/stockist":    {"overdue/PLACED", "overdue/stock.*"},
	"partner-failing/screening":   {"overdue/IN_REVIEW", "overdue/fraud.*"},
	"partner-failing/carrier":     {"overdue/delivery.DeliveryBooked"},
	"partner-failing/books":       {"books/report", "overdue/finance.*"},
	"partner-failing/mail server": {"books/mails", "overdue/email.*"},
	"business/stockist":           {"business/refunds"},
	"business/reviews":            {"business/refunds"},
	"business/cancellations":      {"business/refunds"},
}

// providerFails is the prefix of payment providers' alerts; followPayments are the consequences of each, in addition to
// its own declined payments.
const providerFails = "partner-failing/payments-"

var followPayments = []string{"overdue/PAYMENT_PENDING", "overdue/order.OrderCancelled", "payment-in-doubt"}

// name returns the alert's name in causes.
func (t *tracked) name() string { return strings.TrimSuffix(t.key, "/") }

// explains reports whether another alert follows from this one.
func (t *tracked) explains(other *tracked) bool {
	if strings.HasPrefix(t.name(), providerFails) && (other.name() == "business/"+strings.TrimPrefix(t.name(), "partner-failing/") || covers(followPayments, other.name())) {
		return true
	}
	return covers(causes[t.Rule], other.name()) || covers(causes[t.name()], other.name()) || covers(t.explained, other.name())
}

// covers reports whether one of the patterns matches a name.
func covers(patterns []string, name string) bool {
	for _, p := range patterns {
		if start, open := strings.CutSuffix(p, "*"); name == p || open && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// fold finds the cause of each alert that was not reported yet, and lists its consequences with each cause. A cause is
// as severe as its worst consequence.
func (a *Alerts) fold(known []*tracked) {
	for _, t := range known {
		t.cause, t.Follows = nil, []Consequence{}
		if t.reported.IsZero() && t.seen.Equal(a.looked) {
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

// causeOf returns the alert's cause, or nil.
func (a *Alerts) causeOf(t *tracked, known []*tracked) *tracked {
	for _, c := range known {
		if c != t && (c.seen.Equal(a.looked) || !c.reported.IsZero()) && c.explains(t) {
			return c
		}
	}
	return nil
}

// root follows causes to the first one, and stops at cycles.
func (t *tracked) root(longest int) *tracked {
	for ; t.cause != nil && longest > 0; longest-- {
		t = t.cause
	}
	return t
}
