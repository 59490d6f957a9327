package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Report is the result of an audit.
type Report struct {
	At        time.Time      `json:"at"` // of the snapshot
	Took      time.Duration  `json:"tookNanoseconds"`
	OK        bool           `json:"ok"` // no promise is broken
	Orders    int            `json:"orders"`
	Standings map[string]int `json:"standings"` // how many orders have ended, wait or are under way, and where
	Promises  []Promise      `json:"promises"`
	Checks    []Check        `json:"checks"`
	Findings  []Finding      `json:"findings"`         // what is broken
	Open      []Finding      `json:"open"`             // what waits for an operator; it breaks no promise
	Balances  []Balance      `json:"balances"`         // of the ledger
	Notes     []string       `json:"notes"`            // what was not checked, and why
	Life      []string       `json:"life,omitempty"`   // of the one order requested
	Healed    int            `json:"healed,omitempty"` // findings that were gone in the second pass
}

// Promise is one of the six promises.
type Promise struct {
	Number  int    `json:"number"`
	Says    string `json:"says"`
	Checked int    `json:"checked"`
	Broken  int    `json:"broken"`
}

// Check is a check, of each order or of all together.
type Check struct {
	Name    string `json:"name"`
	Promise int    `json:"promise"`
	Says    string `json:"says"`
	Checked int    `json:"checked"`
	Broken  int    `json:"broken"`
	Unknown int    `json:"unknown,omitempty"` // how often nothing proved either
}

// Finding is a violation.
type Finding struct {
	OrderID  int64  `json:"orderId,omitempty"` // 0: it concerns no single order
	Check    string `json:"check"`
	Promise  int    `json:"promise,omitempty"`
	Expected string `json:"expected"`
	Is       string `json:"is"`
}

// Balance is the balance of a ledger account.
type Balance struct {
	Account  string `json:"account"`
	Currency string `json:"currency"`
	Amount   int64  `json:"amount"` // debits less credits, in minor units
	Test     bool   `json:"test"`   // of test orders
}

var promises = []string{
	"No order is lost", "Money is exact", "One effect", "Only legal moves", "Nothing fails in silence",
	"No one sees or changes an order without its key",
}

const (
	maxFindings = 1000 // reported in full; all are counted
	maxOpen     = 200
)

// verdict collects the results of one check of one order.
type verdict struct {
	k     *look
	check *Check
	order int64
}

// expect counts one check, and keeps a violation.
func (v verdict) expect(ok bool, expected, is string, args ...any) {
	v.check.Checked++
	if ok {
		return
	}
	v.check.Broken++
	if len(v.k.findings) < maxFindings {
		v.k.findings = append(v.k.findings, Finding{OrderID: v.order, Check: v.check.Name, Promise: v.check.Promise, Expected: expected, Is: fmt.Sprintf(is, args...)})
	}
}

// fine counts one passed check, for callers where formatting would cost more than the check.
func (v verdict) fine() { v.check.Checked++ }

// unknown counts a check that nothing can decide.
func (v verdict) unknown() { v.check.Unknown++ }

// keep drops the findings that were gone in the second pass.
func (k *look) keep(second []Finding) {
	type same struct {
		order int64
		check string
	}
	still := map[same]bool{}
	for _, f := range second {
		still[same{f.OrderID, f.Check}] = true
	}
	all := len(k.findings)
	k.findings = slices.DeleteFunc(k.findings, func(f Finding) bool {
		if still[same{f.OrderID, f.Check}] {
			return false
		}
		k.checks[f.Check].Broken--
		return true
	})
	k.healed = all - len(k.findings)
}

func (k *look) report() Report {
	r := Report{
		At: k.at, Took: k.a.Now().Sub(k.at), OK: true, Orders: k.orders, Standings: k.standings, Balances: k.sums.balances(),
		Findings: k.findings, Open: k.open, Notes: k.notes(), Life: k.story, Healed: k.healed,
	}
	for i, says := range promises {
		r.Promises = append(r.Promises, Promise{Number: i + 1, Says: says})
	}
	for _, c := range checks {
		done := k.checks[c.name]
		r.Checks = append(r.Checks, *done)
		p := &r.Promises[c.promise-1]
		p.Checked += done.Checked
		p.Broken += done.Broken
		r.OK = r.OK && done.Broken == 0
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Promise, b.Promise), cmp.Compare(a.OrderID, b.OrderID))
	})
	return r
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
