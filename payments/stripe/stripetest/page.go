package stripetest

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

// pages are the hosted pages: the session's, the bank's, and the voucher's.
var pages = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in for Stripe</title>
<h1>STAND-IN FOR STRIPE: NO MONEY MOVES</h1><p id="amount">{{.Amount}} {{.Currency}}</p><p id="email">{{.Email}}</p>
{{if .Note}}<p role="alert">{{.Note}}</p>{{end}}{{if .Voucher}}<p>Voucher <b id="voucher">{{.Voucher}}</b></p>{{end}}
{{range .Actions}}<form method="post" action="{{$.Page}}/{{.Do}}"><button id="{{.Do}}">{{.Label}}</button></form>{{end}}
<p><a id="back" href="{{.Back}}">Back to the shop</a></p></html>`))

// action is a button of a page.
type action struct{ Do, Label string }

var (
	byCard = []action{{"pay", "Pay"}, {"secure", "Pay with 3-D Secure"}, {"decline", "Decline"}, {"no-funds", "No funds"}}
	byOXXO = []action{{"voucher", "Get a voucher"}}
	atBank = []action{{"pay", "Complete"}, {"decline", "Fail"}}
)

// servePage shows the page of a session, and does what its buttons say: /pay/ID and /pay/ID/ACTION.
func (s *Stripe) servePage(w http.ResponseWriter, r *http.Request) {
	id, do, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/pay/"), "/")
	if r.Method == http.MethodPost && do != "secure" {
		if err := s.press(id, do); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
	}
	err := s.on(id, func(c *session) error {
		if r.Method == http.MethodPost && c.status == "complete" {
			http.Redirect(w, r, c.form.Get("success_url"), http.StatusSeeOther)
			return nil
		}
		return show(w, c, do)
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
	}
}

func (s *Stripe) press(id, do string) error {
	switch do {
	case "pay":
		return s.Pay(id)
	case "decline":
		return s.Decline(id, "generic_decline")
	case "no-funds":
		return s.Decline(id, "insufficient_funds")
	case "voucher":
		return s.TakeVoucher(id)
	}
	return fmt.Errorf("stripetest: a page has no button %q", do)
}

func show(w http.ResponseWriter, c *session, do string) error {
	actions, note := byCard, ""
	switch {
	case c.status != "open":
		actions, note = nil, "This page is "+c.status+"."
	case c.method == "oxxo":
		actions = byOXXO
	case do == "secure":
		actions, note = atBank, "Your bank asks whether it is you (3-D Secure)."
	case c.failure != "":
		note = "Your card was declined."
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return pages.Execute(w, map[string]any{
		"Amount": c.amount, "Currency": strings.ToUpper(c.currency), "Email": c.form.Get("customer_email"), "Voucher": c.voucher, "Note": note,
		"Actions": actions, "Page": c.form.Get("page"), "Back": c.form.Get("cancel_url"),
	})
}
