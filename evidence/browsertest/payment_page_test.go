//go:build browser

package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/partner/simulator"
)

// provider is a simulated payment provider whose pages are at an origin of their own.
type provider struct {
	*testing.T
	partners *simulator.Partners
	back     string // where its pages lead
}

func openProvider(t *testing.T, back string) *provider {
	t.Helper()
	mux, key := http.NewServeMux(), []byte(secret)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	partners, err := simulator.New(simulator.Config{
		StockistSecret: key, ScreeningSecret: key, PaymentSecrets: map[string][]byte{simulator.PaymentsUS: key, simulator.PaymentsMX: key}, PagesURL: server.URL + "/simulated",
		Callback: &http.Client{Transport: simulator.Transport(http.NotFoundHandler())},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(partners.Close)
	mux.Handle("/simulated/", http.StripPrefix("/simulated", partners.Pages()))
	return &provider{t, partners, back}
}

// page begins a payment, and returns the address of its page.
func (p *provider) page(method string) string {
	p.Helper()
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	r := httptest.NewRequest("POST", "/payments-mx/charges", strings.NewReader(fmt.Sprintf(
		`{"orderId":4711,"amount":300000,"currency":"MXN","method":%q,"until":%q,"language":"es","back":%q,"callbackUrl":"http://shop.test/callback"}`, method, until, p.back)))
	r.Header.Set("Idempotency-Key", fmt.Sprint("charge:", time.Now().UnixNano()))
	w := httptest.NewRecorder()
	p.partners.Handler().ServeHTTP(w, r)
	var made simulator.Record
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.URL == "" {
		p.Fatalf("POST /charges: %d %s, %v", w.Code, w.Body, err)
	}
	return made.URL
}

// paysAt opens a payment page.
func (p *tab) paysAt(address string) {
	p.Helper()
	p.goTo(address)
	p.says("h1", "SIMULACIÓN")
}

// chooses presses a button of the payment page.
func (p *tab) chooses(button string) {
	p.Helper()
	p.click(`button[value="` + button + `"]`)
}

// TestTheSimulatedPaymentPage: it can be read by all, works across origins, and does not pay twice.
func TestTheSimulatedPaymentPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, on := range []screen{desktop, phone} {
		simulated, p := openProvider(t, s.PublicURL+"/"), s.visit(on, "es-MX")
		card := simulated.page("card")
		p.paysAt(card)
		p.audit("the payment page")
		p.chooses("pay-no-funds")
		p.says("[role=alert]", "no tiene fondos")
		p.audit("the payment page after a try")
		p.chooses("pay-3ds")
		p.says("[role=alert]", "3-D Secure")
		p.audit("the bank's question")
		p.chooses("confirm")
		p.until(`location.href === %s`, simulated.back)
		p.paysAt(card)
		p.says("[role=status]", "No se puede pagar dos veces")
		p.paysAt(simulated.page("card"))
		p.chooses("pay-declined")
		p.says("[role=status]", "El pago fue rechazado")
		p.audit("the payment page of a decline")
		p.paysAt(simulated.page("cash-voucher"))
		p.chooses("voucher")
		p.says("[role=status]", "Puede pagar con este número")
		p.audit("the voucher")
		p.chooses("abandon")
		p.until(`location.href === %s`, simulated.back)
	}
}
