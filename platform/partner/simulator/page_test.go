package simulator_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/platform/partner/simulator"
)

// noon is when the customers of these tests come; they may pay for an hour.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

const shopURL = "https://shop.test"

// clock is a clock that stands at noon until it is set.
type clock struct{ late atomic.Int64 }

func (c *clock) now() time.Time   { return noon.Add(time.Duration(c.late.Load())) }
func (c *clock) set(at time.Time) { c.late.Store(int64(at.Sub(noon))) }

// withPages are partners whose payment providers have pages, on a clock; nil is the real one.
func withPages(t *testing.T, now *clock, c simulator.Config) *simulator.Partners {
	t.Helper()
	c.PaymentSecrets, c.PagesURL = map[string][]byte{simulator.PaymentsUS: secret, simulator.PaymentsMX: secret}, shopURL+"/simulated"
	if c.Callback == nil {
		c.Callback = &http.Client{Transport: simulator.Transport(http.NotFoundHandler())}
	}
	if now != nil {
		c.Now = now.now
	}
	return partners(t, c)
}

// hosted is the body of a charge that the customer pays on the page.
func hosted(method, language string, until time.Time) string {
	return fmt.Sprintf(`{"orderId":4711,"amount":300000,"currency":"MXN","method":%q,"until":%q,"email":"a@x.test","language":%q,`+
		`"back":"https://shop.test/back?order=4711","callbackUrl":"https://shop.test/callbacks/payments-mx"}`, method, until.Format(time.RFC3339), language)
}

// opened is a payment with a page.
func opened(t *testing.T, p *simulator.Partners, key, method string, until time.Time) simulator.Record {
	t.Helper()
	w := post(p, "/payments-mx/charges", key, hosted(method, "es-MX", until))
	made := decode[simulator.Record](t, w)
	if w.Code != http.StatusAccepted || made.Status != "action-required" || !strings.HasPrefix(made.URL, shopURL+"/simulated/payments-mx/pay/") || !made.Until.Equal(until) {
		t.Fatalf("POST /charges: %d %s", w.Code, w.Body)
	}
	return made
}

// press presses a button on a payment's page, with whatever the page says.
func press(p *simulator.Partners, r simulator.Record, action string) *httptest.ResponseRecorder {
	path := strings.TrimPrefix(r.URL, shopURL+"/simulated")
	request := httptest.NewRequest("POST", path, strings.NewReader(url.Values{"action": {action}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	p.Pages().ServeHTTP(w, request)
	return w
}

func look(p *simulator.Partners, r simulator.Record, query string) *httptest.ResponseRecorder {
	return ask(p.Pages(), "GET", strings.TrimPrefix(r.URL, shopURL+"/simulated")+query, "", "")
}

func wantStatus(t *testing.T, p *simulator.Partners, key, want string) simulator.Record {
	t.Helper()
	got := decode[simulator.Record](t, ask(p.Handler(), "GET", "/payments-mx/charges/"+key, "", ""))
	if got.Status != want {
		t.Errorf("the payment is %+v, want it %s", got, want)
	}
	return got
}

func wantPage(t *testing.T, w *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("the page lacks %q: %s", text, w.Body)
		}
	}
}

func TestAPageExpiresEarlyByTheKnob(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{})
	turn(t, p, simulator.PaymentsMX, `{"payWithin":20000}`)
	post(p, "/payments-mx/charges", "key:hour", hosted("card", "en", noon.Add(time.Hour)))
	opened(t, p, "key:soon", "card", noon.Add(10*time.Second)) // the shop's end comes first
	now.set(noon.Add(20*time.Second - 1))
	if open := wantStatus(t, p, "key:hour", "action-required"); !open.Until.Equal(noon.Add(20 * time.Second)) {
		t.Errorf("the page is open until %s", open.Until)
	}
	wantStatus(t, p, "key:soon", "expired")
	now.set(noon.Add(20 * time.Second))
	wantStatus(t, p, "key:hour", "expired")
}

func TestThePageSaysWhatItIs(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{})
	for language, texts := range map[string][]string{
		"es-MX": {`lang="es"`, "<h1>SIMULACIÓN</h1>", "No se mueve dinero", "MXN 3000.00", "<dd>4711</dd>", "2026-11-30 13:00 UTC", "Pagar"},
		"en":    {`lang="en"`, "<h1>SIMULATION</h1>", "No money moves", "MXN 3000.00", "<dd>4711</dd>", "Pay with 3-D Secure"},
		"sv":    {`lang="en"`},
	} {
		made := decode[simulator.Record](t, post(p, "/payments-mx/charges", "key:"+language, hosted("card", language, noon.Add(time.Hour))))
		w := look(p, made, "")
		wantPage(t, w, texts...)
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || !strings.HasSuffix(policy, "form-action 'self' https://shop.test") || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %s", policy)
		}
		if strings.Contains(w.Body.String(), "<script") || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "same-origin" {
			t.Errorf("the page has the header %v: %s", w.Header(), w.Body)
		}
	}
}

