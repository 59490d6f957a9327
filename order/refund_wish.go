package order

import (
	"slices"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// RefundWish is what a person asks for.
type RefundWish struct {
	OrderID  int64
	Amount   money.Amount // zero: what was paid for the products; without a currency: in that of the order
	Products event.Items  // the pieces that it is for; none: a part of the price
	Reason   string       // told to the customer
	By       string
	Key      string // one refund for each; "" for a new one each time
	// Alone is how much of an order one person may give back, in minor units: beyond it takes a second one. nil: any amount.
	Alone *int64

	complaint bool // it is for a complaint, and its reason is Complained
}

// maxReason bounds the reason of a refund, in characters, and maxRefundKey its key, in bytes.
const maxReason, maxRefundKey = 200, 100

// check refuses what no order can have, and a reason that the customer cannot be told.
func (w RefundWish) check() error {
	var pieces int64
	for _, item := range w.Products {
		if item.Quantity <= 0 || item.Quantity > MaxPieces || item.SKU == "" || strings.Contains(item.SKU, ",") {
			return fault.InvalidField("lines", "must each have a SKU and a quantity from 1 to %d", MaxPieces)
		}
		pieces += item.Quantity
	}
	switch {
	case pieces > MaxPieces, len(w.Products) > MaxPieces:
		return fault.InvalidField("lines", "must have at most %d pieces", MaxPieces)
	case len(w.Key) > maxRefundKey:
		return fault.InvalidField("key", "must have at most %d bytes", maxRefundKey)
	case blank(w.Reason):
		return fault.InvalidField("reason", "must say why; the customer is told")
	case w.Reason == OrderWasCancelled, w.Reason == PaidTwice, w.Reason == Complained && !w.complaint:
		return fault.InvalidField("reason", "must not be %q, which stands for a refund by the shop itself; say it in a sentence", w.Reason)
	}
	return checkReason(w.Reason)
}

// withRefund returns the order with a refund that was asked for, and the refund: one that was asked for under the same key
// already is not asked for again.
func (o Order) withRefund(w RefundWish, now time.Time) (Order, Refund, error) {
	if err := w.check(); err != nil {
		return o, Refund{}, err
	}
	for _, r := range o.Refunds {
		if w.Key != "" && r.Key == w.Key {
			return o, r, w.repeats(r)
		}
	}
	p, err := o.givesBack()
	if err != nil {
		return o, Refund{}, err
	}
	amount, err := o.wished(w)
	if err != nil {
		return o, Refund{}, err
	}
	r := Refund{
		Number: len(o.Refunds) + 1, Payment: p.Number, Amount: amount, Reason: w.Reason, By: w.By, Key: w.Key, Products: w.Products.String(),
		Two: w.Alone != nil && o.byPersons()+amount > *w.Alone, State: payments.RefundPending, At: now,
	}
	if r.Two && (w.By == "" || slices.Contains(NoOnes, w.By)) {
		return o, Refund{}, notNamed(w.By)
	}
	o.Refunds = append(slices.Clone(o.Refunds), r)
	return o, r, nil
}

func notNamed(by string) error {
	return fault.New(fault.Conflict, "a refund of this amount takes two operators with names of their own, each with a token (--operator); %q is not one", by)
}

// givesBack returns the payment that a person may give back, or why there is none.
func (o Order) givesBack() (Payment, error) {
	p, paid := o.payment()
	taken, byBank := p.keptByBank()
	switch {
	case !paid:
		return p, fault.New(fault.Conflict, "order %d is not paid, or was not paid through a provider; there is nothing to give back", o.ID)
	case o.Status != Cancelled && !o.Status.Reached(Placed):
		return p, fault.New(fault.Conflict, "the order is %s and not in the order book yet; cancel it to give the money back", o.Status)
	case byBank:
		return p, fault.New(fault.Conflict, "the customer's bank has taken the money of this order back (dispute %s); answer that at %s", taken.Reference, p.Provider)
	case len(o.Refunds) >= MaxRefunds:
		return p, fault.New(fault.LimitReached, "the order has %d refunds, and cannot have more", len(o.Refunds))
	}
	return p, nil
}

// GivesBack is how much a person may give back now, in minor units of the order's currency.
func (o Order) GivesBack() int64 {
	if _, err := o.givesBack(); err != nil {
		return 0
	}
	return o.Refundable()
}

// wished is how much is to be given back, in minor units.
func (o Order) wished(w RefundWish) (int64, error) {
	left := o.Refundable()
	switch {
	case w.Amount.Currency != "" && w.Amount.Currency != o.Total.Currency:
		return 0, fault.InvalidField("currency", "must be %s, in which the order was paid", o.Total.Currency)
	case len(w.Products) > 0 && w.Amount.Minor != 0:
		return 0, fault.InvalidField("amount", "must be missing when there are lines, which say how much it is")
	case len(w.Products) > 0:
		amount, err := o.paidFor(w.Products)
		amount -= amount % o.Total.Currency.Step()
		if err == nil && amount > left {
			err = fault.InvalidField("lines", "cost more than %s, which is left of what was paid", money.Amount{Minor: left, Currency: o.Total.Currency})
		}
		return amount, err
	case w.Amount.Minor <= 0:
		return 0, fault.InvalidField("amount", "must be more than 0")
	case w.Amount.Minor%o.Total.Currency.Step() != 0:
		return 0, fault.InvalidField("amount", "must be a multiple of %s, which is the least that can be paid", money.Amount{Minor: o.Total.Currency.Step(), Currency: o.Total.Currency})
	case w.Amount.Minor > left:
		return 0, fault.InvalidField("amount", "must be at most %s, which is left of what was paid", money.Amount{Minor: left, Currency: o.Total.Currency})
	}
	return w.Amount.Minor, nil
}

// byPersons is how much of the order persons have asked to give back.
func (o Order) byPersons() (sum int64) {
	for _, r := range o.Refunds {
		if r.By != "" && !r.State.Void() {
			sum += r.Amount
		}
	}
	return sum
}

// repeats checks that a refund is what a repeated request asked for.
func (w RefundWish) repeats(r Refund) error {
	if r.Reason == w.Reason && r.Products == w.Products.String() && (len(w.Products) > 0 || r.Amount == w.Amount.Minor) {
		return nil
	}
	return fault.New(fault.KeyReused, "this key was used for another refund")
}

// paidFor is what was paid for some pieces of the order, taxes in it. Pieces of one product are given back one after the other,
// so that all of them are what was paid for all, to the cent.
func (o Order) paidFor(products event.Items) (sum int64, err error) {
	before, asked := o.piecesBack(), map[string]int64{}
	for _, item := range products {
		asked[item.SKU] += item.Quantity
	}
	for _, sku := range sortedKeys(asked) {
		bought, paid := o.bought(sku)
		if left := bought - before[sku]; asked[sku] > left {
			return 0, fault.InvalidField("lines", "must be pieces that were paid for and not given back: of %s there are %d", sku, max(left, 0))
		}
		sum += money.Share(paid, before[sku]+asked[sku], bought) - money.Share(paid, before[sku], bought)
	}
	if sum <= 0 {
		return 0, fault.InvalidField("lines", "cost nothing")
	}
	return sum, nil
}

// bought is how many pieces of a product were paid for, and what was paid for them. Gifts of earlier releases were not paid for.
func (o Order) bought(sku string) (pieces, paid int64) {
	for _, l := range o.Terms.Lines {
		if strings.TrimSpace(l.SKU) == sku && l.Charge == "" && (!l.Gift || l.Total > 0) {
			pieces, paid = pieces+l.Quantity, paid+l.Total
		}
	}
	return pieces, paid
}

// piecesBack counts the pieces that refunds are for, by product.
func (o Order) piecesBack() map[string]int64 {
	all := map[string]int64{}
	for _, r := range o.Refunds {
		if r.State.Void() {
			continue
		}
		for _, item := range event.ParseItems(r.Products) {
			all[item.SKU] += item.Quantity
		}
	}
	return all
}
