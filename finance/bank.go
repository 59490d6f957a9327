package finance

import "acme.example/webshop/money"

// KindBank is an invoice, or a part of one, that was paid to the shop's bank. The kind has the number of the receipt: bank.1.
const KindBank Kind = "bank"

// Bank is the account of what customers paid to the shop's bank.
const Bank Account = "cash:bank"

// BankReceipt is the entry for the order's receipt of a number, from 1. Who enters it sets the author, and as the reason the bank's
// name for the receipt.
func BankReceipt(orderID int64, number int, amount money.Amount, test bool) Entry {
	return Entry{OrderID: orderID, Kind: KindBank.Part(number), Debit: Bank, Credit: Receivable, Amount: amount, Test: test}
}

// Owed is what the customer owes for an order by its entries, in minor units: what was sold, less what was taken back and paid. If
// negative, the shop owes the customer.
func Owed(entries []Entry) (sum int64) {
	for _, e := range entries {
		if e.Debit == Receivable {
			sum += e.Amount.Minor
		}
		if e.Credit == Receivable {
			sum -= e.Amount.Minor
		}
	}
	return sum
}

// BankReceipts are those of an order's entries that are bank receipts, without their corrections.
func BankReceipts(entries []Entry) (receipts []Entry) {
	for _, e := range entries {
		if _, corrects := e.Kind.Corrected(); corrects {
			continue
		}
		if kind, _ := e.Kind.Parted(); kind == KindBank {
			receipts = append(receipts, e)
		}
	}
	return receipts
}
