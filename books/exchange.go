package books

import (
	"cmp"
	"slices"

	"acme.example/webshop/money"
)

// Rate is how many units of a currency one unit of the company's was on a day, and who said so.
type Rate struct {
	Currency money.Currency
	Day      Day
	Rate     string
	Source   string
}

// convert returns minor units of a currency in the company's.
func (r Rate) convert(minor int64, own money.Currency) (int64, error) {
	if r.Currency == own {
		return minor, nil
	}
	rate, err := money.ParseRate(r.Rate)
	if err != nil {
		return 0, err
	}
	a, err := rate.Invert(money.Amount{Minor: max(minor, -minor), Currency: r.Currency}, own)
	if minor < 0 {
		a.Minor = -a.Minor
	}
	return a.Minor, err
}

// carried is what an order has in an account that keeps its rate.
type carried struct{ amount, own int64 }

// carry adds the lines of an entry.
func carry(all map[Account]carried, lines []Line) {
	for _, l := range lines {
		if l.Account.carried() {
			c := all[l.Account]
			all[l.Account] = carried{c.amount + l.Amount, c.own + l.Own}
		}
	}
}

// value sets what lines are in the company's currency. What leaves an account that keeps its rate leaves at that, and what comes
// or goes as money is worth what it is that day: the difference is gained or lost by the exchange. Where no money moves, it
// is part of what was earned.
func value(lines []Line, has map[Account]carried, r Rate, own money.Currency) ([]Line, error) {
	var sum int64
	var moved, released bool
	for i := range lines {
		l := &lines[i]
		c := has[l.Account]
		var err error
		switch leaves := c.amount != 0 && (c.amount > 0) != (l.Amount > 0) && max(l.Amount, -l.Amount) <= max(c.amount, -c.amount); {
		case leaves:
			l.Own, err = money.MulDiv(-c.own, max(l.Amount, -l.Amount), max(c.amount, -c.amount))
			released = true
		default:
			l.Own, err = r.convert(l.Amount, own)
		}
		if err != nil {
			return nil, err
		}
		moved = moved || l.Account.money()
		sum += l.Own
	}
	if sum != 0 && moved && released {
		return append(lines, Line{Account: Exchange, Own: -sum}), nil
	}
	if sum != 0 {
		lines[absorbs(lines)].Own -= sum
	}
	return lines, nil
}

// absorbs is the line that takes what rounding leaves: the largest of those that hold no money and keep no rate, if there is one.
func absorbs(lines []Line) (best int) {
	weight := func(l Line) int64 {
		if l.Account.money() || l.Account.carried() {
			return 0
		}
		return max(l.Amount, -l.Amount)
	}
	for i := range lines {
		if weight(lines[i]) > weight(lines[best]) {
			best = i
		}
	}
	return best
}

// RateOn is the newest of rates that is not after a day.
func RateOn(rates []Rate, currency money.Currency, d Day) (Rate, bool) {
	var known []Rate
	for _, r := range rates {
		if r.Currency == currency && r.Day <= d {
			known = append(known, r)
		}
	}
	if len(known) == 0 {
		return Rate{}, false
	}
	return slices.MaxFunc(known, func(a, b Rate) int { return cmp.Compare(a.Day, b.Day) }), true
}
