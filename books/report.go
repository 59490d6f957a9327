package books

import (
	"encoding/json"
	"fmt"
)

// Report is what the bookkeeping system is told at a time: documents with their lines, and entries of the journal.
type Report struct {
	Documents []Detailed `json:"documents"`
	Entries   []Sealed   `json:"entries"`
}

// Sealed is an entry of the journal as it is stored, with its hash.
type Sealed struct {
	Entry json.RawMessage `json:"entry"`
	Hash  string          `json:"hash"`
}

// Detailed is a document with its lines. Amounts are minor units of its currency; those of a credit note are what is taken back, above
// zero.
type Detailed struct {
	Number   string       `json:"number"`
	Kind     string       `json:"kind"`
	Corrects string       `json:"corrects,omitempty"` // of a credit note: the number of the sale's document
	Order    int64        `json:"order"`
	Market   string       `json:"market"`
	Issued   Day          `json:"issued"`
	Due      Day          `json:"due,omitempty"`
	Currency string       `json:"currency"`
	Total    int64        `json:"total"` // with all taxes
	Tax      int64        `json:"tax"`
	Lines    []DetailLine `json:"lines"`
}

// DetailLine is a line of a document.
type DetailLine struct {
	Account Account   `json:"account"`
	Net     int64     `json:"net"`
	Taxes   []LineTax `json:"taxes,omitempty"`
}

// LineTax is a tax on a line.
type LineTax struct {
	Code   Account `json:"code"` // the account of the tax, e.g. tax:DE:VAT@19
	Base   int64   `json:"base"`
	Amount int64   `json:"amount"`
}

// Detail tells the lines of one of an order's documents, given all of them and the order's ledger. The lines come to the document's
// total; an order whose own lines do not has one.
func Detail(d Document, all []Document, o Order, ledger []Movement) (Detailed, error) {
	out := Detailed{
		Number: d.Name(), Kind: d.Kind, Order: d.OrderID, Market: o.Market, Issued: d.Day, Due: d.Due, Currency: string(d.Currency), Total: d.Total, Tax: d.Tax,
	}
	if d.Kind == CreditNote {
		out.Corrects, out.Lines = saleOf(all), []DetailLine{{Account: Refunds, Net: d.Total - d.Tax, Taxes: o.takenBack(d.Of, ledger)}}
	} else if out.Lines = o.details(); out.sum() != d.Total {
		out.Lines = []DetailLine{{Account: Revenue(o.Market, OtherClass), Net: d.Total - d.Tax, Taxes: o.ownTaxes()}}
	}
	if out.sum() != d.Total {
		return out, fmt.Errorf("books: the lines of %s come to %d, and not to its total of %d", out.Number, out.sum(), d.Total)
	}
	return out, nil
}

// saleOf is the number of the document of the sale; "" if there is none.
func saleOf(all []Document) string {
	for _, d := range all {
		if d.Kind != CreditNote {
			return d.Name()
		}
	}
	return ""
}

// Taxes are the taxes of all lines.
func (d Detailed) Taxes() (all []LineTax) {
	for _, l := range d.Lines {
		all = append(all, l.Taxes...)
	}
	return all
}

func (d Detailed) sum() (sum int64) {
	for _, l := range d.Lines {
		sum += l.Net
		for _, t := range l.Taxes {
			sum += t.Amount
		}
	}
	return sum
}

// details are the lines that the order keeps.
func (o Order) details() (lines []DetailLine) {
	for _, l := range o.Lines {
		line := DetailLine{Account: l.account(o.Market), Net: l.Net}
		for _, t := range l.Taxes {
			line.Taxes = append(line.Taxes, LineTax{Code: TaxAccount(o.Market, t), Base: t.Base, Amount: t.Amount})
		}
		lines = append(lines, line)
	}
	return lines
}

// ownTaxes are the taxes of the whole order.
func (o Order) ownTaxes() (all []LineTax) {
	for _, t := range o.Taxes {
		all = append(all, LineTax{Code: TaxAccount(o.Market, t), Base: t.Base, Amount: t.Amount})
	}
	return all
}

// takenBack are the taxes that an entry of the ledger takes back, such as reversal.2. Of all that is taken back, amounts and bases come
// to those of the sale.
func (o Order) takenBack(of string, ledger []Movement) (all []LineTax) {
	before, after := newState(o), newState(o)
	begun := false
	for _, m := range sorted(ledger) {
		is := m.part() == of
		begun = begun || is
		if !begun {
			before.add(m)
		}
		if !begun || is {
			after.add(m)
		}
	}
	for _, t := range o.Taxes {
		had, base := before.kept(t)
		has, rest := after.kept(t)
		if back := (LineTax{Code: TaxAccount(o.Market, t), Base: base - rest, Amount: had - has}); back.Base != 0 || back.Amount != 0 {
			all = append(all, back)
		}
	}
	return all
}
