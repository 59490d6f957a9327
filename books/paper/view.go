package paper

import (
	"strconv"
	"strings"

	"acme.example/webshop/money"
)

// view is a document in words: what the page and the PDF tell.
type view struct {
	Language, Title, Number string
	Seller                  []string // the name first
	BuyerLabel              string
	Buyer                   []string
	Facts                   []fact
	Columns                 row
	Rows                    []row
	HasOff                  bool
	TaxColumns              taxRow
	Taxes                   []taxRow
	Sums                    []fact
	Notes                   []string
	Carried                 string // the heading of further pages

	words language
}

// fact is a value with its name.
type fact struct {
	Name, Value string
	Strong      bool
}

// row is a line of the table, or its headings.
type row struct{ Text, Quantity, Price, Off, Net, Tax string }

// taxRow is a tax, or the headings of taxes.
type taxRow struct{ Code, Name, Base, Amount, Text string }

// viewOf says a document in its language.
func viewOf(d Document) view {
	name, l := inLanguage(d.Language)
	v := view{
		Language: name, Title: l[string(d.Kind)], Number: d.Number, words: l,
		Seller: d.Seller.lines(), BuyerLabel: l["buyer"], Buyer: d.Buyer.lines(),
		Columns:    row{Text: l["item"], Quantity: l["quantity"], Price: l["price"], Off: l["off"], Net: l["net"], Tax: l["tax-code"]},
		TaxColumns: taxRow{Name: l["taxes"], Base: l["base"], Amount: l["tax-amount"]},
	}
	if d.TaxIncluded {
		v.Columns.Price = l["price-with-tax"]
	}
	v.Carried = l.say("carried", "title", v.Title, "number", d.Number)
	v.Facts = filled(
		fact{Name: l["number"], Value: d.Number}, fact{Name: l["issued"], Value: l.day(d.Issued)}, fact{Name: l["supplied"], Value: l.day(d.Supplied)},
		fact{Name: l["due"], Value: l.day(d.Due)}, fact{Name: l["order"], Value: d.Order}, fact{Name: l["purchase-order"], Value: d.PurchaseOrder},
		fact{Name: l["corrects"], Value: d.Corrects})
	v.table(d)
	v.sums(d)
	v.notes(d)
	return v
}

// lines are those of a party's block, its name first.
func (p Party) lines() []string {
	all := append([]string{p.Company, p.Name}, p.Address...)
	for _, id := range p.TaxIDs {
		all = append(all, strings.TrimSpace(id.Label+" "+id.Number))
	}
	return without(append(all, p.Contact))
}

func without(lines []string) (full []string) {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			full = append(full, line)
		}
	}
	return full
}

func filled(facts ...fact) (full []fact) {
	for _, f := range facts {
		if f.Value != "" {
			full = append(full, f)
		}
	}
	return full
}

func (v *view) table(d Document) {
	number := func(minor int64) string { return v.words.number(money.Amount{Minor: minor, Currency: d.Currency}) }
	for _, line := range d.Lines {
		r := row{Text: line.Text, Quantity: strconv.FormatInt(line.Quantity, 10), Price: number(line.UnitPrice), Net: number(line.Net), Tax: line.TaxCode}
		if line.Off != 0 {
			r.Off, v.HasOff = number(-line.Off), true
		}
		v.Rows = append(v.Rows, r)
	}
	for _, t := range d.Taxes {
		v.Taxes = append(v.Taxes, taxRow{Code: t.Code, Name: v.words.taxName(t), Base: number(t.Base), Amount: number(t.Amount), Text: t.Text})
	}
}

func (v *view) sums(d Document) {
	amount := func(minor int64) string { return v.words.amount(money.Amount{Minor: minor, Currency: d.Currency}) }
	net, total := d.Total, v.words["total"]
	for _, t := range d.Taxes {
		net -= t.Amount
	}
	if d.Kind == CreditNote {
		total = v.words["credited"]
	}
	if net != d.Total {
		v.Sums = append(v.Sums, fact{Name: v.words["net-total"], Value: amount(net)}, fact{Name: v.words["taxes"], Value: amount(d.Total - net)})
	}
	v.Sums = append(v.Sums, fact{total, amount(d.Total), true})
	if d.Paid != 0 {
		v.Sums = append(v.Sums, fact{Name: v.words["paid"], Value: amount(d.Paid)})
	}
	if d.Open != 0 {
		v.Sums = append(v.Sums, fact{v.words["open"], amount(d.Open), true})
	}
}

func (v *view) notes(d Document) {
	if d.Kind == Invoice && d.Open > 0 && !d.Due.IsZero() {
		v.Notes = append(v.Notes, v.words.say("pay", "amount", v.words.amount(money.Amount{Minor: d.Open, Currency: d.Currency}), "day", v.words.day(d.Due), "number", d.Number))
		if account := without(d.Seller.Account); len(account) > 0 {
			v.Notes = append(v.Notes, v.words["pay-to"]+": "+strings.Join(account, ", "))
		}
	}
	v.Notes = append(v.Notes, without(d.Notes)...)
}
