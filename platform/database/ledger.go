package database

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
)

// Ledger is the operator's view of the shop's money.
type Ledger interface {
	// Balances returns the balance of each account and currency over real orders: debits less credits.
	Balances(ctx context.Context) ([]Balance, error)
	// EntriesOf returns the entries of an order, oldest first.
	EntriesOf(ctx context.Context, orderID int64) ([]LedgerEntry, error)
	// LedgerFaults checks the ledger against the newest orders: each entry that follows from an order's status or its
	// journal must exist with the order's amount, corrections included. It checks that many orders, archived ones by
	// their status only, and returns at most MaxLedgerFaults.
	LedgerFaults(ctx context.Context, newest int) ([]LedgerFault, error)
}

// MaxLedgerFaults bounds one answer of LedgerFaults.
const MaxLedgerFaults = 100

// Corrections corrects the ledger; only the processes of the database service use it.
type Corrections interface {
	// Correct writes a correction (finance.Kind.Correction) into the ledger. Writing the same correction again changes
	// nothing; another one of its kind is fault.Conflict. If the order does not exist, the error is fault.NotFound.
	Correct(ctx context.Context, e finance.Entry) error
}

// LedgerEntry is an entry with the time when it was written.
type LedgerEntry struct {
	finance.Entry
	Time time.Time
}

// Balance is the balance of an account in one currency.
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

// EntriesOf returns the ledger entries caused by an order's move from a status to its current one. The store writes the
// missing ones in the transaction that stores the status.
//
// A cancellation also returns the sale, which exists since the order was placed, except for orders placed by an older
// release. An imported order has no entries: the other system keeps its sale and its money.
func EntriesOf(from order.Status, o order.Order) []finance.Entry {
	test := o.TestID != 0
	sold := finance.WithTaxes(finance.Sold(o.ID, o.Total, test), o.Market, o.Terms.Taxes)
	switch {
	case o.Total.Minor == 0, o.Terms.Imported != nil:
		return nil
	case (o.Status == order.Created || from == order.PaymentDeclined) && o.PaymentReference != "": // also a late payment
		return []finance.Entry{finance.Payment(o.ID, o.PaymentProvider, o.Total, test)}
	case o.Status == order.Placed:
		return sold
	case o.Status == order.Delivered:
		return []finance.Entry{finance.HandedOver(o.ID, o.Total, test)}
	case o.Status == order.Cancelled && from.Reached(order.Placed):
		return append(sold, restReversed(o)...)
	}
	return nil
}

// restReversed takes back what is left of the sale of a cancelled order: the rest was taken back with earlier refunds.
func restReversed(o order.Order) []finance.Entry {
	earlier := reversedBefore(o, len(o.Refunds)+1)
	rest := money.Amount{Minor: o.Total.Minor - earlier, Currency: o.Total.Currency}
	return finance.PartReversed(finance.Reversed(o.ID, rest, o.TestID != 0), o.Total, earlier, o.Market, o.Terms.Taxes)
}

// reversedBefore is how much of the sale was taken back by the refunds before a number.
func reversedBefore(o order.Order, number int) (sum int64) {
	for _, r := range o.Refunds {
		if r.Number < number && r.OfSale() && r.State == payments.RefundDone {
			sum += r.Amount
		}
	}
	return sum
}

// PaymentEntriesOf returns the ledger entries that follow from what changed of an order's payments and refunds, beside that
// which paid the order (EntriesOf).
func PaymentEntriesOf(before, after order.Order) (entries []finance.Entry) {
	test, amount := after.TestID != 0, func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: after.Total.Currency} }
	for _, p := range after.Payments {
		was, _ := before.Attempt(p.Number)
		if p.State == payments.Paid && was.State != payments.Paid && p.Reference != after.PaymentReference {
			entries = append(entries, finance.Overpaid(after.ID, p.Number, p.Provider, amount(p.Amount), test))
		}
		entries = append(entries, disputeEntries(after, p, was.Disputes())...)
	}
	done := map[int]bool{}
	for _, r := range before.GivenBack() {
		done[r.Number] = r.State == payments.RefundDone
	}
	for _, r := range after.Refunds {
		if r.State != payments.RefundDone || done[r.Number] {
			continue
		}
		p, _ := after.Attempt(r.Payment)
		entries = append(entries, finance.Refund(after.ID, r.Number, p.Provider, amount(r.Amount), test, r.Reason == order.PaidTwice))
		if before.TakesBack(r) {
			part := finance.Reversed(after.ID, amount(r.Amount), test)
			part.Kind = part.Kind.Part(r.Number)
			entries = append(entries, finance.PartReversed(part, after.Total, reversedBefore(after, r.Number), after.Market, after.Terms.Taxes)...)
		}
	}
	return entries
}

