package stripetest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// begin makes a session.
func (s *Stripe) begin(r *http.Request, live bool) (object, *problem) {
	f := r.PostForm
	price := "line_items[0][price_data]"
	amount, _ := strconv.ParseInt(f.Get(price+"[unit_amount]"), 10, 64)
	one := &session{
		id: s.id(map[bool]string{true: "cs_live", false: "cs_test"}[live]), status: "open", live: live, amount: amount,
		currency: f.Get(price + "[currency]"), method: f.Get("payment_method_types[0]"), created: s.now(), form: maps.Clone(f),
		expires: s.now().Add(24 * time.Hour), voucherDays: 3,
	}
	if at, err := strconv.ParseInt(f.Get("expires_at"), 10, 64); err == nil {
		one.expires = time.Unix(at, 0)
	}
	if days, err := strconv.Atoi(f.Get("payment_method_options[oxxo][expires_after_days]")); err == nil {
		one.voucherDays = days
	}
	if wrong := s.wrong(one); wrong != nil {
		return nil, wrong
	}
	one.form.Set("page", s.URL+"/pay/"+one.id)
	s.sessions = append(s.sessions, one)
	return one.json(expands(r)), nil
}

// wrong says what Stripe would not accept in a session.
func (s *Stripe) wrong(c *session) *problem {
	left := c.expires.Sub(s.now())
	switch {
	case c.form.Get("mode") != "payment" || c.form.Get("line_items[0][quantity]") != "1":
		return invalid("parameter_missing", "mode", "The stand-in has only payments of one line.")
	case c.currency != strings.ToLower(c.currency) || len(c.currency) != 3:
		return invalid("", "line_items[0][price_data][currency]", "Invalid currency: %s", c.currency)
	case c.amount < 50:
		return invalid("amount_too_small", "", "The amount is too small.")
	case !slices.Contains([]string{"card", "oxxo"}, c.method):
		return invalid("", "payment_method_types[0]", "Invalid payment_method_types[0]: %q", c.method)
	case c.method == "oxxo" && (c.currency != "mxn" || c.amount > 1_000_000):
		return invalid("", "payment_method_types", "OXXO is for mxn, up to 10,000.")
	case c.voucherDays < 1 || c.voucherDays > 7:
		return invalid("", "payment_method_options[oxxo][expires_after_days]", "It must be 1 to 7.")
	case left < 30*time.Minute || left > 24*time.Hour:
		return invalid("", "expires_at", "It must be 30 minutes to 24 hours from now.")
	case !strings.HasPrefix(c.form.Get("success_url"), "http"):
		return invalid("url_invalid", "success_url", "Not a valid URL")
	case c.form.Has("customer_email") && !strings.Contains(c.form.Get("customer_email"), "@"):
		return invalid("email_invalid", "customer_email", "Invalid email address: %s", c.form.Get("customer_email"))
	}
	return nil
}

// close closes an open session.
func (s *Stripe) close(r *http.Request, id string, live bool) (object, *problem) {
	one := s.find(id, live)
	switch {
	case one == nil:
		return nil, missing("checkout.session", id)
	case one.status != "open":
		return nil, invalid("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
	}
	one.status = "expired"
	s.tell(live, "checkout.session.expired", one.json(false))
	return one.json(expands(r)), nil
}
