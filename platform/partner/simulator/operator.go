package simulator

import (
	"net/http"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	payLater    = "pay"     // a voucher
	dispute     = "dispute" // the customer's bank takes the money back
	disputeWon  = "dispute-won"
	disputeLost = "dispute-lost"
)

// disputes maps actions to the state of the dispute.
var disputes = map[string]string{dispute: "open", disputeWon: "won", disputeLost: "lost"}

const (
	mostShown  = 100    // payments of one provider
	mostLooked = 10_000 // newest records that are searched
)

// Payment is a payment on the page as the provider's operator sees it.
type Payment struct {
	Key      string    `json:"key"`
	OrderID  int64     `json:"orderId"`
	Method   string    `json:"method"`
	Amount   int64     `json:"amount"` // minor units
	Currency string    `json:"currency"`
	Refunded int64     `json:"refunded,omitempty"`
	Status   string    `json:"status"`
	Voucher  *Voucher  `json:"voucher,omitempty"`
	Until    time.Time `json:"until"`
	Actions  []string  `json:"actions"` // of the operator
}

func (c charge) payment(r Record) Payment {
	p := Payment{
		Key: r.Key, OrderID: c.OrderID, Method: c.Method, Amount: c.Amount, Currency: c.Currency, Refunded: r.Refunded,
		Status: r.Status, Voucher: r.Voucher, Until: r.Until, Actions: []string{},
	}
	switch {
	case r.Status == actionRequired && r.Voucher != nil:
		p.Actions = []string{payLater}
	case r.Status == succeeded:
		p.Actions = []string{dispute, disputeWon, disputeLost}
	}
	return p
}

// list returns the newest payments that have actions: vouchers to be paid, and paid payments.
func (p payments) list() (all []Payment, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all = []Payment{}
	for s := p.book.last; s > max(p.book.forgotten(), p.book.last-mostLooked) && len(all) < mostShown; s-- {
		r := p.book.at(s)
		if r.URL == "" {
			continue
		}
		c, err := asked(r)
		if err != nil {
			return nil, err
		}
		if one := c.payment(p.expire(r)); len(one.Actions) > 0 {
			all = append(all, one)
		}
	}
	return all, nil
}

// operate carries out an action.
func (p payments) operate(key, action string) (Payment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, found := p.book.find(key)
	if !found || r.URL == "" {
		return Payment{}, fault.New(fault.NotFound, "there is no payment %.80q", key)
	}
	r = p.expire(r)
	c, err := asked(r)
	state, isDispute := disputes[action]
	switch {
	case err != nil:
		return Payment{}, err
	case action == payLater && r.Status == actionRequired && r.Voucher != nil:
		r = p.turn(r, succeeded, "")
	case isDispute && r.Status == succeeded:
		p.tell(r, "payment.disputed", action, map[string]any{
			"reference": "dispute-of-" + r.Reference, "amount": c.Amount, "currency": c.Currency, "reason": "fraudulent", "state": state,
		})
	default:
		return Payment{}, fault.New(fault.Conflict, "this cannot be done with a payment that is %s", r.Status)
	}
	return c.payment(r), nil
}

// tellPayments serves the operator's list. It is empty for partners without a payment page.
func (d *partner) tellPayments(w http.ResponseWriter, _ *http.Request) {
	all, err := []Payment{}, error(nil)
	if d.payments != nil {
		all, err = d.payments.list()
	}
	if err != nil {
		fault.Write(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string][]Payment{"payments": all})
}

func (d *partner) operatePayment(w http.ResponseWriter, r *http.Request) {
	asked, err := readJSON[struct {
		Key    string `json:"key"`
		Action string `json:"action"`
	}](w, r)
	if err == nil && d.payments == nil {
		err = fault.New(fault.NotFound, "%s has no payments to act on", d.name)
	}
	var done Payment
	if err == nil {
		done, err = d.payments.operate(asked.Key, asked.Action)
	}
	if err != nil {
		fault.Write(w, err)
		return
	}
	writeJSON(w, http.StatusOK, done)
}
