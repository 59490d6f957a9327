package books

import (
	"cmp"
	"slices"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// state is what has happened to an order.
type state struct {
	order    Order
	sold     bool
	handed   bool // whether the customer has the plants
	claim    int64
	reversed int64
	paid     int64            // what the customer paid, less what was given back
	back     map[string]int64 // tax that was taken back, by its key
	other    map[Account]int64
}

func newState(o Order) *state {
	return &state{order: o, back: map[string]int64{}, other: map[Account]int64{}}
}

// add adds a movement.
func (s *state) add(m Movement) {
	name := m.name()
	key, isBack := strings.CutPrefix(m.Kind, taxReversal)
	switch {
	case m.Corrects:
		s.move(m)
	case isBack:
		key, _, _ = strings.Cut(key, ".")
		s.back[key] += m.Amount
	case m.follows(): // a tax: the order's own are the same
	case name == kindSale:
		s.sold, s.claim = true, s.claim+m.Amount
	case name == kindReversal:
		s.claim, s.reversed = s.claim-m.Amount, s.reversed+m.Amount
	case name == kindHandOver:
		s.handed = true
	default:
		s.move(m)
	}
}

// move adds a movement between two accounts. What is credited to the receivable was paid.
func (s *state) move(m Movement) {
	for account, amount := range map[string]int64{m.Debit: m.Amount, m.Credit: -m.Amount} {
		if account == string(Receivable) {
			s.paid -= amount
		} else {
			s.other[ofLedger(account, s.order.Market)] += amount
		}
	}
}

// balance is an amount in an account, and the base of a tax.
type balance struct{ amount, base int64 }

// balances are what the order has in each account. They come to zero.
func (s *state) balances() map[Account]balance {
	all := map[Account]balance{}
	for account, amount := range s.other {
		all[account] = balance{amount: amount}
	}
	add := func(a Account, amount int64) {
		all[a] = balance{all[a].amount + amount, all[a].base}
	}
	due := s.taxes(all)
	owed := s.claim - s.paid
	add(Receivable, max(owed, 0))
	if s.handed && s.sold {
		add(Deposits, min(owed, 0))
		s.revenue(add)
		return all
	}
	ofPaid := min(due, max(s.paid, 0))
	add(Deposits, ofPaid-s.paid)
	add(Billed, due-ofPaid-max(owed, 0))
	return all
}

// revenue adds what the order earned.
func (s *state) revenue(add func(Account, int64)) {
	rest := s.order.Total
	for _, t := range s.order.Taxes {
		rest -= t.Amount
	}
	for _, l := range s.order.Lines {
		add(l.account(s.order.Market), -l.Net-l.Off)
		add(Discounts, l.Off)
		rest -= l.Net
	}
	add(Revenue(s.order.Market, OtherClass), -rest)
	net := s.reversed
	for _, back := range s.back {
		net -= back
	}
	add(Refunds, net)
}

// taxes adds what is owed to authorities, and returns its sum.
func (s *state) taxes(all map[Account]balance) (sum int64) {
	for _, t := range s.order.Taxes {
		kept, base := s.kept(t)
		part, whole := s.due(t)
		kept, base = money.Share(kept, part, whole), money.Share(base, part, whole)
		account := TaxAccount(s.order.Market, t)
		all[account] = balance{all[account].amount - kept, all[account].base + base}
		sum += kept
	}
	return sum
}

// kept is what is left of a tax after what was taken back, and its base.
func (s *state) kept(t Tax) (amount, base int64) {
	if t.Amount == 0 {
		return 0, money.Share(t.Base, s.order.Total-s.reversed, s.order.Total)
	}
	amount = t.Amount - s.back[t.Key]
	return amount, money.Share(t.Base, amount, t.Amount)
}

// due is the share of a tax that is due. A sale that is taken back leaves none of it.
func (s *state) due(t Tax) (part, whole int64) {
	owed := s.claim
	if !s.sold {
		owed = s.order.Total
	}
	switch {
	case s.handed && s.sold, t.Point == event.PointOrder && s.sold:
		return 1, 1
	case t.Point == event.PointPayment:
		return min(s.paid, owed), owed
	}
	return 0, 1
}

// diff are the lines that lead from one state of the accounts to another.
func diff(before, after map[Account]balance) (lines []Line) {
	for account, b := range after {
		was := before[account]
		if b != was {
			lines = append(lines, Line{Account: account, Amount: b.amount - was.amount, Base: b.base - was.base})
		}
	}
	for account, was := range before {
		if _, is := after[account]; !is && was != (balance{}) {
			lines = append(lines, Line{Account: account, Amount: -was.amount, Base: -was.base})
		}
	}
	slices.SortFunc(lines, func(a, b Line) int { return cmp.Compare(a.Account, b.Account) })
	return lines
}
