package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/platform/partner/simulator"
)

// moves are the legal changes of a payment's status.
var moves = map[string]string{"action-required": "succeeded failed expired", "expired": "succeeded", "succeeded": "", "failed": ""}

// flow is a payment of 300000 with everyone who acts on it.
type flow struct {
	*rapid.T
	p        *simulator.Partners
	now      *clock
	made     simulator.Record
	refunded int64
}

var buttons = []string{"pay", "pay-3ds", "confirm", "reject", "pay-no-funds", "pay-declined", "voucher", "abandon"}

// step lets the customer, the operator, the clock or the shop do something.
func (f *flow) step(number int) {
	switch rapid.SampledFrom([]string{"customer", "operator", "clock", "shop", "customer", "customer"}).Draw(f.T, "who") {
	case "customer":
		press(f.p, f.made, rapid.SampledFrom(buttons).Draw(f.T, "button"))
	case "operator":
		operate(f.p, simulator.PaymentsMX, f.made.Key, rapid.SampledFrom([]string{"pay", "pay-late", "dispute"}).Draw(f.T, "action"))
	case "clock":
		f.now.set(f.now.now().Add(time.Duration(rapid.IntRange(1, 20).Draw(f.T, "minutes")) * time.Minute))
	case "shop":
		amount := rapid.IntRange(1, 300000).Draw(f.T, "amount")
		if post(f.p, "/payments-mx/refunds", fmt.Sprint("refund:", number), refund(f.made.Key, amount, "MXN")).Code == http.StatusOK {
			f.refunded += int64(amount)
		}
	}
}

// check compares the payment before and after a step.
func (f *flow) check(before, after simulator.Record) {
	if after.Status != before.Status && !strings.Contains(moves[before.Status], after.Status) {
		f.Fatalf("a payment that was %s is %s", before.Status, after.Status)
	}
	if after.Status == "action-required" && !f.now.now().Before(f.made.Until) {
		f.Fatalf("the payment is open after %s", f.made.Until)
	}
	if before.Voucher != nil && (after.Voucher == nil || *after.Voucher != *before.Voucher) {
		f.Fatalf("the voucher %+v became %+v", before.Voucher, after.Voucher)
	}
	if after.Refunded != f.refunded || f.refunded > 300000 || f.refunded > 0 && after.Status != "succeeded" {
		f.Fatalf("%d were refunded of what is %s; it says %d", f.refunded, after.Status, after.Refunded)
	}
}

// TestAnyFlowOfAPaymentIsLegal: whatever is done, the status makes legal moves only, a voucher stays the same, and refunds are at
// most what was paid.
func TestAnyFlowOfAPaymentIsLegal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := flow{T: rt, now: &clock{}}
		f.p = withPages(t, f.now, simulator.Config{})
		f.made = opened(t, f.p, "key:1", rapid.SampledFrom([]string{"card", "cash-voucher", "bank-transfer"}).Draw(rt, "method"), noon.Add(time.Hour))
		before := f.made
		for i := range 30 {
			f.step(i)
			after := decode[simulator.Record](t, ask(f.p.Handler(), "GET", "/payments-mx/charges/key:1", "", ""))
			f.check(before, after)
			before = after
		}
	})
}
