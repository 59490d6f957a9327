package email

import (
	"cmp"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/texts"
)

// item is one line of an order. It has a price if the order has one.
type item struct {
	Pieces int
	Name   string
	Gift   bool
	Price  string // after offers, before added taxes; "" if there is none
	Before string // before offers; "" without offers
	Off    []sum  // what offers take off
}

// sum is an amount with its name.
type sum struct{ Name, Amount string }

// bill adds what an order costs and why: its lines, offers and taxes. An order without stored lines, and a test order,
// have only their plants and their price.
func (l *content) bill(e event.OrderCreated) error {
	currency := money.Currency(e.Currency)
	if currency != "" {
		var err error
		if l.Total, err = l.language.price(money.Amount{Minor: e.TotalPrice, Currency: currency}); err != nil {
			return err
		}
	}
	if len(e.Lines) == 0 || currency == "" {
		l.Items = l.items(event.ParseItems(e.Products))
		return nil
	}
	gifts := giftsOf(e.Lines)
	for _, line := range e.Lines {
		if line.Charge == "" {
			l.Items = append(l.Items, l.item(line, gifts, currency))
		}
	}
	l.Sums, l.Included = l.sums(e, currency)
	return nil
}

// giftsOf are the prices of the gifts by their offers. They are spread over all lines, and told with the gift alone.
func giftsOf(lines []event.Line) map[string]int64 {
	all := map[string]int64{}
	for _, line := range lines {
		for _, off := range line.Off {
			if off.Gift != "" {
				all[off.Offer] += off.Amount
			}
		}
	}
	return all
}

func (l *content) item(line event.Line, gifts map[string]int64, currency money.Currency) item {
	full := line.UnitPrice * line.Quantity
	left := full
	i := item{Pieces: int(line.Quantity), Name: l.nameOf(line.SKU), Gift: line.Gift}
	for _, off := range line.Off {
		if off.Gift != "" && (!line.Gift || off.Gift != line.SKU) {
			continue
		}
		off.Amount = cmp.Or(gifts[off.Offer], off.Amount)
		left -= off.Amount
		i.Off = append(i.Off, sum{l.offer(off.Offer), l.language.reduction(off.Amount, currency)})
	}
	i.Price = l.language.written(money.Amount{Minor: left, Currency: currency})
	if left != full {
		i.Before = l.language.written(money.Amount{Minor: full, Currency: currency})
	}
	return i
}

// outOfScope is the treatment of what a tax is not about. A bill needs no words for it.
const outOfScope = "out-of-scope"

// sums returns what is between the lines and the total, nothing if the total is the sum of the lines; and the taxes
// included in the total.
func (l *content) sums(e event.OrderCreated, currency money.Currency) (sums []sum, included string) {
	subtotal, names, off := int64(0), []string(nil), map[string]int64{}
	for _, line := range e.Lines {
		if line.Charge == "" {
			subtotal += line.UnitPrice * line.Quantity
		}
		for _, o := range line.Off {
			if off[o.Offer] += o.Amount; off[o.Offer] == o.Amount {
				names = append(names, o.Offer)
			}
		}
	}
	for _, name := range names {
		sums = append(sums, sum{l.offer(name), l.language.reduction(off[name], currency)})
	}
	for _, line := range e.Lines {
		if line.Charge != "" {
			sums = append(sums, sum{l.charge(e.Market, line.Charge), l.language.written(money.Amount{Minor: line.UnitPrice * line.Quantity, Currency: currency})})
		}
	}
	var within []string
	for _, t := range e.Taxes {
		name, amount := t.Name+" "+t.Rate+"%", l.language.written(money.Amount{Minor: t.Amount, Currency: currency})
		switch text := l.taxText(e.Market, t); {
		case t.Relief != 0:
			sums = append(sums, sum{cmp.Or(text, name), l.language.reduction(t.Relief, currency)})
		case t.Amount == 0 && text != "" && t.Treatment != outOfScope:
			sums = append(sums, sum{text, amount})
		case t.Amount == 0 && t.Treatment != "":
		case t.Included:
			within = append(within, name+": "+amount)
		default:
			sums = append(sums, sum{name, amount})
		}
	}
	if len(sums) > 0 {
		sums = append([]sum{{l.language["subtotal"], l.language.written(money.Amount{Minor: subtotal, Currency: currency})}}, sums...)
	}
	return sums, strings.Join(within, ", ")
}

// offer returns an offer's name in the language of the mail. An unknown offer is its own name.
func (l *content) offer(name string) string {
	label := l.rules.Offers[name]
	return cmp.Or(label[l.Language], label[texts.Fallback], name)
}

// charge returns what a charge is called in the language of the mail. An unknown one is its own name.
func (l *content) charge(market, name string) string {
	label := l.rules.Markets[market].Charges[name]
	return cmp.Or(label[l.Language], label[texts.Fallback], name)
}

// taxText is what the bill says of a tax, in the language of the mail; "" for nothing.
func (l *content) taxText(market string, t event.Tax) string {
	text := l.rules.Markets[market].TaxTexts[t.Name+" "+t.Treatment]
	return cmp.Or(text[l.Language], text[texts.Fallback])
}

func (l language) reduction(minor int64, currency money.Currency) string {
	return "−" + l.written(money.Amount{Minor: minor, Currency: currency})
}
