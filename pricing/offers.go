package pricing

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// Codes normalizes codes as customers type them: trimmed, in capitals, without duplicates, sorted.
func Codes(typed []string) (codes []string) {
	for _, code := range typed {
		if code = strings.ToUpper(strings.TrimSpace(code)); code != "" {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

var errHigher = errors.New("the amount is negative: it would make the price higher")

// effect is an offer whose conditions hold for a cart, and its scope.
type effect struct {
	*offer
	lines  []int // positions of lines
	amount int64 // of a fixed-amount offer
	alone  int64 // what an offer of a group takes off if there are no others
}

// applyOffers applies the offers that count. Prices of gifts are taken off last, so that no offer takes less for a gift.
func (b *bill) applyOffers(s *Set, codes []string) (err error) {
	if b.room, err = b.most(); err != nil {
		return err
	}
	hold := b.judge(s, codes)
	for _, o := range s.offers {
		if hold.counts(o) {
			if err := b.apply(s, hold[o.name]); err != nil {
				return err
			}
		}
	}
	return b.spreadGifts()
}

// most is how much all offers together may take off.
func (b *bill) most() (int64, error) {
	if b.market.MaxOff == 0 {
		return math.MaxInt64, nil
	}
	return b.market.MaxOff.Of(b.subtotal)
}

// holding is the offers whose conditions hold, by name, except those that another one excludes.
type holding map[string]effect

func (b *bill) judge(s *Set, codes []string) holding {
	hold := holding{}
	for _, o := range s.judged {
		if !o.open(b, codes) || slices.ContainsFunc(o.excludedBy, hold.counts) {
			continue
		}
		e, holds, err := b.consider(o)
		if err == nil && holds && o.Group != "" {
			e.alone, err = b.alone(s, e)
		}
		if err != nil {
			b.tell(o.name, err)
		} else if holds {
			hold[o.name] = e
		}
	}
	return hold
}

// counts reports whether an offer holds, and takes more off than the others of its group; of equal ones the first counts.
func (h holding) counts(o *offer) bool {
	e, holds := h[o.name]
	return holds && !slices.ContainsFunc(o.rivals, func(r *offer) bool {
		other, holds := h[r.name]
		return holds && (other.alone > e.alone || other.alone == e.alone && r.rank < o.rank)
	})
}

// alone is what an offer would take off without others.
func (b *bill) alone(s *Set, e effect) (int64, error) {
	if e.Free.Quantity > 0 {
		gift, err := s.line(b.market, e.Free.SKU, e.Free.Quantity)
		if err != nil {
			return 0, err
		}
		return gift.left, nil
	}
	parts, err := b.parts(e)
	return sum(parts), err
}

func (b *bill) tell(offer string, err error) {
	if b.observe != nil {
		b.observe(offer, err)
	}
}

// open reports whether the offer is current, and its code was given.
func (o *offer) open(b *bill, codes []string) bool {
	switch {
	case o.Code != "" && !slices.Contains(codes, o.Code):
	case !o.From.IsZero() && b.now.Before(o.From.In(b.market.Zone)):
	case !o.Until.IsZero() && !b.now.Before(o.Until.In(b.market.Zone)):
	default:
		return true
	}
	return false
}

// consider evaluates the offer's expressions, and returns its scope.
func (b *bill) consider(o *offer) (e effect, holds bool, err error) {
	e.offer = o
	if holds, err = b.holds(o.when); err != nil || !holds {
		return e, false, err
	}
	which, err := b.which(o.items)
	if err != nil {
		return e, false, err
	}
	pieces := int64(0)
	for i, matches := range which {
		if matches {
			e.lines = append(e.lines, i)
			pieces += b.lines[i].Quantity
		}
	}
	e.amount, err = b.fixed(o)
	works := o.Percent != 0 || o.Free.Quantity > 0 || e.amount > 0
	return e, works && len(e.lines) > 0 && pieces >= o.Nth, err
}

// fixed returns the amount of a fixed-amount offer; else 0.
func (b *bill) fixed(o *offer) (int64, error) {
	if o.amount == nil {
		return o.Amounts[b.market.Currency], nil
	}
	amount, err := b.number(o.amount)
	if err == nil && amount < 0 {
		err = errHigher
	}
	return amount, err
}

// apply takes an effect off its lines, as far as there is room.
func (b *bill) apply(s *Set, e effect) error {
	if e.Free.Quantity > 0 {
		return b.give(s, e)
	}
	parts, err := b.parts(e)
	if err != nil {
		return err
	}
	if sum(parts) > b.room {
		if parts, err = money.Split(b.room, parts); err != nil {
			return err
		}
	}
	for at, i := range e.lines {
		b.take(b.lines[i], event.Off{Offer: e.name, Amount: parts[at]})
	}
	b.room -= sum(parts)
	return nil
}

// parts are what an effect takes off each of its lines.
func (b *bill) parts(e effect) ([]int64, error) {
	if e.Nth > 0 {
		return b.nthParts(e)
	}
	weights := make([]int64, len(e.lines))
	for at, i := range e.lines {
		weights[at] = b.lines[i].left
	}
	amount, all := e.amount, sum(weights)
	if e.Percent > 0 { // of the sum of the lines, so that many small lines are not rounded one by one
		var err error
		if amount, err = e.Percent.Of(all); err != nil {
			return nil, err
		}
	}
	return money.Split(min(amount, all), weights)
}

// nthParts lays out the pieces by price, the most expensive first, and takes the percentage off each nth.
func (b *bill) nthParts(e effect) ([]int64, error) {
	parts, order, laid := make([]int64, len(e.lines)), make([]int, len(e.lines)), int64(0)
	for at := range order {
		order[at] = at
	}
	slices.SortStableFunc(order, func(i, j int) int { return dearer(b.lines[e.lines[i]], b.lines[e.lines[j]]) })
	for _, at := range order {
		l := b.lines[e.lines[at]]
		hits := (laid+l.Quantity)/e.Nth - laid/e.Nth
		laid += l.Quantity
		var err error
		if parts[at], err = money.MulDiv(l.left, hits*int64(e.Percent), l.Quantity*int64(money.Hundred)); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// dearer compares the remaining price of a piece of each line, exactly.
func dearer(a, b *line) int {
	return cmp.Or(
		cmp.Compare(b.left/b.Quantity, a.left/a.Quantity),
		cmp.Compare(b.left%b.Quantity*a.Quantity, a.left%a.Quantity*b.Quantity),
	)
}

// give adds free pieces as a line of their own, or to a line with the same gift, if there is room for their price.
func (b *bill) give(s *Set, e effect) error {
	gift, err := s.line(b.market, e.Free.SKU, e.Free.Quantity)
	if err != nil || gift.left > b.room {
		return err
	}
	b.room -= gift.left
	b.gifts = append(b.gifts, event.Off{Offer: e.name, Amount: gift.left, Gift: gift.SKU})
	at := slices.IndexFunc(b.lines, func(l *line) bool { return l.Gift && l.SKU == gift.SKU })
	if at < 0 {
		gift.Gift = true
		b.lines = append(b.lines, gift)
		return nil
	}
	b.lines[at].Quantity, b.lines[at].left = b.lines[at].Quantity+gift.Quantity, b.lines[at].left+gift.left
	return nil
}

// spreadGifts takes the prices of gifts off all lines, in proportion: what is paid is paid for the gifts too, and has their taxes.
func (b *bill) spreadGifts() error {
	for _, gift := range b.gifts {
		weights := make([]int64, len(b.lines))
		for i, l := range b.lines {
			weights[i] = l.left
		}
		parts, err := money.Split(gift.Amount, weights)
		if err != nil {
			return err
		}
		for i, l := range b.lines {
			b.take(l, event.Off{Offer: gift.Offer, Amount: parts[i], Gift: gift.Gift})
		}
	}
	return nil
}

// take takes off a line what an offer does.
func (b *bill) take(l *line, off event.Off) {
	if off.Amount <= 0 {
		return
	}
	l.left -= off.Amount
	l.Off = append(l.Off, off)
	if last := len(b.offers) - 1; last >= 0 && b.offers[last].Offer == off.Offer {
		b.offers[last].Amount += off.Amount
		return
	}
	b.offers = append(b.offers, off)
}
