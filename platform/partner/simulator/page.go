package simulator

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/texts"
)

const maxForm = 4 << 10 // bytes

//go:embed pages/pay.html
var payPage string

//go:embed pages/style.css
var style string

var page = template.Must(template.New("pay").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) },
}).Parse(payPage))

// view is the data of the page.
type view struct {
	Record   Record
	Charge   charge
	Language string
	Missing  bool
	Problem  string // name of the text about the last try
	confirm  bool   // the 3-D Secure step
}

// Say returns a text in the customer's language.
func (v view) Say(name string) string { return words[v.Language][name] }

// Amount returns the amount with its currency.
func (v view) Amount() string {
	return money.Amount{Minor: v.Charge.Amount, Currency: money.Currency(v.Charge.Currency)}.String()
}

// Open reports whether the customer may still pay.
func (v view) Open() bool { return v.Record.Status == actionRequired }

// Actions returns the buttons.
func (v view) Actions() []string {
	switch {
	case v.confirm && v.Charge.Method == card:
		return []string{confirm, reject}
	case v.Charge.Method == card:
		return []string{pay, pay3DS, payNoFunds, payDeclined, abandon}
	case v.Record.Voucher != nil:
		return []string{abandon}
	}
	return []string{voucher, abandon}
}

// show serves the page of a payment.
func (p payments) show(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	record, c, err := p.ofPage(r.PathValue("token"))
	p.mu.Unlock()
	if err != nil {
		p.refuse(w, err)
		return
	}
	v := view{Record: record, Charge: c, Language: language(c.Language)}
	if v.Open() {
		v.confirm, v.Problem = r.FormValue("step") == confirm, problem(r)
	}
	p.write(w, http.StatusOK, v)
}

// problem returns the name of the text about the last try, or "".
func problem(r *http.Request) string {
	if r.FormValue("step") == confirm {
		return "confirmation"
	}
	switch said := r.FormValue("said"); said {
	case noFunds, cardDeclined, notConfirmed:
		return said
	}
	return ""
}

// act carries out a button, and redirects the browser.
func (p payments) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		fault.Write(w, fault.Wrap(err, fault.Malformed, "the form cannot be read"))
		return
	}
	p.mu.Lock()
	record, c, err := p.ofPage(r.PathValue("token"))
	where := ""
	if err == nil {
		where, err = p.do(record, c, r.PostForm.Get("action"))
	}
	p.mu.Unlock()
	if err != nil {
		p.refuse(w, err)
		return
	}
	secure(w, "")
	w.Header().Set("Location", where)
	w.WriteHeader(http.StatusSeeOther)
}

// refuse answers with a page for an unknown payment, and with a problem document otherwise.
func (p payments) refuse(w http.ResponseWriter, err error) {
	if fault.CodeOf(err) == fault.NotFound {
		p.write(w, http.StatusNotFound, view{Language: texts.Fallback, Missing: true})
		return
	}
	fault.Write(w, err)
}

func (p payments) write(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := page.Execute(&out, v); err != nil {
		p.callbacks.log.Error("simulator: a page could not be made", "error", err)
		fault.Write(w, err)
		return
	}
	secure(w, v.Charge.Back)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the customer may be gone: there is no one left to tell
}

// secure sets the security headers. The form may redirect to the shop, at back.
func secure(w http.ResponseWriter, back string) {
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'"
	if u, err := url.Parse(back); err == nil && u.Host != "" {
		policy += " " + u.Scheme + "://" + u.Host
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // no other site gets the address of the page
	h.Set("Cache-Control", "no-store")
}
