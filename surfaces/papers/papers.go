// Package papers says what the invoice, the receipt and the credit notes of an order tell: it puts together what the
// customer agreed to, the number and sums that the books gave, and the names in the rules.
package papers

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/books/paper"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/rules"
)

// Issued is a document as the books have it. Amounts are minor units of the order's currency.
type Issued struct {
	Kind     paper.Kind
	Number   string    // as printed
	Corrects string    // of a credit note: the number of what it corrects
	Day      time.Time // of issue
	Due      time.Time // zero: none
	Total    int64     // with taxes; of a credit note what is given back
	Tax      int64
	Back     []books.LineTax // of a credit note: what it takes back of each tax
}

// Of says what a document of an order tells, by the rules under which the order was made. A seller without a contact has that of
// the market.
func Of(o order.Order, i Issued, set *rules.Set, seller paper.Party) paper.Document {
	f := filler{order: o, issued: i, rules: set, language: cmp.Or(o.Language, set.Mail.Markets[o.Market].Language)}
	seller.Contact = cmp.Or(seller.Contact, set.Mail.Markets[o.Market].Contact.Email)
	d := paper.Document{
		Kind: i.Kind, Number: i.Number, Corrects: i.Corrects, Issued: i.Day, Due: i.Due, Order: strconv.FormatInt(o.ID, 10),
		Seller: seller, Buyer: f.buyer(), PurchaseOrder: o.Terms.Details["purchaseOrder"], Total: i.Total, Currency: o.Total.Currency,
		Language: f.language, PageSize: pageSizes[f.country()],
	}
	f.settle(&d)
	if i.Kind == paper.CreditNote {
		d.Taxes = f.taxBack()
		return d
	}
	d.TaxIncluded, d.Lines, d.Taxes = f.included(), f.lines(), f.taxes()
	return d
}

// pageSizes are those of countries that do not use A4.
var pageSizes = map[string]string{"US": "Letter", "CA": "Letter", "MX": "Letter"}

// filler fills one document.
type filler struct {
	order    order.Order
	issued   Issued
	rules    *rules.Set
	language string
}

func (f filler) country() string {
	return cmp.Or(f.order.Address.Country, f.rules.Mail.Markets[f.order.Market].Country)
}

// in is a text in the document's language.
func (f filler) in(text map[string]string) string {
	return cmp.Or(text[f.language], text[texts.Fallback])
}

// settle says what is paid and what is to be paid, as on the day of issue: later payments do not change the document.
func (f filler) settle(d *paper.Document) {
	if f.issued.Kind == paper.Invoice {
		d.Open = f.issued.Total
		return
	}
	d.Paid = f.issued.Total
}

func (f filler) buyer() paper.Party {
	o := f.order
	where := o.Address
	where.Company, where.RecipientName = "", ""
	p := paper.Party{Name: o.Customer.Name, Company: o.Address.Company, Address: where.Lines(o.Customer.Street, o.Customer.City, f.country())}
	if o.OrgNumber != "" {
		p.TaxIDs = []paper.TaxID{{Label: f.taxIDLabel(), Number: o.OrgNumber}}
	}
	return p
}

// taxIDLabel is what the market calls the buyer's number; "" for one without a name.
func (f filler) taxIDLabel() string {
	if n := f.rules.Orders.CustomerTypes[f.order.CustomerType].OrgNumber; n != nil {
		return f.in(n.Markets[f.order.Market].Label)
	}
	return ""
}

func (f filler) name(sku string) string { return cmp.Or(f.in(f.rules.Mail.Products[sku].Name), sku) }

// called names what a line is about: a product, or a charge.
func (f filler) called(l event.Line) string {
	if l.Charge != "" {
		return cmp.Or(f.in(f.rules.Mail.Markets[f.order.Market].Charges[l.Charge]), l.Charge)
	}
	return f.name(l.SKU)
}

// included reports whether prices have the taxes in them.
func (f filler) included() bool {
	for _, t := range f.order.Terms.Taxes {
		if t.Included {
			return true
		}
	}
	return false
}

// lines are those of the order. An order whose lines are not kept, or do not come to the total, has one line of all its plants.
func (f filler) lines() (all []paper.Line) {
	var sum int64
	for _, l := range f.order.Terms.Lines {
		line := paper.Line{Text: f.called(l), Quantity: l.Quantity, UnitPrice: l.UnitPrice, Net: l.Total - l.Tax, TaxCode: f.codes(l)}
		for _, off := range l.Off {
			line.Off += off.Amount
		}
		all, sum = append(all, line), sum+l.Total
	}
	if len(all) > 0 && sum == f.issued.Total {
		return all
	}
	return []paper.Line{f.whole()}
}

func (f filler) whole() paper.Line {
	var plants []string
	for _, item := range f.order.Products {
		plants = append(plants, strconv.FormatInt(item.Quantity, 10)+" × "+f.name(item.SKU))
	}
	net := f.issued.Total - f.issued.Tax
	price := net
	if f.included() {
		price = f.issued.Total
	}
	return paper.Line{Text: strings.Join(plants, ", "), Quantity: 1, UnitPrice: price, Net: net}
}

// code names a tax on the lines: A for the first.
func code(n int) string { return string(rune('A' + n%26)) }

// codes are those of the taxes of a line.
func (f filler) codes(l event.Line) string {
	var all []string
	for n, t := range f.told() {
		for _, own := range l.Taxes {
			if own.Name == t.Name && own.Rate == t.Rate && own.Treatment == t.Treatment {
				all = append(all, code(n))
			}
		}
	}
	return strings.Join(all, " ")
}

// told are the taxes that the document tells of: not what a tax is not about.
func (f filler) told() (all []event.Tax) {
	for _, t := range f.order.Terms.Taxes {
		if t.Treatment != "out-of-scope" || t.Amount != 0 || f.text(t) != "" {
			all = append(all, t)
		}
	}
	return all
}

// text is what the law wants said of a tax.
func (f filler) text(t event.Tax) string {
	return f.in(f.rules.Mail.Markets[f.order.Market].TaxTexts[t.Name+" "+t.Treatment])
}

// rate is that of a tax in percent; "" for one that is not reckoned by a rate, such as an exempt one.
func rate(t event.Tax) string {
	if t.Treatment == "" || t.Treatment == "rate" || t.Treatment == "zero" {
		return t.Rate
	}
	return ""
}

func (f filler) taxes() (all []paper.Tax) {
	for n, t := range f.told() {
		base := t.Base
		if t.Treatment == "" { // rules without authorities keep no base: each of their taxes is of everything
			base = f.issued.Total - f.issued.Tax
		}
		all = append(all, paper.Tax{Code: code(n), Name: t.Name, Rate: rate(t), Base: base, Amount: t.Amount, Text: f.text(t)})
	}
	return all
}

// taxBack are the taxes that a credit note takes back.
func (f filler) taxBack() (all []paper.Tax) {
	for _, t := range f.told() {
		of := books.TaxAccount(f.order.Market, books.Tax{Name: t.Name, Rate: t.Rate, Treatment: t.Treatment})
		for _, back := range f.issued.Back {
			if back.Code == of {
				all = append(all, paper.Tax{Name: t.Name, Rate: rate(t), Base: back.Base, Amount: back.Amount, Text: f.text(t)})
			}
		}
	}
	return all
}
