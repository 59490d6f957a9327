package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// pay has the customer pay, if the answer of createOrder leads to a provider's page. Pressed again, the page does not charge
// twice.
func (m *market) pay(ctx context.Context, p *purchase, a answer) {
	var got struct {
		RedirectURL string `json:"redirectUrl"`
	}
	if err := a.read(&got); err == nil && m.paysOn(ctx, got.RedirectURL) {
		m.mu.Lock()
		defer m.mu.Unlock()
		p.paidInTime = true
	}
}

// paysOn pays on a page, if it is one, and reports whether that was paid.
func (m *market) paysOn(ctx context.Context, page string) (paid bool) {
	if !strings.Contains(page, "/pay/") {
		return false
	}
	for {
		where, ok := m.press(ctx, page, "pay")
		switch {
		case ok && !strings.HasPrefix(where, "?"):
			return true
		case ok && !strings.HasPrefix(where, "?said="): // the page has closed
			return false
		}
		if !Sleep(ctx, shortestPause) {
			return false
		}
	}
}

// press presses a button of the page, and returns where that leads; false if there is no answer.
func (m *market) press(ctx context.Context, page, button string) (where string, ok bool) {
	form := strings.NewReader(url.Values{"action": {button}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, page, form)
	if err != nil {
		m.problem("the page %s: %v", page, err)
		return "", false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := m.client.pages.Do(req)
	if err != nil {
		return "", false
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		m.problem("the page %s answered %s", page, res.Status)
		return "?", true
	}
	return res.Header.Get("Location"), true
}

// mayNotPay reports whether an order may end because it is not paid in time.
func (m *market) mayNotPay(p *purchase) bool { return m.payWithin > 0 && p.onPage() }

// pays pays for an order in the way that its customer chose, and reports whether the order goes on.
func (m *market) pays(ctx context.Context, p *purchase) bool {
	until := tracked.paidOrNot
	switch p.pays {
	case twice:
		if m.paysTwice(ctx, p) {
			until = tracked.paidBack
		}
	case voucher:
		if m.paysLater(ctx, p) {
			until = tracked.paidLate
		}
	case never:
		m.looksAgain(ctx, m.toPay(ctx, p, "card"))
	}
	return m.comesBack(ctx, p, until)
}

// looksAgain looks at the page when its time is over, which it finds then.
func (m *market) looksAgain(ctx context.Context, page string) {
	if Sleep(ctx, m.payWithin+2*time.Second) && page != "" {
		m.press(ctx, page, "abandon")
	}
}

// paysTwice pays in two tabs, and reports whether both were paid.
func (m *market) paysTwice(ctx context.Context, p *purchase) bool {
	first, second := m.toPay(ctx, p, "card"), m.toPay(ctx, p, "cash-voucher")
	one := m.paysOn(ctx, first)
	other := m.takesVoucher(ctx, second) && m.paysVoucher(ctx, p, "pay")
	p.paidInTime = one || other
	return one && other
}

// paysLater pays with a voucher, in time or not, and reports whether it was too late.
func (m *market) paysLater(ctx context.Context, p *purchase) bool {
	if !m.takesVoucher(ctx, m.toPay(ctx, p, "cash-voucher")) || !Sleep(ctx, rand.N(m.payWithin*5/4)) {
		return false
	}
	p.paidInTime = m.paysVoucher(ctx, p, "pay")
	return !p.paidInTime && m.paysVoucher(ctx, p, "pay-late")
}

// toPay asks the shop for the page to pay on in a way; "" if the order cannot be paid any more.
func (m *market) toPay(ctx context.Context, p *purchase, method string) string {
	a, err := m.client.insist(ctx, http.MethodPost, "/payOrder", "", map[string]string{"key": p.tracking, "paymentMethod": method})
	var got struct {
		RedirectURL string `json:"redirectUrl"`
	}
	switch {
	case err != nil:
	case a.status == http.StatusOK && a.read(&got) == nil && strings.Contains(got.RedirectURL, "/pay/"):
		return got.RedirectURL
	case a.status != http.StatusOK && a.status != http.StatusConflict && a.status != http.StatusPaymentRequired:
		m.problem("order %d: payOrder answered %d: %s", p.id, a.status, a.body)
	}
	return ""
}

// takesVoucher has the page show a voucher, if it is one.
func (m *market) takesVoucher(ctx context.Context, page string) bool {
	for page != "" && ctx.Err() == nil {
		if _, ok := m.press(ctx, page, "voucher"); ok {
			return true
		}
		Sleep(ctx, shortestPause)
	}
	return false
}

// paysVoucher pays the order's voucher, in time or late, and reports whether it did.
func (m *market) paysVoucher(ctx context.Context, p *purchase, action string) bool {
	at := m.partners.url + "/partners/" + paysOnPages + "/payments"
	var list struct {
		Payments []struct {
			Key     string
			Actions []string
		}
	}
	for getJSON(ctx, fmt.Sprint(at, "?orderId=", p.id), nil, &list) != nil && Sleep(ctx, longestPause) {
	}
	for _, one := range list.Payments {
		if !slices.Contains(one.Actions, action) {
			continue
		}
		body, _ := json.Marshal(map[string]string{"key": one.Key, "action": action}) // it is texts
		return m.partners.send(ctx, http.MethodPost, at, body) == nil
	}
	return false
}

// comesBack has the customer look at the order's page until the shop has done something about the payment, and reports whether the order
// goes on.
func (m *market) comesBack(ctx context.Context, p *purchase, until func(tracked) bool) bool {
	for {
		a, err := m.client.insist(ctx, http.MethodPost, "/checkPayment", "", map[string]string{"key": p.tracking})
		var t tracked
		switch {
		case err != nil:
			return false
		case a.status != http.StatusOK || a.read(&t) != nil:
			m.problem("order %d: checkPayment answered %d: %s", p.id, a.status, a.body)
			return false
		case until(t):
			return t.Status != "PAYMENT_DECLINED" && t.Status != "CANCELLED"
		}
		if !Sleep(ctx, lookOverAtLast) {
			return false
		}
	}
}
