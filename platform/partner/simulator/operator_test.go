package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

// operate does an action with a payment, as the provider's operator.
func operate(p *simulator.Partners, name, key, action string) *httptest.ResponseRecorder {
	return ask(p.Knobs(), "POST", "/partners/"+name+"/payments", "", fmt.Sprintf(`{"key":%q,"action":%q}`, key, action))
}

// listed are the payments that the operator sees, each as its key and what can be done.
func listed(t *testing.T, p *simulator.Partners, name, query string) (all []string) {
	t.Helper()
	w := ask(p.Knobs(), "GET", "/partners/"+name+"/payments"+query, "", "")
	for _, one := range decode[map[string][]simulator.Payment](t, w)["payments"] {
		all = append(all, fmt.Sprint(one.Key, " ", one.Status, " ", one.Actions))
	}
	return all
}

func TestTheOperatorPaysVouchersAndDisputes(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{})
	given := opened(t, p, "key:given", "cash-voucher", noon.Add(72*time.Hour))
	press(p, given, "voucher")
	opened(t, p, "key:open", "cash-voucher", noon.Add(72*time.Hour))
	press(p, opened(t, p, "key:paid", "card", noon.Add(time.Hour)), "pay")
	press(p, opened(t, p, "key:late", "cash-voucher", noon.Add(time.Hour)), "voucher")
	post(p, "/payments-mx/charges", "key:at-once", jobs[1].body)
	now.set(noon.Add(48 * time.Hour))
	want := []string{"key:late expired [pay-late]", "key:paid succeeded [dispute dispute-won dispute-lost]", "key:given action-required [pay]"}
	for query, want := range map[string][]string{"": want, "?orderId=4711": want, "?orderId=4712": nil} {
		if diff := cmp.Diff(want, listed(t, p, simulator.PaymentsMX, query)); diff != "" {
			t.Error(query, diff)
		}
	}
	for _, c := range [][2]string{{"key:open", "pay"}, {"key:late", "pay"}, {"key:given", "pay-late"}, {"key:paid", "pay"}, {"key:given", "dispute"}, {"key:paid", "steal"}} {
		wantProblem(t, c[0]+" "+c[1], operate(p, simulator.PaymentsMX, c[0], c[1]), 409, "cannot be done")
	}
	for _, c := range [][2]string{{simulator.PaymentsMX, "key:at-once"}, {simulator.PaymentsMX, "key:none"}, {simulator.PaymentsUS, "key:given"}, {simulator.Stockist, "key:given"}} {
		wantProblem(t, c[0]+" "+c[1], operate(p, c[0], c[1], "pay"), 404, "payment")
	}
	if w := operate(p, simulator.PaymentsMX, "key:given", "pay"); w.Code != http.StatusOK {
		t.Errorf("the voucher is paid: %d %s", w.Code, w.Body)
	}
	wantStatus(t, p, "key:given", "succeeded")
	if w := operate(p, simulator.PaymentsMX, "key:late", "pay-late"); w.Code != http.StatusOK {
		t.Errorf("the expired voucher is paid: %d %s", w.Code, w.Body)
	}
	wantStatus(t, p, "key:late", "succeeded")
	wantProblem(t, "again", operate(p, simulator.PaymentsMX, "key:given", "pay"), 409, "succeeded")
	if all := listed(t, p, simulator.Stockist, ""); all != nil {
		t.Errorf("the stockist has the payments %v", all)
	}
}

