package stripetest

import (
	"strings"
	"time"
)

// metadata reads what was set with a prefix of the form: prefix[name].
func (c *session) metadata(prefix string) object {
	all := object{}
	for name, values := range c.form {
		if rest, ok := strings.CutPrefix(name, prefix+"["); ok {
			all[strings.TrimSuffix(rest, "]")] = values[0]
		}
	}
	return all
}

// json is the session, with its payment or its payment's id.
func (c *session) json(expanded bool) object {
	payment := "unpaid"
	if c.paid {
		payment = "paid"
	}
	o := object{
		"id": c.id, "object": "checkout.session", "livemode": c.live, "mode": "payment", "created": c.created.Unix(),
		"amount_subtotal": c.amount, "amount_total": c.amount, "currency": c.currency, "metadata": c.metadata("metadata"),
		"client_reference_id": orNull(c.form.Get("client_reference_id")), "customer_email": orNull(c.form.Get("customer_email")),
		"success_url": c.form.Get("success_url"), "cancel_url": orNull(c.form.Get("cancel_url")), "locale": orNull(c.form.Get("locale")),
		"expires_at": c.expires.Unix(), "payment_method_types": []string{c.method}, "payment_status": payment,
		"status": c.status, "url": nil, "payment_intent": orNull(c.intent),
	}
	if c.status == "open" {
		o["url"] = c.form.Get("page")
	}
	if expanded && c.intent != "" {
		o["payment_intent"] = c.intentJSON()
	}
	return o
}

// listed is the session in a list, with its payment and that payment's charge if they are asked for.
func (c *session) listed(expanded bool) object {
	o := c.json(expanded)
	if intent, ok := o["payment_intent"].(object); ok && c.charge != "" {
		intent["latest_charge"] = c.chargeJSON()
	}
	return o
}

func (c *session) intentJSON() object {
	o := object{
		"id": c.intent, "object": "payment_intent", "livemode": c.live, "created": c.intentBegun.Unix(), "amount": c.amount,
		"amount_received": c.received, "currency": c.currency, "metadata": c.metadata("payment_intent_data[metadata]"),
		"status": c.intentStatus, "payment_method_types": []string{c.method}, "latest_charge": orNull(c.charge),
		"last_payment_error": nil, "next_action": nil, "cancellation_reason": nil,
	}
	if c.failure != "" {
		failed := object{"type": "card_error", "code": c.failure, "message": "The payment failed."}
		if c.declineCode != "" {
			failed["decline_code"] = c.declineCode
		}
		o["last_payment_error"] = failed
	}
	if c.intentStatus == "requires_action" && c.voucher != "" {
		o["next_action"] = object{"type": "oxxo_display_details", "oxxo_display_details": object{
			"number": c.voucher, "expires_after": c.voucherEnds.Unix(), "hosted_voucher_url": c.form.Get("page") + "/voucher",
		}}
	}
	return o
}

func (c *session) chargeJSON() object {
	return object{
		"id": c.charge, "object": "charge", "livemode": c.live, "created": c.succeeded.Unix(), "amount": c.amount, "currency": c.currency,
		"amount_refunded": c.givenBack, "refunded": c.givenBack == c.amount, "paid": true, "status": "succeeded",
		"payment_intent": c.intent, "metadata": c.metadata("payment_intent_data[metadata]"),
	}
}

func (f *refund) json() object {
	return object{
		"id": f.id, "object": "refund", "amount": f.amount, "currency": f.of.currency, "created": f.created.Unix(), "status": f.status,
		"payment_intent": f.of.intent, "charge": f.of.charge, "metadata": f.metadata, "reason": nil,
	}
}

func (d *dispute) json(at time.Time) object {
	return object{
		"id": d.id, "object": "dispute", "livemode": d.of.live, "created": at.Unix(), "amount": d.amount, "currency": d.of.currency,
		"charge": d.of.charge, "payment_intent": d.of.intent, "reason": d.reason, "status": d.status, "metadata": object{},
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
