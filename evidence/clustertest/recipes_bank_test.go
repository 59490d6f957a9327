package clustertest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"acme.example/webshop/payments/paymentstest"
)

// payee is whom customers are told to transfer to.
const payee = "ACME, account 12345678 at the First Bank of Miami"

// bank is the bank of the recipe's payment provider.
type bank struct {
	*paymentstest.Bank
	url string
}

func openBank(t *testing.T) bank {
	t.Helper()
	b := paymentstest.NewBank()
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return bank{b, server.URL}
}

// flags connect a shop with the bank. All its other partners are simulated, though this one is real.
func (b bank) flags() []string {
	return []string{
		"--transfer-url", b.url, "--transfer-secret", string(b.Secrets()[0]), "--transfer-payee", payee, "--test-orders", "on",
		"--simulate", "payments-us,payments-mx,screening,stockist,carrier,books,mail,club",
	}
}

// passes runs the tests of a package that the recipes add: they have no folder to run in.
func passes(t *testing.T, overlay, name string) {
	binary := filepath.Join(t.TempDir(), "tests")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "acme.example/webshop/"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), binary, "-test.v").CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

// takesTransfers: the customer is told what to transfer, and the order goes on when the money is there.
func (s oneShop) takesTransfers(t *testing.T, b bank) {
	var made struct {
		OrderID     int64
		RedirectURL string
		TrackingURL string
		Payment     toPay
	}
	post(t, s.public+"/createOrder", ordered("Tina", individual+`, "products":"BB001", "paymentMethod":"bank-transfer"`, 15000), &made)
	if made.Payment.Voucher.Payee != payee || made.Payment.Voucher.Number == "" || !strings.HasPrefix(made.RedirectURL, s.public+"/order?key=") {
		t.Fatalf("the customer is told %+v", made)
	}
	var shown struct{ Payment toPay }
	_, key, _ := strings.Cut(made.TrackingURL, "?")
	getJSON(t, s.public+"/trackOrder?"+key, &shown)
	if shown.Payment != made.Payment {
		t.Errorf("the order's page shows %+v, not %+v", shown.Payment, made.Payment)
	}
	s.becomes(t, made.OrderID, "PAYMENT_PENDING")
	s.hears(t, b, made.Payment.Voucher.Number)
	s.becomes(t, made.OrderID, "STOCKED")
}

// toPay is what a customer has to do to pay.
type toPay struct {
	Method, State string
	Voucher       struct{ Number, Payee string }
}

// getJSON reads JSON.
func getJSON(t *testing.T, url string, into any) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	text, err := readAll(res.Body)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d: %s, %v", url, res.StatusCode, text, err)
	}
}

// hears has the money arrive, and the bank tell the shop.
func (s oneShop) hears(t *testing.T, b bank, reference string) {
	t.Helper()
	header, body, err := b.Transfer(reference)
	if err != nil {
		t.Fatal(err)
	}
	call, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.public+"/callbacks/transfer", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	call.Header = header
	res, err := http.DefaultClient.Do(call)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := readAll(res.Body); err != nil || res.StatusCode != http.StatusNoContent {
		t.Errorf("the webhook is answered %d %s, %v", res.StatusCode, text, err)
	}
}