func TestWhatThePageDoes(t *testing.T) {
	const back = shopURL + "/back?order=4711"
	for _, c := range []struct{ method, action, where, status string }{
		{"card", "pay", back, "succeeded"}, {"card", "confirm", back, "succeeded"}, {"card", "pay-3ds", "?step=confirm", "action-required"},
		{"card", "reject", "?said=authentication_failed", "action-required"}, {"card", "pay-no-funds", "?said=insufficient_funds", "action-required"},
		{"card", "pay-declined", "?", "failed"}, {"card", "abandon", back, "action-required"},
		{"cash-voucher", "voucher", "?", "action-required"}, {"bank-transfer", "voucher", "?", "action-required"}, {"cash-voucher", "abandon", back, "action-required"},
		{"cash-voucher", "pay", "", "action-required"}, {"bank-transfer", "confirm", "", "action-required"}, {"card", "voucher", "", "action-required"},
		{"card", "", "", "action-required"}, {"card", "steal", "", "action-required"},
	} {
		now := &clock{}
		p := withPages(t, now, simulator.Config{})
		made := opened(t, p, "key:1", c.method, noon.Add(time.Hour))
		w := press(p, made, c.action)
		if where := w.Header().Get("Location"); where != c.where || (w.Code == http.StatusSeeOther) != (c.where != "") {
			t.Errorf("%s of %s: %d, to %q; want %q", c.action, c.method, w.Code, where, c.where)
		}
		got := wantStatus(t, p, "key:1", c.status)
		if given, want := got.Voucher != nil, c.action == "voucher" && c.method != "card"; given != want {
			t.Errorf("%s of %s: the voucher is %+v", c.action, c.method, got.Voucher)
		} else if given {
			wantPage(t, look(p, made, ""), got.Voucher.Number, "Puede pagar con este número", "2026-11-30 13:00 UTC", got.Voucher.Payee)
		}
		if strings.HasPrefix(c.where, "?s") {
			wantPage(t, look(p, made, c.where), `role="alert"`)
		}
	}
}

func TestWhatHasEndedIsNotPaid(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{})
	paid := opened(t, p, "key:paid", "card", noon.Add(time.Hour))
	press(p, paid, "pay")
	declined := opened(t, p, "key:declined", "card", noon.Add(time.Hour))
	press(p, declined, "pay-declined")
	late := opened(t, p, "key:late", "card", noon.Add(time.Hour))
	now.set(noon.Add(time.Hour))
	for _, action := range []string{"pay", "confirm", "pay-declined", "pay-no-funds", "voucher"} { // in a second tab
		for _, made := range []simulator.Record{paid, declined, late} {
			if where := press(p, made, action).Header().Get("Location"); where != "?" {
				t.Errorf("%s of %s leads to %q", action, made.Key, where)
			}
		}
	}
	wantPage(t, look(p, paid, ""), "No se puede pagar dos veces", "https://shop.test/back?order=4711")
	wantPage(t, look(p, declined, "?said=insufficient_funds"), "El pago fue rechazado")
	wantPage(t, look(p, late, "?step=confirm"), "El plazo para pagar terminó")
	if got := wantStatus(t, p, "key:declined", "failed"); got.Reason != "card_declined" {
		t.Errorf("it failed because of %q", got.Reason)
	}
	wantStatus(t, p, "key:paid", "succeeded")
	wantStatus(t, p, "key:late", "expired")
	if n := len(records(t, p, simulator.PaymentsMX)); n != 3 {
		t.Errorf("%d records, want 3", n)
	}
}

func TestADeclineRateDeclinesOnThePage(t *testing.T) {
	p := withPages(t, nil, simulator.Config{})
	made := opened(t, p, "key:1", "card", time.Now().Add(time.Hour).UTC().Truncate(time.Second))
	turn(t, p, simulator.PaymentsMX, `{"declineRate":1}`)
	if where := press(p, made, "pay").Header().Get("Location"); where != "?said=card_declined" {
		t.Errorf("a card that is declined leads to %q", where)
	}
	turn(t, p, simulator.PaymentsMX, `{}`)
	press(p, made, "pay")
	wantStatus(t, p, "key:1", "succeeded")
}

func TestOnlyWhoHasTheAddressSeesThePage(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{Source: rand.NewPCG(7, 7)})
	made := opened(t, p, "key:1", "card", noon.Add(time.Hour))
	token := made.URL[strings.LastIndexByte(made.URL, '/')+1:]
	for _, path := range []string{
		"/payments-mx/pay/1", "/payments-mx/pay/1-", "/payments-mx/pay/" + token[:len(token)-1], "/payments-mx/pay/" + token + "0", "/payments-mx/pay/2" + token[1:],
		"/payments-mx/pay/9223372036854775807-x", "/payments-mx/pay/-1-x", "/payments-us/pay/" + token,
	} {
		w := ask(p.Pages(), "GET", path, "", "")
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "no such payment") {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
		}
		if w := ask(p.Pages(), "POST", path, "", "action=pay"); w.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d %s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/payments-mx/records", "/payments-mx/pay/../records", "/payments-mx/charges/key:1", "/payments-mx/pay/", "/", "/stockist/records"} {
		if w := ask(p.Pages(), "GET", path, "", ""); w.Code == http.StatusOK {
			t.Errorf("customers see %s: %s", path, w.Body)
		}
	}
	wantStatus(t, p, "key:1", "action-required")
}

func TestAPageThatCannotBeOpened(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{})
	good := hosted("card", "en", noon.Add(time.Hour))
	wantProblem(t, "a time that is over", post(p, "/payments-mx/charges", "key:1", hosted("card", "en", noon)), 422, "over already")
	for _, c := range [][3]string{
		{`"card"`, `"invoice"`, "method"}, {`"card"`, `""`, "method"}, {"300000", "0", "amount"}, {`"until":"2026-11-30T13:00:00Z",`, "", "until"},
		{shopURL + "/back?order=4711", "javascript:alert(1)", "back"}, {shopURL + "/callbacks", "/callbacks", "callbackUrl"},
	} {
		wantProblem(t, c[2], post(p, "/payments-mx/charges", "key:1", strings.Replace(good, c[0], c[1], 1)), 400, c[2])
	}
	wantProblem(t, "no pages", post(partners(t, simulator.Config{}), "/payments-mx/charges", "key:1", good), 422, "no page")
	if n := len(records(t, p, simulator.PaymentsMX)); n != 0 {
		t.Errorf("%d records", n)
	}
}
