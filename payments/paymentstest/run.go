package paymentstest

import "testing"

// Run tests a provider with a page where customers pay.
func Run(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"begun once": begunOnce, "begun once when many ask": begunOnceAtOnce, "an answer is lost": lostAnswer, "other terms": otherTerms,
		"not known": notKnown, "paid": paid, "paid with 3-D Secure": paid3DS, "declined": declined, "no funds, then paid": noFundsThenPaid,
		"abandoned, then paid": abandonedThenPaid, "paid in two tabs": paidTwice, "expired": expired, "over": over, "voucher paid later": voucherPaid,
		"voucher expired": voucherExpired, "open is not refunded": openIsNotRefunded,
		"webhook signatures": signatures, "webhook of a change": toldOfChange, "webhook of a dispute": toldOfDispute,
	})
	refundTests(t, open)
}

// RunAtOnce tests a provider that charges at once. It uses neither the customer nor the webhooks of the fixture.
func RunAtOnce(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"begun once": begunOnce, "begun once when many ask": begunOnceAtOnce, "an answer is lost": lostAnswer, "other terms": otherTerms, "not known": notKnown,
	})
	refundTests(t, open)
}

// RunByVoucher tests a provider without a page, whose customers pay elsewhere with a voucher, e.g. by a transfer.
func RunByVoucher(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"begun once": begunOnce, "begun once when many ask": begunOnceAtOnce, "an answer is lost": lostAnswer, "other terms": otherTerms,
		"not known": notKnown, "voucher paid later": voucherPaid, "voucher expired": voucherExpired, "open is not refunded": openIsNotRefunded,
		"webhook signatures": signatures, "webhook of a change": toldOfChange,
	})
	refundTests(t, open)
}

func refundTests(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"refunded whole": refundedWhole, "refunded in parts": refundedInParts, "refund too much": refundTooMuch, "refund once": refundOnce,
		"refund when many ask": refundAtOnce, "refund's answer is lost": refundLostAnswer,
	})
	t.Run("refunds never exceed what was paid", func(t *testing.T) { refundProperty(t, open) })
}

func all(t *testing.T, open func(*testing.T) Fixture, tests map[string]func(scene)) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(scene{T: t, Fixture: open(t), ctx: t.Context()}) })
	}
}
