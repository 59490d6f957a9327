package client

import (
	"context"

	"acme.example/webshop/database"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
)

// Sale returns an order as finance sees it, or fault.NotFound.
func (s *Store) Sale(ctx context.Context, orderID int64) (finance.Sale, error) {
	answer, err := readSale(ctx, s, orderID)
	if err != nil {
		return finance.Sale{}, err
	}
	return answer.Sale, nil
}

// Enter writes an entry into the ledger.
func (s *Store) Enter(ctx context.Context, e finance.Entry) error {
	r, key := carried(ctx)
	answer, err := enterInLedger(ctx, s, NewEntry{
		OrderId: e.OrderID, Kind: string(e.Kind), Debit: string(e.Debit), Credit: string(e.Credit), Amount: newMoney(e.Amount), Test: e.Test,
	}, key)
	if err == nil {
		settle(r, answer.EnterInLedger)
	}
	return err
}

// Balances returns the balance of each account and currency of real orders.
func (s *Store) Balances(ctx context.Context) ([]database.Balance, error) {
	answer, err := readBalances(ctx, s)
	if err != nil {
		return nil, err
	}
	return answer.Balances, nil
}

// EntriesOf returns the entries of an order.
func (s *Store) EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	answer, err := readEntries(ctx, s, orderID)
	if err != nil {
		return nil, err
	}
	return answer.Entries, nil
}

// LedgerFaults compares the ledger with the newest orders.
func (s *Store) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	answer, err := readLedgerFaults(ctx, s, newest)
	if err != nil {
		return nil, err
	}
	return answer.LedgerFaults, nil
}

func newMoney(a money.Amount) MoneyInput {
	return MoneyInput{Minor: a.Minor, Currency: string(a.Currency)}
}
