package papers

import (
	"fmt"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/books/paper"
	"acme.example/webshop/order"
	"acme.example/webshop/rules"
)

// kinds are the kinds of documents of the books.
var kinds = map[string]paper.Kind{books.Invoice: paper.Invoice, books.Receipt: paper.Receipt, books.CreditNote: paper.CreditNote}

// Find says what the document of a number tells, of all that the books have of an order; found is false if it has none of that
// number. "" is the invoice or receipt. The seller is the company of the rules. Back tells what a credit note takes back of each tax.
func Find(o order.Order, documents []books.Document, number string, set *rules.Set, back func(books.Document) ([]books.LineTax, error)) (d paper.Document, found bool, err error) {
	var sale string
	for _, d := range documents {
		if kinds[d.Kind] != paper.CreditNote {
			sale = d.Name()
		}
	}
	for _, d := range documents {
		if d.Name() == number || number == "" && d.Name() == sale {
			issued, err := issuedBy(d, sale)
			if err == nil && issued.Kind == paper.CreditNote {
				issued.Back, err = back(d)
			}
			return Of(o, issued, set, seller(set.Orders.Entity())), true, err
		}
	}
	return paper.Document{}, false, nil
}

// seller is the company of the rules.
func seller(c order.Books) paper.Party {
	p := paper.Party{Company: c.Company, Address: c.Address, Account: c.BankAccount}
	for _, id := range c.TaxIDs {
		p.TaxIDs = append(p.TaxIDs, paper.TaxID{Label: id.Label, Number: id.Number})
	}
	return p
}

// issuedBy is a document of the books, of an order whose sale has a document.
func issuedBy(d books.Document, sale string) (Issued, error) {
	i := Issued{Kind: kinds[d.Kind], Number: d.Name(), Total: d.Total, Tax: d.Tax}
	if i.Kind == paper.CreditNote {
		i.Corrects = sale
	}
	var err error
	if i.Day, err = time.Parse(time.DateOnly, string(d.Day)); err != nil {
		return i, fmt.Errorf("papers: %s: %w", d.Name(), err)
	}
	if d.Due != "" {
		if i.Due, err = time.Parse(time.DateOnly, string(d.Due)); err != nil {
			return i, fmt.Errorf("papers: %s: %w", d.Name(), err)
		}
	}
	return i, nil
}
