package stripetest

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
)

// refund gives money of a payment back.
func (s *Stripe) refund(r *http.Request, live bool) (object, *problem) {
	of := s.find(r.PostForm.Get("payment_intent"), live)
	if of == nil {
		return nil, missing("payment_intent", r.PostForm.Get("payment_intent"))
	}
	amount, err := strconv.ParseInt(cmp.Or(r.PostForm.Get("amount"), strconv.FormatInt(of.amount, 10)), 10, 64)
	left := of.received - of.givenBack
	switch {
	case err != nil || amount <= 0:
		return nil, invalid("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")
	case of.method == "oxxo":
		return nil, invalid("", "payment_intent", "OXXO payments cannot be refunded.")
	case of.received == 0:
		return nil, invalid("", "payment_intent", "This PaymentIntent does not have a successful charge to refund.")
	case left == 0:
		return nil, invalid("charge_already_refunded", "", "The charge has already been refunded.")
	case amount > left:
		return nil, invalid("", "amount", "Refund amount is greater than unrefunded amount on charge.")
	}
	made := &refund{id: s.id("re"), status: "succeeded", amount: amount, created: s.now(), of: of, metadata: object{}}
	for name, values := range r.PostForm {
		if rest, ok := strings.CutPrefix(name, "metadata["); ok {
			made.metadata[strings.TrimSuffix(rest, "]")] = values[0]
		}
	}
	of.givenBack += amount
	s.refunds = append(s.refunds, made)
	s.book("refund", made.id, -amount, 0, of)
	s.tell(live, "charge.refunded", of.chargeJSON())
	return made.json(), nil
}

// book enters a movement of the account's money.
func (s *Stripe) book(kind, source string, amount, fee int64, of *session) {
	s.balance = append(s.balance, movement{of.live, s.now().Unix(), object{
		"id": s.id("txn"), "object": "balance_transaction", "type": kind, "source": source, "amount": amount, "fee": fee, "net": amount - fee,
		"currency": of.currency, "created": s.now().Unix(), "status": "pending", "reporting_category": category(kind, amount), "exchange_rate": nil,
	}})
}

// category is what a movement is about: only banks adjust something here.
func category(kind string, amount int64) string {
	switch {
	case kind == "adjustment" && amount < 0:
		return "dispute"
	case kind == "adjustment":
		return "dispute_reversal"
	}
	return kind
}

func (s *Stripe) listRefunds(r *http.Request, live bool) (object, *problem) {
	var all []object
	for _, one := range s.refunds {
		if of := r.Form.Get("payment_intent"); one.of.live == live && (of == "" || of == one.of.intent) && since(r, one.created.Unix()) {
			all = append(all, one.json())
		}
	}
	return page(r, all)
}

func (s *Stripe) listSessions(r *http.Request, live bool) (object, *problem) {
	var all []object
	for _, one := range s.sessions {
		if one.live == live && since(r, one.created.Unix()) {
			all = append(all, one.listed(r.Form.Get("expand[0]") == "data.payment_intent.latest_charge"))
		}
	}
	return page(r, all)
}

func (s *Stripe) listBalance(r *http.Request, live bool) (object, *problem) {
	var all []object
	for _, one := range s.balance {
		if one.live == live && since(r, one.created) {
			all = append(all, one.json)
		}
	}
	return page(r, all)
}

// since reports whether something was created in the time that is asked for.
func since(r *http.Request, created int64) bool {
	from, _ := strconv.ParseInt(r.Form.Get("created[gte]"), 10, 64)
	before, err := strconv.ParseInt(r.Form.Get("created[lt]"), 10, 64)
	return created >= from && (err != nil || created < before)
}

// page is one page of a list, the newest first.
func page(r *http.Request, all []object) (object, *problem) {
	limit, err := strconv.Atoi(cmp.Or(r.Form.Get("limit"), "10"))
	if err != nil || limit < 1 || limit > 100 {
		return nil, invalid("parameter_invalid_integer", "limit", "It must be 1 to 100.")
	}
	data, after := []object{}, r.Form.Get("starting_after")
	for i := len(all) - 1; i >= 0; i-- {
		if after == "" && len(data) <= limit {
			data = append(data, all[i])
		}
		if all[i]["id"] == after {
			after = ""
		}
	}
	more := len(data) > limit
	return object{"object": "list", "url": r.URL.Path, "has_more": more, "data": data[:min(limit, len(data))]}, nil
}

// GivenBack is how much of a session's money has been given back.
func (s *Stripe) GivenBack(id string) (minor int64) {
	_ = s.on(id, func(c *session) error { // one that is not there has given nothing
		minor = c.givenBack
		return nil
	})
	return minor
}

// Totals are how many sessions have been made, and how much has been paid and given back, in minor units of all currencies.
func (s *Stripe) Totals() (begun int, paid, givenBack int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sessions {
		paid += c.received
		givenBack += c.givenBack
	}
	return len(s.sessions), paid, givenBack
}
