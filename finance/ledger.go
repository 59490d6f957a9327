package finance

import (
	"strconv"
	"strings"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// Account is a place of money in the ledger. Each account is kept for each currency by itself.
type Account string

// The accounts. What customers owe is debited to Receivable, what they paid is credited there.
const (
	Receivable Account = "receivable"
	Revenue    Account = "revenue"
	Refunds    Account = "refunds" // revenue that was taken back
)

// Cash is the account of what a payment provider holds for the shop.
func Cash(provider string) Account { return Account("cash:" + provider) }

// Kind says which fact an entry records. An order has at most one entry of each kind. A correction has the kind that it
// corrects, with its number: sale/1.
type Kind string

// The kinds of entries.
const (
	KindPayment  Kind = "payment"  // the customer paid
	KindSale     Kind = "sale"     // the order was placed, and is owed
	KindReversal Kind = "reversal" // the placed order was cancelled, and is owed no more
	KindRefund   Kind = "refund"   // the customer's money was given back

	KindHandOver      Kind = "handover"       // the customer has the plants: the sale is earned
	KindOverpayment   Kind = "overpayment"    // the customer paid once more
	KindOverpaidBack  Kind = "overpaid-back"  // which was given back
	KindChargeback    Kind = "chargeback"     // the customer's bank took the money back
	KindChargebackWon Kind = "chargeback-won" // and gave it to the shop again
)

// Chargebacks is the account of what the banks of customers took back.
const Chargebacks Account = "chargebacks"

// parts separates a kind from the number of the payment or refund that an entry is about, where there may be several.
const parts = "."

// Part is the kind of an entry about the payment or refund of a number.
func (k Kind) Part(number int) Kind { return k + parts + Kind(strconv.Itoa(number)) }

// Parted returns the kind without such a number, and the number; 1 where it has none.
func (k Kind) Parted() (Kind, int) {
	of, _ := k.Corrected()
	text, suffix, _ := strings.Cut(string(of), parts)
	suffix, _, _ = strings.Cut(suffix, parts) // of a second dispute of one payment, its own number follows
	number, err := strconv.Atoi(suffix)
	if err != nil {
		return of, 1
	}
	return Kind(text), number
}

// Entry is one movement of money, in double entry: the same amount is debited to one account and credited to another,
// so that the ledger balances by its form. Entries are never changed; a wrong one is corrected by another.
type Entry struct {
	OrderID       int64
	Kind          Kind
	Debit, Credit Account
	Amount        money.Amount
	Test          bool   // of a test order: kept apart from the shop's money
	Author        string // who entered a correction; "" of what an event entered
	Reason        string // why
}

// Payment is the entry for money that a provider took for an order.
func Payment(orderID int64, provider string, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindPayment, Debit: Cash(provider), Credit: Receivable, Amount: amount, Test: test}
}

// Sold is the entry for an order that was placed.
func Sold(orderID int64, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindSale, Debit: Receivable, Credit: Revenue, Amount: amount, Test: test}
}

// Reversed is the entry for a placed order that was cancelled.
func Reversed(orderID int64, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindReversal, Debit: Refunds, Credit: Receivable, Amount: amount, Test: test}
}

// The accounts of what is sold and handed over: the books count what was sold as earned from then on.
const (
	HandedOverSales Account = "handed-over"
	SalesToHandOver Account = "to-hand-over"
)

// HandedOver is the entry for an order that was delivered.
func HandedOver(orderID int64, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindHandOver, Debit: HandedOverSales, Credit: SalesToHandOver, Amount: amount, Test: test}
}

// Refund is the entry for the refund of a number, which a provider gave back. The first has the kind that the only one had in
// earlier releases. What is given back of an overpayment has a kind of its own.
func Refund(orderID int64, number int, provider string, amount money.Amount, test, overpaid bool) Entry {
	e := Entry{OrderID: orderID, Kind: KindRefund, Debit: Receivable, Credit: Cash(provider), Amount: amount, Test: test}
	switch {
	case overpaid:
		e.Kind = KindOverpaidBack.Part(number)
	case number > 1:
		e.Kind = e.Kind.Part(number)
	}
	return e
}

// Overpaid is the entry for money that a provider took for an order that was paid already, or had ended.
func Overpaid(orderID int64, payment int, provider string, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindOverpayment.Part(payment), Debit: Cash(provider), Credit: Receivable, Amount: amount, Test: test}
}

// Disputed is the entry for the dispute of a number: money of a payment that the customer's bank took back.
func Disputed(orderID int64, payment, number int, provider string, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindChargeback.dispute(payment, number), Debit: Chargebacks, Credit: Cash(provider), Amount: amount, Test: test}
}

// DisputeWon is the entry for such money that came back to the shop.
func DisputeWon(orderID int64, payment, number int, provider string, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindChargebackWon.dispute(payment, number), Debit: Cash(provider), Credit: Chargebacks, Amount: amount, Test: test}
}

// dispute is the kind of an entry about a payment's dispute of a number: chargeback.1 for the first of payment 1, then
// chargeback.1.2.
func (k Kind) dispute(payment, number int) Kind {
	if k = k.Part(payment); number > 1 {
		k = k.Part(number)
	}
	return k
}

// corrects separates the kind that a correction corrects from its number.
const corrects = "/"

// Correction returns the kind of the correction of a number.
func (k Kind) Correction(number int) Kind { return k + corrects + Kind(strconv.Itoa(number)) }

// Corrected returns the kind that a correction corrects, and whether it is one.
func (k Kind) Corrected() (Kind, bool) {
	of, _, is := strings.Cut(string(k), corrects)
	return Kind(of), is
}

// Sameness compares a correction with the entry that is there under its kind: fault.Conflict unless it is the same one,
// entered before.
func (e Entry) Sameness(there Entry) error {
	if e == there {
		return nil
	}
	return fault.New(fault.Conflict, "order %d has another %s: %s from %s to %s, by %s", e.OrderID, e.Kind, there.Amount, there.Credit, there.Debit, there.Author)
}
