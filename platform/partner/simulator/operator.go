package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	payVoucher  = "pay"
	payLate     = "pay-late" // an expired voucher: the customer paid in time, and the provider hears of it late
	dispute     = "dispute"  // the customer's bank takes the money back
	disputeWon  = "dispute-won"
	disputeLost = "dispute-lost"
)

// disputes maps actions to the state of the dispute.
var disputes = map[string]string{dispute: "open", disputeWon: "won", disputeLost: "lost"}

const (
	mostShown  = 100   // payments of one provider
	mostLooked = 2_000 // newest records that are searched
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
	return Payment{
		Key: r.Key, OrderID: c.OrderID, Method: c.Method, Amount: c.Amount, Currency: c.Currency, Refunded: r.Refunded,
		Status: r.Status, Voucher: r.Voucher, Until: r.Until, Actions: actions(r),
	}
}

// actions returns what the operator can do with a charge.
func actions(r Record) []string {
	switch {
	case r.Status == actionRequired && r.Voucher != nil:
		return []string{payVoucher}
	case r.Status == expired && r.Voucher != nil:
		return []string{payLate}
	case r.Status == succeeded && r.URL != "":
		return []string{dispute, disputeWon, disputeLost}
	}
	return []string{}
}

// list returns the newest payments that have actions, vouchers and paid payments; of one order, if it is not 0.
func (p payments) list(order int64) (all []Payment, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all = []Payment{}
	for s := p.book.last; s > max(p.book.forgotten(), p.book.last-mostLooked) && len(all) < mostShown; s-- {
		r := p.expire(p.book.at(s))
		if len(actions(r)) == 0 {
			continue
		}
		c, err := asked(r)
		if err != nil {
			return nil, err
		}
		if order == 0 || order == c.OrderID {
			all = append(all, c.payment(r))
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
	switch {
	case err != nil:
		return Payment{}, err
	case !slices.Contains(actions(r), action):
		return Payment{}, fault.New(fault.Conflict, "this cannot be done with a payment that is %s", r.Status)
	case action == payVoucher || action == payLate:
		r = p.turn(r, succeeded, "")
	default:
		p.tell(r, "payment.disputed", action, map[string]any{
			"reference": "dispute-of-" + r.Reference, "amount": c.Amount, "currency": c.Currency, "reason": "fraudulent", "state": disputes[action],
		})
	}
	return c.payment(r), nil
}

// tellPayments serves the operator's list, of one order with ?orderId=. It is empty for partners without a payment page.
func (d *partner) tellPayments(w http.ResponseWriter, r *http.Request) {
	all, err := []Payment{}, error(nil)
	if d.payments != nil {
		order, _ := strconv.ParseInt(r.URL.Query().Get("orderId"), 10, 64) // anything else matches no order
		all, err = d.payments.list(order)
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
