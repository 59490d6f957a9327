package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// partners outlive the shop's processes, and record what they did.
type partners struct {
	*world
	charges   map[string]*charge  // by key
	refunds   map[string]*refund  // by key
	works     map[string]*work    // by key: consignments, postings, refills
	mails     map[string][]string // by Message-ID: recipients
	callbacks []*callback
	failing   map[int64]bool // orders whose van comes back in vain
	forgets   []forgotten
	onTheWay  []lateCall
}

// terms are what a provider is asked to charge.
type terms struct {
	Key     string
	OrderID int64
	Amount  money.Amount
	Test    bool
}

func chargeOf(r payments.Request) terms {
	return terms{Key: r.Key, OrderID: r.OrderID, Amount: r.Amount, Test: r.Test}
}

type charge struct {
	terms
	provider string
	until    time.Time
	voucher  bool // the customer pays with one
	state    payments.State
	away     bool // the customer does nothing about it until the time to pay is over
	left     bool // the customer does nothing more about it
	refunded bool
}

// kept reports whether the provider has money of the charge.
func (c *charge) kept() bool { return c.state == payments.Paid && !c.refunded }

type refund struct{ payments.Refund }

// work is something that a partner did, once for its key.
type work struct {
	key     string
	kind    string
	orderID int64
	what    string // the whole request
	answer  answer
}

// callback is a pending answer of the stockist or the fraud check, or a report of the delivery company.
type callback struct {
	orderID int64
	refuses bool
	screens bool    // it belongs to the fraud check
	pays    *charge // it is about a payment
	report  *delivery.Report
	at      time.Time
	tries   int
}

// lateCall is a request that arrives after its caller gave up.
type lateCall struct {
	by time.Time
	do func()
}

func newPartners(w *world) *partners {
	return &partners{
		world: w, charges: map[string]*charge{}, refunds: map[string]*refund{}, works: map[string]*work{}, mails: map[string][]string{},
		failing: map[int64]bool{},
	}
}

// asking makes a call of a partner succeed, fail, arrive late, or lose its answer.
func asking[T any](l *life, ctx context.Context, what string, id int64, do func(roll uint64) (T, error)) (T, error) {
	var none T
	silence := fault.Wrap(errSilence, fault.Unavailable, "the partner is not available")
	v := l.pause(ctx, asks, what, id, false)
	switch v.fate {
	case isLate:
		late := lateCall{time.Now().Add(time.Minute), func() { _, _ = do(v.roll) }}
		l.partners.onTheWay = append(l.partners.onTheWay, late)
		return none, silence
	case goesOn:
	case fails:
		if v.roll%2 == 0 { // and its caller knows that nothing was done
			return none, fault.Wrap(payments.ErrNotBegun, fault.Unavailable, "the partner is not available")
		}
		return none, silence
	default:
		return none, silence
	}
	l.checkNotLate(activityOf(ctx), what, id)
	result, err := do(v.roll)
	if l.pause(ctx, asks, what, id, true).fate != goesOn {
		return none, silence
	}
	return result, err
}

// options returns what the partners can do by themselves: late requests arrive, and the stockist calls back.
func (p *partners) options() (options []option) {
	for i, late := range p.onTheWay {
		options = append(options, option{2, func() {
			p.note("a late request arrives")
			p.onTheWay = slices.Delete(p.onTheWay, i, i+1)
			late.do()
		}})
	}
	options = append(options, p.customers()...)
	for _, c := range p.callbacks {
		if !c.at.After(time.Now()) {
			options = append(options, option{3, func() { p.callBack(c) }})
		}
	}
	return options
}

// callBack repeats a callback until the shop accepts it, and sometimes once more.
func (p *partners) callBack(c *callback) {
	c.at = time.Now().Add(time.Duration(1+p.dice.IntN(20)) * time.Second)
	c.tries++
	again := p.chance(p.plan.double)
	l := p.life
	l.begin(fmt.Sprintf("callback of order %d, refuses %t, screens %t", c.orderID, c.refuses, c.screens), func(ctx context.Context, _ *activity) {
		err := c.saysOf(l)(ctx, c.orderID)
		if err == nil && !again || fault.CodeOf(err) == fault.NotFound && c.pays != nil {
			p.callbacks = slices.DeleteFunc(p.callbacks, func(other *callback) bool { return other == c })
		}
	})
}

// once does the work for a new key, and repeats the answer for a known one.
func (p *partners) once(key, kind string, id int64, what string, decide func() answer) (answer, error) {
	p.recall()
	if known, ok := p.works[key]; ok {
		if known.what != what {
			p.wrong("one key, one request", "%s was asked for %s and for %s", key, known.what, what)
		}
		return known.answer, nil
	}
	answered := decide()
	if answered == parks {
		return answered, fault.New(fault.Conflict, "the partner refuses this for good")
	}
	p.works[key] = &work{key: key, kind: kind, orderID: id, what: what, answer: answered}
	return answered, nil
}

// answer is a partner's answer to a request.
type answer int

const (
	does answer = iota
	refuses
	callsBack
	parks // refuses what it should not, and records nothing
)

// hits rolls a call's dice, with a probability in thousandths.
func (p *partners) hits(roll *uint64, permille int) bool {
	part := *roll % 1000
	*roll /= 1000
	return int(part) < permille && !p.healing
}

func (p *partners) doesOrParks(roll uint64) func() answer {
	return func() answer {
		if p.hits(&roll, p.plan.parks) {
			return parks
		}
		return does
	}
}
