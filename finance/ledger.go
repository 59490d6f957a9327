package finance

import "acme.example/webshop/money"

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

// Kind says which fact an entry records. An order has at most one entry of each kind.
type Kind string

// The kinds of entries.
const (
	KindPayment  Kind = "payment"  // the customer paid
	KindSale     Kind = "sale"     // the order was placed, and is owed
	KindReversal Kind = "reversal" // the placed order was called off, and is owed no more
	KindRefund   Kind = "refund"   // the customer's money was given back
)

// Entry is one movement of money, in double entry: the same amount is debited to one account and credited to another,
// so that the ledger balances by its form. Entries are never changed; a mistake is reversed by another entry.
type Entry struct {
	OrderID       int64
	Kind          Kind
	Debit, Credit Account
	Amount        money.Amount
	Test          bool // of a test order: kept apart from the shop's money
}

// Payment is the entry for money that a provider took for an order.
func Payment(orderID int64, provider string, amount money.Amount, test bool) Entry {
	return Entry{orderID, KindPayment, Cash(provider), Receivable, amount, test}
}

// Refund is the entry for money that a provider gave back.
func Refund(orderID int64, provider string, amount money.Amount, test bool) Entry {
	return Entry{orderID, KindRefund, Receivable, Cash(provider), amount, test}
}

// sold and reversed are the entries for an order that is owed, and owed no more.
func (s Sale) sold() Entry { return Entry{s.OrderID, KindSale, Receivable, Revenue, s.Amount, s.Test} }

func (s Sale) reversed() Entry {
	return Entry{s.OrderID, KindReversal, Refunds, Receivable, s.Amount, s.Test}
}
