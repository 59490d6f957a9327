package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/database"
)

// BeforeLedger inserts orders as stored before placing an order entered its sale. The SQL suits each engine; nothing is
// its literal for no bytes.
func BeforeLedger(nothing string) string {
	return strings.Join([]string{
		oldOrder("1", "PLACED", "100", `{"taxes":[{"name":"GST","rate":"5","amount":5},{"name":"NIL","rate":"0","amount":0}]}`), oldEvent("1", "OrderPlaced"),
		oldOrder("2", "STOCKED", "100", ""), oldEvent("2", "OrderPlaced"), oldEntry("2", "sale", "receivable", "revenue"),
		oldOrder("3", "CANCELLED", "100", `{"taxes":[{"name":"GST","rate":"5","amount":5}]}`), oldEvent("3", "OrderPlaced"), oldEvent("3", "OrderCancelled"),
		oldEntry("3", "reversal", "refunds", "receivable"),
		oldOrder("4", "CANCELLED", "100", ""), oldEvent("4", "OrderPlaced"), oldEvent("4", "OrderCancelled"),
		oldOrder("5", "DELIVERY_BOOKED", "100", ""), `INSERT INTO archive (order_id, archived_at, history) VALUES (5, 1, ` + nothing + `)`,
		oldOrder("6", "CREATED", "100", ""), oldEvent("6", "OrderCreated"),
		oldOrder("7", "PLACED", "0", ""), oldEvent("7", "OrderPlaced"),
		oldOrder("8", "CANCELLED", "100", ""), oldEvent("8", "OrderCancelled"),
	}, ";\n")
}

func oldOrder(id, status, total, terms string) string {
	return `INSERT INTO orders (order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market, org_number,
		products, total_price, currency, rate, test_id, payment_provider, payment_reference, delivery_time, terms)
		SELECT ` + id + `, '` + status + `', 7, 1, '', '', '', '', '', 'B2B', 'US', '', 'BB001', ` + total + `, 'USD', '', 0, '', '', 0, '` + terms + `'`
}

func oldEvent(id, kind string) string {
	place := map[string]string{"OrderCreated": "1", "OrderPlaced": "2", "OrderCancelled": "3"}[kind]
	return `INSERT INTO journal (event_id, type, order_id, source, time, traceparent, data)
		VALUES ('00000000-0000-7000-8000-0000000000` + place + id + `', '` + kind + `', ` + id + `, '', ` + place + `, '', '{}')`
}

func oldEntry(id, kind, debit, credit string) string {
	return `INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
		VALUES (` + id + `, '` + kind + `', '` + debit + `', '` + credit + `', 100, 'USD', false, 4)`
}

// AfterLedger checks the orders of BeforeLedger: each placed one has its sale, once, and each one cancelled since has its
// reversal.
func AfterLedger(t *testing.T, s database.Store) {
	t.Helper()
	var got []string
	for id := int64(1); id <= 8; id++ {
		entries, err := s.EntriesOf(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		var of []string
		for _, e := range entries {
			of = append(of, string(e.Debit)+" > "+string(e.Credit)+" "+e.Amount.Decimal()+" "+string(e.Kind))
		}
		slices.Sort(of)
		got = append(got, strings.Join(of, ", "))
	}
	const sale, reversal = "receivable > revenue 1.00 sale", "refunds > receivable 1.00 reversal"
	const tax, back = "revenue > tax:US:GST 0.05 tax:GST", "tax:US:GST > refunds 0.05 tax-reversal:GST"
	if diff := cmp.Diff([]string{
		sale + ", " + tax, sale, strings.Join([]string{sale, reversal, tax, back}, ", "), sale + ", " + reversal, sale, "", "", "",
	}, got); diff != "" {
		t.Error(diff)
	}
	if faults, err := s.LedgerFaults(context.Background(), 100); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
}