// listener takes webhooks, and answers the first ones 503.
type listener struct {
	t     *testing.T
	start time.Time
	mu    sync.Mutex
	fails int
	heard []string // when and what, of those that were taken
	ids   map[string]bool
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails > 0 {
		l.fails--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	webhook, err := partner.NewWebhook(secret)
	if err != nil {
		l.t.Error(err)
		return
	}
	body, err := io.ReadAll(r.Body)
	if verifyErr := webhook.Verify(body, r.Header); err != nil || verifyErr != nil || r.URL.Path != "/callbacks/payments-mx" {
		l.t.Errorf("%s %s: %v, %v", r.URL, body, err, verifyErr)
	}
	var said struct {
		Type string
		Data json.RawMessage
	}
	if err := json.Unmarshal(body, &said); err != nil {
		l.t.Error(err)
	}
	l.heard = append(l.heard, fmt.Sprint(time.Since(l.start), " ", said.Type, " ", string(said.Data)))
	l.ids[r.Header.Get("webhook-id")] = true
}

// listening is a world with a listener, in a synctest bubble, and a card payment in it.
func listening(t *testing.T, knobs string, fails int) (*simulator.Partners, *listener, simulator.Record) {
	l := &listener{t: t, start: time.Now(), fails: fails, ids: map[string]bool{}}
	p := withPages(t, nil, simulator.Config{Callback: &http.Client{Transport: simulator.Transport(l)}})
	turn(t, p, simulator.PaymentsMX, knobs)
	return p, l, opened(t, p, "key:1", "card", time.Now().Add(time.Hour).UTC())
}

const changed = ` payment.updated {"key":"key:1","orderId":4711}`

func TestTheShopIsToldOfEachChange(t *testing.T) {
	for _, c := range []struct {
		knobs  string
		fails  int
		action string
		want   []string
	}{
		{`{}`, 0, "pay", []string{"0s" + changed}}, {`{}`, 0, "pay-declined", []string{"0s" + changed}}, {`{}`, 0, "abandon", nil}, {`{}`, 0, "pay-no-funds", nil},
		{`{}`, 3, "pay", []string{"7s" + changed}}, {`{"webhookDelay":90000}`, 0, "pay", []string{"1m30s" + changed}}, {`{"webhookLossRate":1}`, 0, "pay", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, l, made := listening(t, c.knobs, c.fails)
			for range 2 {
				press(p, made, c.action)
			}
			time.Sleep(10 * time.Minute) // of the bubble's time
			synctest.Wait()
			if diff := cmp.Diff(c.want, l.heard); diff != "" {
				t.Errorf("%s with %s, %d times not taken: %s", c.action, c.knobs, c.fails, diff)
			}
		})
	}
}

func TestTheShopIsToldOfVouchersExpiryAndDisputes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, l, _ := listening(t, `{}`, 0)
		made := opened(t, p, "key:2", "cash-voucher", time.Now().Add(2*time.Hour).UTC())
		press(p, made, "voucher")
		synctest.Wait()
		operate(p, simulator.PaymentsMX, "key:2", "pay")
		synctest.Wait()
		operate(p, simulator.PaymentsMX, "key:2", "dispute")
		synctest.Wait()
		time.Sleep(time.Hour)
		wantStatus(t, p, "key:1", "expired")
		synctest.Wait()
		voucher := strings.Replace(changed, "key:1", "key:2", 1)
		want := []string{
			"0s" + voucher, "0s" + voucher,
			`0s payment.disputed {"amount":300000,"currency":"MXN","key":"key:2","orderId":4711,"reason":"fraudulent","reference":"dispute-of-` + made.Reference + `","state":"open"}`,
			"1h0m0s" + changed,
		}
		if diff := cmp.Diff(want, l.heard); diff != "" || len(l.ids) != len(want) {
			t.Errorf("%s; the ids are %v", diff, l.ids)
		}
	})
}

// TestAPaymentIsPaidOnce: the customer presses the button in many tabs, while the shop asks.
func TestAPaymentIsPaidOnce(t *testing.T) {
	l := &listener{t: t, start: time.Now(), ids: map[string]bool{}}
	p := withPages(t, nil, simulator.Config{Callback: &http.Client{Transport: simulator.Transport(l)}})
	made := opened(t, p, "key:1", "card", time.Now().Add(time.Hour).UTC().Truncate(time.Second))
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			press(p, made, []string{"pay", "confirm", "pay-declined", "abandon"}[i%4])
			look(p, made, "")
			ask(p.Handler(), "GET", "/payments-mx/charges/key:1", "", "")
			listed(t, p, simulator.PaymentsMX, "")
		})
	}
	all.Wait()
	p.Close()
	if len(l.ids) > 1 {
		t.Errorf("it ended in the ways %v", l.ids)
	}
}

// TestAForgottenPaymentHasNoPage: memory is bounded, whatever is open.
func TestAForgottenPaymentHasNoPage(t *testing.T) {
	now := &clock{}
	p := withPages(t, now, simulator.Config{KeepBytes: 4 << 10})
	first := opened(t, p, "key:first", "card", noon.Add(time.Hour))
	for i := range 20 {
		press(p, opened(t, p, fmt.Sprint("key:", i), "cash-voucher", noon.Add(time.Hour)), "voucher")
	}
	page := pageOf(t, p, simulator.PaymentsMX, "")
	if w := look(p, first, ""); w.Code != http.StatusNotFound || page.Forgotten == 0 || len(page.Records) < 3 {
		t.Errorf("the first page: %d; %d are forgotten, %d kept", w.Code, page.Forgotten, len(page.Records))
	}
}
