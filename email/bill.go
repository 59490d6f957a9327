package email

import (
	"cmp"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
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
		if l.Total, err = price(money.Amount{Minor: e.TotalPrice, Currency: currency}); err != nil {
			return err
		}
	}
	if len(e.Lines) == 0 || currency == "" {
		l.Items = l.items(event.ParseItems(e.Products))
		return nil
	}
	for _, line := range e.Lines {
		l.Items = append(l.Items, l.item(line, currency))
	}
	l.Sums, l.Included = l.sums(e, currency)
	return nil
}

func (l *content) item(line event.Line, currency money.Currency) item {
	full := line.UnitPrice * line.Quantity
	left := full
	i := item{Pieces: int(line.Quantity), Name: l.nameOf(line.SKU), Gift: line.Gift}
	for _, off := range line.Off {
		left -= off.Amount
		i.Off = append(i.Off, sum{l.offer(off.Offer), reduction(off.Amount, currency)})
	}
	i.Price = written(money.Amount{Minor: left, Currency: currency})
	if left != full {
		i.Before = written(money.Amount{Minor: full, Currency: currency})
	}
	return i
}

// sums returns what is between the lines and the total, nothing if the total is the sum of the lines; and the taxes
// included in the total.
func (l *content) sums(e event.OrderCreated, currency money.Currency) (sums []sum, included string) {
	subtotal, names, off := int64(0), []string(nil), map[string]int64{}
	for _, line := range e.Lines {
		subtotal += line.UnitPrice * line.Quantity
		for _, o := range line.Off {
			if off[o.Offer] += o.Amount; off[o.Offer] == o.Amount {
				names = append(names, o.Offer)
			}
		}
	}
	for _, name := range names {
		sums = append(sums, sum{l.offer(name), reduction(off[name], currency)})
	}
	var within []string
	for _, t := range e.Taxes {
		name, amount := t.Name+" "+t.Rate+"%", written(money.Amount{Minor: t.Amount, Currency: currency})
		if t.Included {
			within = append(within, name+": "+amount)
		} else {
			sums = append(sums, sum{name, amount})
		}
	}
	if len(sums) > 0 {
		sums = append([]sum{{l.language.words["subtotal"], written(money.Amount{Minor: subtotal, Currency: currency})}}, sums...)
	}
	return sums, strings.Join(within, ", ")
}

// offer returns an offer's name in the language of the mail. An unknown offer is its own name.
func (l *content) offer(name string) string {
	label := l.rules.Offers[name]
	return cmp.Or(label[l.Language], label["en"], name)
}

func reduction(minor int64, currency money.Currency) string {
	return "−" + written(money.Amount{Minor: minor, Currency: currency})
}
