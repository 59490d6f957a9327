package memory

import (
	"cmp"
	"context"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

func (d *Disk) entry(orderID int64, kind finance.Kind) *database.LedgerEntry {
	for i, e := range d.ledger {
		if e.OrderID == orderID && e.Kind == kind {
			return &d.ledger[i]
		}
	}
	return nil
}

// Balances returns what each account has.
func (s *Store) Balances(context.Context) (balances []database.Balance, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	type account struct {
		name     finance.Account
		currency money.Currency
	}
	sums := map[account]int64{}
	for _, e := range s.disk.ledger {
		if !e.Test {
			sums[account{e.Debit, e.Amount.Currency}] += e.Amount.Minor
			sums[account{e.Credit, e.Amount.Currency}] -= e.Amount.Minor
		}
	}
	for a, sum := range sums {
		balances = append(balances, database.Balance{Account: a.name, Amount: money.Amount{Minor: sum, Currency: a.currency}})
	}
	slices.SortFunc(balances, func(a, b database.Balance) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
	})
	return balances, nil
}

// EntriesOf returns the entries of an order.
func (s *Store) EntriesOf(_ context.Context, orderID int64) (entries []database.LedgerEntry, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, e := range s.disk.ledger {
		if e.OrderID == orderID {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b database.LedgerEntry) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Kind, b.Kind))
	})
	return entries, nil
}

// LedgerFaults compares the ledger with the newest orders.
func (s *Store) LedgerFaults(_ context.Context, newest int) (faults []database.LedgerFault, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	orders := s.disk.orders
	for _, o := range orders[max(0, len(orders)-newest):] {
		faults = append(faults, s.disk.misentered(o)...)
	}
	return faults[:min(len(faults), database.MaxLedgerFaults)], nil
}

// misentered compares the ledger with what the order's state and its journal call for.
func (d *Disk) misentered(o order.Order) (faults []database.LedgerFault) {
	test := o.TestID != 0
	var must []finance.Entry
	if o.PaymentReference != "" {
		must = append(must, finance.Payment(o.ID, o.PaymentProvider, o.Total, test))
	}
	if o.RefundReference != "" {
		must = append(must, finance.Refund(o.ID, o.PaymentProvider, o.Total, test))
	}
	if d.stated(o.ID, event.TypeOrderPlaced) {
		must = append(must, finance.WithTaxes(finance.Sold(o.ID, o.Total, test), o.Market, o.Terms.Taxes)...)
		if d.stated(o.ID, event.TypeOrderCancelled) {
			must = append(must, finance.WithTaxes(finance.Reversed(o.ID, o.Total, test), o.Market, o.Terms.Taxes)...)
		}
	}
	for _, e := range must {
		if wrong := database.LedgerFaultOf(d.ledger, e); wrong != nil && e.Amount.Minor > 0 {
			faults = append(faults, *wrong)
		}
	}
	return faults
}
