package simulated_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/paymentstest"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

func TestProvider(t *testing.T) {
	paymentstest.Run(t, func(t *testing.T) paymentstest.Fixture { return newFixture(t, true) })
}

func TestProviderWithoutAPage(t *testing.T) {
	paymentstest.RunAtOnce(t, func(t *testing.T) paymentstest.Fixture { return newFixture(t, false) })
}

// secrets are those of the fixture, by paymentstest.Secret.
var secrets = [][]byte{[]byte("the secret of payments-us today"), []byte("the secret that it had before"), []byte("the secret of payments-mx, another")}

// fixture is the provider of the US with the simulator behind it. It takes webhooks, as the shop does.
type fixture struct {
	t        *testing.T
	partners *simulator.Partners
	provider simulated.Provider
	later    atomic.Int64 // how much the simulator's clock is ahead
	drop     atomic.Bool

	mu   sync.Mutex
	told map[string][]byte // the last webhook by key
	tabs map[string]string // by path, the page as the customer has seen it first
}

func newFixture(t *testing.T, page bool) *fixture {
	f := &fixture{t: t, told: map[string][]byte{}, tabs: map[string]string{}}
	var err error
	f.partners, err = simulator.New(simulator.Config{
		StockistSecret: secret, ScreeningSecret: secret, PaymentsUSSecret: secrets[0], PaymentsMXSecret: secrets[2],
		PagesURL: "https://shop.test/simulated", Now: f.Now, Callback: &http.Client{Transport: simulator.Transport(http.HandlerFunc(f.take))},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.partners.Close)
	webhook, err := partner.NewWebhook(secrets[:2]...)
	if err != nil {
		t.Fatal(err)
	}
	f.provider = providerOf(newClient(t, "http://partners.test/"+simulator.PaymentsUS, roundTrip(f.call), partner.Options{}))
	f.provider.Page, f.provider.CallbackURL, f.provider.Webhook = page, "https://shop.test/callbacks/payments-us", webhook
	return f
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call is the network to the simulator, which may lose an answer.
func (f *fixture) call(r *http.Request) (*http.Response, error) {
	answer, err := simulator.Transport(f.partners.Handler()).RoundTrip(r)
	if f.drop.Swap(false) {
		return nil, io.ErrUnexpectedEOF
	}
	return answer, err
}

// take takes a webhook. One that is signed by a clock that is ahead is as good as signed now.
func (f *fixture) take(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	header := r.Header
	if f.later.Load() != 0 {
		header = signed(f.t, secrets[paymentstest.Current], string(body), time.Now())
	}
	notice, eventErr := f.provider.Event(r.Context(), header, body)
	if err != nil || eventErr != nil || r.URL.String() != "/callbacks/payments-us" {
		f.t.Errorf("the webhook at %s: %v, %v", r.URL, err, eventErr)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told[notice.Key] = body
}

func (f *fixture) Provider() payments.Provider { return f.provider }
func (f *fixture) Now() time.Time              { return time.Now().Add(time.Duration(f.later.Load())) }
func (f *fixture) Advance(d time.Duration)     { f.later.Add(int64(d)) }
func (f *fixture) DropNextAnswer()             { f.drop.Store(true) }

func (f *fixture) Books() (b paymentstest.Books) {
	w := world{t: f.t, partners: f.partners}
	for _, r := range w.records(simulator.PaymentsUS) {
		var asked struct{ Amount int64 }
		if err := json.Unmarshal(r.Request, &asked); err != nil {
			f.t.Error(err)
		}
		switch {
		case r.Kind == "refund":
			b.Refunded += asked.Amount
		case r.Status == "succeeded":
			b.Paid += asked.Amount
			fallthrough
		default:
			b.Begun++
		}
	}
	return b
}

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

// quiet waits until no webhook is under way.
func (f *fixture) quiet() error {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if f.partners.States()[0].Callbacks.Waiting == 0 {
			return nil
		}
	}
	return fmt.Errorf("webhooks are still under way: %+v", f.partners.States()[0].Callbacks)
}

func (f *fixture) Told(p paymentstest.Payment) ([]byte, error) {
	if err := f.quiet(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told[p.Request.Key] == nil {
		return nil, fmt.Errorf("there was no webhook about %s", p.Request.Key)
	}
	return f.told[p.Request.Key], nil
}

func (f *fixture) Dispute(p paymentstest.Payment) error {
	if err := f.quiet(); err != nil {
		return err
	}
	return f.operate(p, "dispute")
}

func (f *fixture) Sign(by paymentstest.Secret, at time.Time, body []byte) (http.Header, error) {
	return signed(f.t, secrets[by], string(body), at), nil
}
