package memory

import (
	"cmp"
	"context"
	"slices"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// Enter writes an entry into the ledger, once.
func (s *Store) Enter(ctx context.Context, e finance.Entry) error {
	_, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(e.OrderID)
		t.enter(finance.WithTaxes(e, o.Market, o.Terms.Taxes)...)
		return err
	})
	return err
}

// enter writes entries that are not there yet. Nothing is owed for what costs nothing.
func (t *tx) enter(entries ...finance.Entry) {
	for _, e := range entries {
		if e.Amount.Minor != 0 && t.disk.entry(e.OrderID, e.Kind) == nil {
			set(t, &t.disk.ledger, append(t.disk.ledger, database.LedgerEntry{Entry: e, Time: millis(t.now())}))
		}
	}
}

func (d *Disk) entry(orderID int64, kind finance.Kind) *database.LedgerEntry {
	for i, e := range d.ledger {
		if e.OrderID == orderID && e.Kind == kind {
			return &d.ledger[i]
		}
	}
	return nil
}

// Refunded keeps the reference of an order's refund, and enters it in the ledger.
func (s *Store) Refunded(ctx context.Context, id int64, reference string) error {
	_, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(id)
		if err != nil {
			return err
		}
		set(t, &t.disk.orders[id-1].RefundReference, reference)
		t.enter(finance.Refund(id, o.PaymentProvider, o.Total, o.TestID != 0))
		return nil
	})
	return err
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
		for _, want := range s.disk.calledFor(o) {
			if what := wrong(s.disk.entry(o.ID, want.Kind), want.Amount); what != "" && len(faults) < 100 {
				faults = append(faults, database.LedgerFault{OrderID: o.ID, Kind: want.Kind, What: what})
			}
		}
	}
	return faults, nil
}

// calledFor lists the entries that the order's state and its receipts call for.
func (d *Disk) calledFor(o order.Order) (entries []finance.Entry) {
	var kinds []finance.Kind
	if o.PaymentReference != "" {
		kinds = append(kinds, finance.KindPayment)
	}
	if o.RefundReference != "" {
		kinds = append(kinds, finance.KindRefund)
	}
	for _, env := range d.journal {
		r := d.receipts[receiptKey{env.ID, "finance." + string(env.Type)}]
		switch {
		case env.OrderID != o.ID || r == nil || r.state != done:
		case env.Type == event.TypeOrderPlaced:
			kinds = append(kinds, finance.KindSale)
		case env.Type == event.TypeOrderCancelled && d.stated(o.ID, event.TypeOrderPlaced):
			kinds = append(kinds, finance.KindReversal)
		}
	}
	for _, kind := range kinds {
		entries = append(entries, finance.WithTaxes(finance.Entry{OrderID: o.ID, Kind: kind, Amount: o.Total}, o.Market, o.Terms.Taxes)...)
	}
	return entries
}

func wrong(e *database.LedgerEntry, want money.Amount) string {
	switch {
	case want.Minor == 0 || e != nil && e.Amount == want:
		return ""
	case e == nil:
		return "is missing, must be " + want.String()
	}
	return "is " + e.Amount.String() + ", must be " + want.String()
}
