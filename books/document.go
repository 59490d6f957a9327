package books

import (
	"fmt"
	"strconv"
	"strings"

	"acme.example/webshop/money"
)

// Document is what a customer gets for the accounts: an invoice or a receipt for what was sold, and a credit note for what was
// taken back. Amounts are minor units.
type Document struct {
	Series   string // market, year and kind: each has numbers without gaps
	Number   int64  // within the series, from 1
	Kind     string
	OrderID  int64
	Of       string // the entry of the order's ledger that it is about: sale, reversal, reversal.2
	Day      Day    // issued
	Due      Day    // of an invoice
	Total    int64  // in the order's currency
	Tax      int64  // all taxes in it
	Currency money.Currency
}

// The kinds of documents.
const (
	Invoice    = "invoice"
	Receipt    = "receipt"
	CreditNote = "credit-note"
)

// letters tell the series of credit notes from that of invoices and receipts.
var letters = map[string]string{CreditNote: "C"}

// Series is the series of a kind of documents of a market in a year.
func Series(market, year, kind string) string { return market + "-" + year + "-" + letters[kind] }

// SeriesKind tells the series of credit notes, "C", from that of invoices and receipts, "".
func SeriesKind(series string) string { return series[strings.LastIndexByte(series, '-')+1:] }

// Name is the number of the document as it is printed, e.g. DE-2026-000123 or DE-2026-C000004.
func (d Document) Name() string { return fmt.Sprintf("%s%06d", d.Series, d.Number) }

// ParseName reads the number of a document as it is printed (Name). It reports false for a text that is none.
func ParseName(name string) (series string, number int64, ok bool) {
	series = strings.TrimRight(name, "0123456789")
	number, err := strconv.ParseInt(name[len(series):], 10, 64)
	return series, number, err == nil && number > 0 && Document{Series: series, Number: number}.Name() == name
}
