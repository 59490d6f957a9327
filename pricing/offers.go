package pricing

import (
	"cmp"
	"errors"
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
}

// applyOffers applies the offers whose conditions hold, except those that another of them excludes.
func (b *bill) applyOffers(s *Set, codes []string) error {
	hold := map[string]effect{}
	for _, o := range s.judged {
		if !o.open(b, codes) || slices.ContainsFunc(o.excludedBy, func(other string) bool { _, holds := hold[other]; return holds }) {
			continue
		}
		if e, holds, err := b.consider(o); err != nil {
			b.tell(o.name, err)
		} else if holds {
			hold[o.name] = e
		}
	}
	for _, o := range s.offers {
		if e, holds := hold[o.name]; holds {
			if err := b.apply(s, e); err != nil {
				return err
			}
		}
	}
	return nil
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

// apply takes an effect off its lines.
func (b *bill) apply(s *Set, e effect) error {
	switch {
	case e.Free.Quantity > 0:
		return b.give(s, e)
	case e.Nth > 0:
		return b.takeNth(e)
	case e.Percent > 0:
		return b.takePercent(e)
	}
	return b.takeAmount(e)
}

// takePercent takes a percentage of the sum of the lines, so that many small lines are not rounded one by one.
func (b *bill) takePercent(e effect) error {
	left := int64(0)
	for _, i := range e.lines {
		left += b.lines[i].left
	}
	amount, err := e.Percent.Of(left)
	if err != nil {
		return err
	}
	return b.spread(e, amount)
}

func (b *bill) takeAmount(e effect) error { return b.spread(e, e.amount) }

// spread takes an amount, at most all, off an offer's lines in proportion.
func (b *bill) spread(e effect, amount int64) error {
	weights, all := make([]int64, len(e.lines)), int64(0)
	for at, i := range e.lines {
		weights[at] = b.lines[i].left
		all += weights[at]
	}
	parts, err := money.Split(min(amount, all), weights)
	if err != nil {
		return err
	}
	for at, i := range e.lines {
		b.take(b.lines[i], e.name, parts[at])
	}
	return nil
}

// takeNth sorts the pieces by price, the most expensive first, and takes the percentage off each nth.
func (b *bill) takeNth(e effect) error {
	slices.SortStableFunc(e.lines, func(i, j int) int { return dearer(b.lines[i], b.lines[j]) })
	laid := int64(0)
	for _, i := range e.lines {
		l := b.lines[i]
		hits := (laid+l.Quantity)/e.Nth - laid/e.Nth
		laid += l.Quantity
		amount, err := money.MulDiv(l.left, hits*int64(e.Percent), l.Quantity*int64(money.Hundred))
		if err != nil {
			return err
		}
		b.take(l, e.name, amount)
	}
	return nil
}

// dearer compares the remaining price of a piece of each line, exactly.
func dearer(a, b *line) int {
	return cmp.Or(
		cmp.Compare(b.left/b.Quantity, a.left/a.Quantity),
		cmp.Compare(b.left%b.Quantity*a.Quantity, a.left%a.Quantity*b.Quantity),
	)
}

// give adds free pieces as a line of their own, or to a line with the same product.
func (b *bill) give(s *Set, e effect) error {
	gift, err := s.line(b.market, e.Free.SKU, e.Free.Quantity)
	if err != nil {
		return err
	}
	worth := gift.left
	at := slices.IndexFunc(b.lines, func(l *line) bool { return l.Gift && l.SKU == gift.SKU })
	if at < 0 {
		gift.Gift = true
		b.lines = append(b.lines, gift)
	} else {
		gift, b.lines[at].Quantity = b.lines[at], b.lines[at].Quantity+gift.Quantity
		gift.left += worth
	}
	b.take(gift, e.name, worth)
	return nil
}

// take takes an amount off a line for an offer.
func (b *bill) take(l *line, offer string, amount int64) {
	if amount <= 0 {
		return
	}
	l.left -= amount
	l.Off = append(l.Off, event.Off{Offer: offer, Amount: amount})
	if last := len(b.offers) - 1; last >= 0 && b.offers[last].Offer == offer {
		b.offers[last].Amount += amount
		return
	}
	b.offers = append(b.offers, event.Off{Offer: offer, Amount: amount})
}