func disputeEntries(o order.Order, p order.Payment, was []payments.Dispute) (entries []finance.Entry) {
	for i, d := range p.Disputes() {
		if i < len(was) && was[i].State == d.State {
			continue
		}
		entries = append(entries, finance.Disputed(o.ID, p.Number, i+1, p.Provider, d.Amount, o.TestID != 0))
		if d.State == payments.DisputeWon {
			entries = append(entries, finance.DisputeWon(o.ID, p.Number, i+1, p.Provider, d.Amount, o.TestID != 0))
		}
	}
	return entries
}

// LedgerFaultsQuery is the query of LedgerFaults, in SQL that each engine knows. $1 is how many orders it checks. It
// returns order, kind, currency, expected amount and actual amount. The taxes of an order are JSON, which each engine
// reads in its own way: the argument is a query that selects them from booked, with the columns order_id, kind, amount
// and currency.
//
// A LIMIT selects the newest orders, since the planner knows its number, and a subquery per order finds its entries. For
// a range that begins at a subquery's result, or for a join, a planner may expect a large part of all orders, and read
// the whole journal or ledger.
func LedgerFaultsQuery(taxes string) string {
	return `WITH newest AS MATERIALIZED (SELECT * FROM orders ORDER BY order_id DESC LIMIT $1),
	booked AS MATERIALIZED (SELECT o.order_id, CASE j.type WHEN 'OrderPlaced' THEN 'sale' ELSE 'reversal' END AS kind, o.total_price, o.currency, o.terms
		FROM newest o JOIN journal j ON j.order_id = o.order_id AND (j.type = 'OrderPlaced' OR j.type = 'OrderCancelled'
			AND EXISTS (SELECT 1 FROM journal p WHERE p.order_id = o.order_id AND p.type = 'OrderPlaced'))),
	called_for (order_id, kind, amount, currency) AS (
		SELECT order_id, 'payment', total_price, currency FROM newest WHERE payment_reference <> ''
		UNION ALL SELECT order_id, 'refund', total_price, currency FROM newest WHERE refund_reference <> ''
		UNION ALL SELECT order_id, kind, total_price, currency FROM booked
		UNION ALL ` + taxes + `),
	compared AS (SELECT c.order_id, c.kind, c.currency, c.amount, CAST(coalesce(` + entered + `, 0) AS bigint) AS entered
		FROM called_for c WHERE c.amount > 0)
	SELECT order_id, kind, currency, amount, entered FROM compared WHERE amount <> entered LIMIT ` + strconv.Itoa(MaxLedgerFaults)
}

// entered is the sum of an entry and its corrections: a correction in the same direction is added, one in the opposite
// direction subtracted.
const entered = `(SELECT sum(CASE
		WHEN e.kind = c.kind
			OR e.debit = 'receivable' AND c.kind IN ('sale', 'refund') OR e.credit = 'receivable' AND c.kind IN ('payment', 'reversal')
			OR e.debit = 'revenue' AND c.kind LIKE 'tax:%' OR e.credit = 'refunds' AND c.kind LIKE 'tax-reversal:%' THEN e.amount
		WHEN e.credit = 'receivable' AND c.kind IN ('sale', 'refund') OR e.debit = 'receivable' AND c.kind IN ('payment', 'reversal')
			OR e.credit = 'revenue' AND c.kind LIKE 'tax:%' OR e.debit = 'refunds' AND c.kind LIKE 'tax-reversal:%' THEN -e.amount
		ELSE 0 END)
	FROM ledger e WHERE e.order_id = c.order_id AND e.currency = c.currency
		AND (e.kind = c.kind OR substr(e.kind, 1, length(c.kind) + 1) IN (c.kind || '/', c.kind || '.')))`

// ScanLedgerFault reads a row of LedgerFaultsQuery.
func ScanLedgerFault(row interface{ Scan(...any) error }) (f LedgerFault, err error) {
	var is, must money.Amount
	err = row.Scan(&f.OrderID, &f.Kind, &must.Currency, &must.Minor, &is.Minor)
	is.Currency = must.Currency
	f.What = wrongAmount(is, must)
	return f, err
}

func wrongAmount(is, must money.Amount) string {
	if is.Minor == 0 {
		return "is missing, must be " + must.String()
	}
	return "is " + is.String() + ", must be " + must.String()
}
