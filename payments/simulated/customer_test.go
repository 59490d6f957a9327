package simulated_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"acme.example/webshop/payments/paymentstest"
)

// press presses a button of the page, and returns where the browser is sent.
func (f *fixture) press(p paymentstest.Payment, button string) (where string, err error) {
	u, err := url.Parse(p.Outcome.Action.URL)
	if err != nil {
		return "", err
	}
	path := strings.TrimPrefix(u.Path, "/simulated")
	if f.tabs[path] == "" {
		f.tabs[path] = f.get(path)
	}
	if !strings.Contains(f.tabs[path], `value="`+button+`"`) {
		return "", fmt.Errorf("the page has no button %s", button)
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(url.Values{"action": {button}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.partners.Pages().ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		return "", fmt.Errorf("the page answered %d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location"), nil
}

func (f *fixture) get(path string) string {
	w := httptest.NewRecorder()
	f.partners.Pages().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Body.String()
}

// pressed presses a button that leads somewhere.
func (f *fixture) pressed(p paymentstest.Payment, button, want string) error {
	where, err := f.press(p, button)
	if err == nil && where != want {
		err = fmt.Errorf("%s leads to %s, want %s", button, where, want)
	}
	return err
}

func (f *fixture) Pay(p paymentstest.Payment) error { return f.pressed(p, "pay", p.Request.Back) }

func (f *fixture) Pay3DS(p paymentstest.Payment) error {
	if err := f.pressed(p, "pay-3ds", "?step=confirm"); err != nil {
		return err
	}
	bank := p
	bank.Outcome.Action.URL += "?step=confirm"
	u, err := url.Parse(bank.Outcome.Action.URL)
	if err != nil {
		return err
	}
	path := strings.TrimPrefix(u.RequestURI(), "/simulated")
	if page := f.get(path); !strings.Contains(page, `value="confirm"`) || !strings.Contains(page, `value="reject"`) {
		return fmt.Errorf("the bank's page is %s", page)
	}
	r := httptest.NewRequest("POST", path, strings.NewReader("action=confirm"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.partners.Pages().ServeHTTP(w, r)
	if where := w.Header().Get("Location"); where != p.Request.Back {
		return fmt.Errorf("the bank's yes leads to %q", where)
	}
	return nil
}

func (f *fixture) Decline(p paymentstest.Payment) error { return f.pressed(p, "pay-declined", "?") }

func (f *fixture) NoFunds(p paymentstest.Payment) error {
	return f.pressed(p, "pay-no-funds", "?said=insufficient_funds")
}

func (f *fixture) TakeVoucher(p paymentstest.Payment) error { return f.pressed(p, "voucher", "?") }
func (f *fixture) PayVoucher(p paymentstest.Payment) error  { return f.operate(p, "pay") }

func (f *fixture) Abandon(p paymentstest.Payment) error {
	return f.pressed(p, "abandon", p.Request.Back)
}

// operate presses a button of the provider's operator.
func (f *fixture) operate(p paymentstest.Payment, action string) error {
	body, err := json.Marshal(map[string]string{"key": p.Request.Key, "action": action})
	if err != nil {
		return err
	}
	w := httptest.NewRecorder()
	f.partners.Knobs().ServeHTTP(w, httptest.NewRequest("POST", "/partners/payments-us/payments", bytes.NewReader(body)))
	if w.Code != http.StatusOK {
		return fmt.Errorf("the operator was answered %d %s", w.Code, w.Body)
	}
	return nil
}
