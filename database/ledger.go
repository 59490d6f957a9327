package database

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// Ledger is what the operator sees of the shop's money.
type Ledger interface {
	// Balances returns the balance of each account and currency of real orders: debits less credits.
	Balances(ctx context.Context) ([]Balance, error)
	// EntriesOf returns the entries of an order, oldest first.
	EntriesOf(ctx context.Context, orderID int64) ([]LedgerEntry, error)
	// LedgerFaults compares the ledger with the newest orders: each entry that a state of an order or a receipt calls for
	// must be there, with the order's amount. It looks at as many orders as told, and returns at most 100 faults.
	LedgerFaults(ctx context.Context, newest int) ([]LedgerFault, error)
}

// LedgerEntry is an entry with the time at which it was written.
type LedgerEntry struct {
	finance.Entry
	Time time.Time
}

// Balance is what an account has in one currency.
type Balance struct {
	Account finance.Account
	Amount  money.Amount
}

// LedgerFault is an entry that is missing or wrong.
type LedgerFault struct {
	OrderID int64
	Kind    finance.Kind
	What    string
}

func (f LedgerFault) String() string {
	return fmt.Sprintf("the %s of order %d %s", f.Kind, f.OrderID, f.What)
}

// Entered returns the ledger entries that an order's arrival in its status causes. The store writes them in the
// transaction that stores the status.
func Entered(o order.Order) []finance.Entry {
	if o.Status == order.Created && o.PaymentReference != "" && o.Total.Minor > 0 {
		return []finance.Entry{finance.Payment(o.ID, o.PaymentProvider, o.Total, o.TestID != 0)}
	}
	return nil
}
