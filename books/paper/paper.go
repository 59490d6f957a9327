// Package paper writes invoices, receipts and credit notes as a page and as a PDF.
//
// It guarantees: the page and the PDF tell the same; the same document gives the same bytes; nothing is cut, as long texts
// are wrapped and long tables go on over further pages. It counts nothing: amounts are told as they are given.
package paper

import (
	"errors"
	"fmt"
	"time"

	"acme.example/webshop/money"
)

// Kind is a kind of document.
type Kind string

// The kinds of documents.
const (
	Invoice    Kind = "invoice"
	Receipt    Kind = "receipt"
	CreditNote Kind = "credit-note"
)

// Document is all that is told. Amounts are minor units of its currency; those of a credit note are what is given back, above
// zero. Texts may be empty.
type Document struct {
	Kind          Kind
	Number        string    // as printed, e.g. DE-2026-000123
	Issued        time.Time // the day of it counts, in its zone, as of the others
	Due           time.Time // zero: it is paid
	Supplied      time.Time // zero: not yet
	Order         string    // the order's number
	Corrects      string    // the number of the document that a credit note corrects
	Seller, Buyer Party
	PurchaseOrder string // the buyer's own number for the order
	Lines         []Line
	Taxes         []Tax
	TaxIncluded   bool  // whether prices and discounts have the taxes in them; nets never have
	Total         int64 // with all taxes
	Paid, Open    int64
	Currency      money.Currency
	Language      string   // one without words here is written in English
	PageSize      string   // A4 or Letter; "": A4
	Notes         []string // what else must be said
}

// Party is the seller or the buyer.
type Party struct {
	Name    string
	Company string
	Address []string // lines
	TaxIDs  []TaxID
	Account []string // lines: where to pay to
	Contact string   // a mail address or a telephone number
}

// TaxID is a number that a party has for its taxes, with its name, such as EIN.
type TaxID struct{ Label, Number string }

// Line is what was sold of one thing.
type Line struct {
	Text      string
	Quantity  int64
	UnitPrice int64
	Off       int64 // what offers take off
	Net       int64
	TaxCode   string // that of one of the taxes
}

// Tax is what is taxed at one rate.
type Tax struct {
	Code   string // what lines name it by
	Name   string
	Rate   string // percent; "" for none
	Base   int64
	Amount int64
	Text   string // what the law wants said, e.g. why there is none
}

// maxLines bounds how many lines a document may have. An order has at most 300 pieces.
const maxLines = 2000

// Check returns an error for a document that cannot be written.
func (d Document) Check() error {
	switch {
	case d.Kind != Invoice && d.Kind != Receipt && d.Kind != CreditNote:
		return fmt.Errorf("paper: there is no kind %q", d.Kind)
	case d.Number == "" || d.Issued.IsZero():
		return errors.New("paper: a document needs a number and the day on which it was issued")
	case !d.Currency.Known():
		return fmt.Errorf("paper: there is no currency %q", d.Currency)
	case d.PageSize != "" && pageSizes[d.PageSize] == (size{}):
		return fmt.Errorf("paper: there is no page size %q", d.PageSize)
	case len(d.Lines) > maxLines:
		return fmt.Errorf("paper: a document has at most %d lines", maxLines)
	}
	return nil
}
