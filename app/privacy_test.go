package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// customers are texts that customers and operators give the shop, and that must not get further.
var customers = map[string]string{
	"name": "Xanthippe Quörnli", "email": "xanthippe.quornli@private.example", "phone": "+41 79 555 73 91", "street": "Zwiebelgässli 4711",
	"city": "Hinterpfupfikon",
}

const (
	secretOrg   = "87654321098"
	secretToken = "operators-token-7391-not-to-be-told"
)

// TestNothingOfACustomerIsInLogsTracesAndMetrics runs a shop with all levels logged and all traces kept; its customers
// buy, are declined, make mistakes, meet partners that fail, cancel and book. The output is searched for their texts, in
// every form that a program might have given them.
func TestNothingOfACustomerIsInLogsTracesAndMetrics(t *testing.T) {
	c := collect(t)
	run := &run{secrets: map[string]string{"org number": secretOrg, "token": secretToken, "first name": "Xanthippe", "last name": "Quörnli"}}
	for what, text := range customers {
		run.secrets[what] = text
	}
	run.shop, run.log = startLogging(t, func(c *app.Config) { c.PrivateToken = secretToken; c.RateLimit = 100 })
	for _, secret := range []string{"link.secret"} {
		if text, err := os.ReadFile(filepath.Join(run.config.DataDir, secret)); err == nil {
			run.secrets[secret] = strings.TrimSpace(string(text))
		}
	}
	run.goodLife()
	run.mistakes()
	run.declined()
	run.failures()
	run.strangers()
	metrics := string(run.call("GET", run.PrivateURL+"/metrics", nil).want(200).body)
	run.stop()
	c.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !strings.Contains(run.log.String(), "parked") || c.raw.Len() < 10_000 || len(metrics) < 10_000 {
		t.Fatalf("the run left too little to search: log %d, traces %d, metrics %d", len(run.log.String()), c.raw.Len(), len(metrics))
	}
	run.search("log", run.log.String())
	run.search("traces", c.raw.String())
	run.search("metrics", metrics)
}

// run is a run of a shop whose output is searched.
type run struct {
	*shop
	log     *sharedLog
	secrets map[string]string
	n       int
}

// private returns an order with a customer's private texts.
func (r *run) private(changes ...any) draft {
	r.n++
	d := realOrder(fmt.Sprintf("%s %d", customers["name"], r.n), changes...)
	for _, field := range []string{"email", "phone", "street", "city"} {
		if !contains(changes, field) {
			d[field] = customers[field]
		}
	}
	return d
}

func contains(changes []any, field string) bool {
	for i := 0; i < len(changes); i += 2 {
		if changes[i] == field {
			return true
		}
	}
	return false
}

// keyed keeps the keys of an order's links.
func (r *run) keyed(made created) created {
	r.secrets[fmt.Sprintf("tracking key of %d", made.OrderID)] = trackingKey(made)
	return made
}

func (r *run) goodLife() {
	r.Helper()
	made := r.keyed(r.create(r.private(), "Idempotency-Key", "xanthippes-key-1"))
	r.secrets["idempotency key"] = "xanthippes-key-1"
	r.create(r.private("customerType", "B2B", "orgNumber", secretOrg, "email", "firm."+customers["email"]))
	r.arrives(made.OrderID, "STOCKED")
	key := r.deliveryKey(r.mails(customers["email"]))
	r.secrets["delivery key"] = key
	r.call("GET", r.PublicURL+"/trackOrder?key="+url.QueryEscape(trackingKey(made)), nil).want(200)
	r.call("GET", r.PublicURL+"/order?key="+url.QueryEscape(trackingKey(made)), nil).want(200)
	r.bookFirst(key)
	r.arrives(made.OrderID, "DELIVERY_BOOKED")
	doomed := r.keyed(r.create(r.private()))
	r.call("POST", r.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	r.arrives(doomed.OrderID, "CANCELLED")
}

// mistakes sends requests that are refused, with customers' texts in every place.
func (r *run) mistakes() {
	r.Helper()
	for field, text := range customers {
		r.call("POST", r.PublicURL+"/createOrder", r.private("market", text)).problem(fault.Invalid)
		r.call("POST", r.PublicURL+"/createOrder", r.private(field, strings.Repeat(text, 100))).problem(fault.Invalid)
		r.call("POST", r.PublicURL+"/createOrder", fmt.Sprintf(`{"name": %q`, text))
		r.call("GET", r.PublicURL+"/deliveryTimes?market="+url.QueryEscape(text), nil)
		r.call("GET", r.PublicURL+"/"+url.PathEscape(text)+"?x="+url.QueryEscape(text), nil)
		r.call("GET", r.PublicURL+"/trackOrder?key="+url.QueryEscape(text), nil)
		r.call("GET", r.PrivateURL+"/deadletters/"+url.PathEscape(text)+"/"+url.PathEscape(text), nil)
		r.call("POST", r.PrivateURL+"/updateOrderStatus", map[string]any{"orderId": 1, "status": text})
		r.call("POST", r.PrivateURL+"/database", map[string]any{"query": fmt.Sprintf("{ getOrder(id: %q) { orderId } }", text)})
		r.call("POST", r.PublicURL+"/createOrder", r.private(), "Traceparent", text, "X-Request-Id", text, "User-Agent", "x", "Tracestate", "a="+url.QueryEscape(text)).want(200)
	}
	r.call("POST", r.PublicURL+"/createOrder", r.private("totalPrice", 1))
	r.call("POST", r.PublicURL+"/createOrder", r.private("customerType", "B2B", "orgNumber", secretOrg+"x"))
	r.call("GET", r.PrivateURL+"/alerts", nil, "Authorization", "Bearer "+secretToken+"wrong", "X-Forwarded-For", "192.0.2.1").want(401)
}

func (r *run) declined() {
	r.Helper()
	r.turn("payments-us", map[string]any{"declineRate": 1})
	r.call("POST", r.PublicURL+"/createOrder", r.private()).problem(fault.Declined)
	r.turn("payments-us", map[string]any{"timeoutAfterSuccessRate": 1})
	r.keyed(r.create(r.private()))
	r.turn("payments-us", map[string]any{"failureRate": 1})
	r.call("POST", r.PublicURL+"/createOrder", r.private()).problem(fault.InDoubt)
	r.turn("payments-us", map[string]any{})
}

// failures makes partners fail or refuse, and mails be refused.
func (r *run) failures() {
	r.Helper()
	for _, partner := range []string{"stockist", "books", "carrier"} {
		r.turn(partner, map[string]any{"failureRate": 1})
	}
	first := r.keyed(r.create(r.private()))
	r.failed(first.OrderID, "stock.OrderPlaced")
	for _, partner := range []string{"books", "carrier"} {
		r.turn(partner, map[string]any{"refuseRate": 1})
	}
	r.turn("stockist", map[string]any{"failureRate": 0})
	second := r.keyed(r.create(r.private()))
	r.failed(second.OrderID, "finance.OrderPlaced")
	r.turn("books", map[string]any{"refuseRate": 0})
	r.call("GET", r.PrivateURL+"/console", nil)
	r.call("GET", r.PrivateURL+"/deadletters", nil).want(200)
}

// failed waits until a subscriber has failed with an order.
func (r *run) failed(id int64, subscriber string) {
	r.Helper()
	r.eventually(fmt.Sprintf("%s fails with order %d", subscriber, id), func() bool {
		for _, e := range r.order(id).History {
			for _, receipt := range e.Receipts {
				if receipt.Subscriber == subscriber && (receipt.Attempts > 0 || receipt.State == "parked") {
					return true
				}
			}
		}
		return false
	})
}

// strangers are a carrier and a mail server that repeat what they refuse. The operator sees their answers.
func (r *run) strangers() {
	r.Helper()
	r.secrets["a stranger's words"] = strangersWords
	carrier := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		fault.Write(w, fault.New(fault.Conflict, "%s %s", strangersWords, body))
	}))
	r.Cleanup(carrier.Close)
	s, log := startLogging(r.T, func(c *app.Config) {
		c.CarrierURL, c.SMTPAddr, c.SMTPTLS = carrier.URL, rudeMailServer(r.T), "none"
	})
	before := r.shop
	r.shop = s
	made := r.keyed(r.create(r.private()))
	r.eventually("it is STOCKED", func() bool { return r.order(made.OrderID).Status == "STOCKED" })
	slot := r.freeTimes("")[0]
	r.call("POST", r.PrivateURL+"/bookDelivery", map[string]any{"orderId": made.OrderID, "deliveryTime": slot}).want(200)
	for _, subscriber := range []string{"email.OrderCreated", "delivery.DeliveryBooked"} {
		r.failed(made.OrderID, subscriber)
	}
	for _, e := range r.order(made.OrderID).History {
		for _, receipt := range e.Receipts {
			if receipt.LastError != "" && !strings.Contains(receipt.LastError, strangersWords) {
				r.Errorf("%s: %s", receipt.Subscriber, receipt.LastError)
			}
		}
	}
	s.stop()
	r.search("the log of strangers' words", log.String())
	if !strings.Contains(log.String(), "their words are with the event") {
		r.Error("no stranger said anything")
	}
	r.shop = before
}

const strangersWords = "Never heard of"

// rudeMailServer refuses all mails, and repeats the recipient.
func rudeMailServer(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return rude{}, nil }))
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

type rude struct{}

func (rude) Mail(string, *smtp.MailOptions) error { return nil }
func (rude) Rcpt(to string, _ *smtp.RcptOptions) error {
	return &smtp.SMTPError{Code: 550, Message: strangersWords + " " + to}
}
func (rude) Data(io.Reader) error { return nil }
func (rude) Reset()               {}
func (rude) Logout() error        { return nil }

// search looks for each secret in each form.
func (r *run) search(where, text string) {
	r.Helper()
	for what, secret := range r.secrets {
		if form, at := foundIn(text, secret); form != "" {
			r.Errorf("%s: %s, %s: …%q…", where, what, form, text[max(0, at-300):min(len(text), at+100)])
		}
	}
}

// foundIn returns in which form a text has a secret in it, and where; "" for none.
func foundIn(text, secret string) (form string, at int) {
	text = strings.ToLower(text)
	for form, found := range formsOf(secret) {
		if at := strings.Index(text, strings.ToLower(found)); at >= 0 {
			return form, at
		}
	}
	return "", -1
}

// TestSearchFindsWhatIsHidden tests the test.
func TestSearchFindsWhatIsHidden(t *testing.T) {
	for what, secret := range customers {
		line := "level=INFO msg=" + secret + " more"
		for form, text := range map[string]string{
			"plain": line, "query": url.QueryEscape(line), "JSON": strconv.QuoteToASCII(line), "hex": fmt.Sprintf("%x", line),
			"base64": base64.StdEncoding.EncodeToString([]byte(line)), "base64, one on": base64.StdEncoding.EncodeToString([]byte("x" + line)),
			"base64, two on": base64.URLEncoding.EncodeToString([]byte("xy" + line)),
		} {
			if found, _ := foundIn(text, secret); found == "" {
				t.Errorf("the %s is not found as %s in %s", what, form, text)
			}
		}
	}
	if form, _ := foundIn("nothing to see", customers["name"]); form != "" {
		t.Errorf("found %s where nothing is", form)
	}
}

// formsOf returns the forms that a text may have in an output. In base64 within a longer text it is one of three.
func formsOf(text string) map[string]string {
	ascii, _ := json.Marshal(text)
	escaped := strings.Trim(string(ascii), `"`)
	forms := map[string]string{
		"plain": text, "as a query": url.QueryEscape(text), "as a path": url.PathEscape(text), "as JSON": escaped,
		"as JSON in JSON": strings.ReplaceAll(escaped, `\`, `\\`), "quoted": strings.Trim(fmt.Sprintf("%+q", text), `"`),
		"as HTML": html.EscapeString(text), "in hex": fmt.Sprintf("%x", text), "without spaces": strings.ReplaceAll(text, " ", ""),
	}
	for shift := range 3 {
		inner := text[shift:]
		inner = inner[:len(inner)-len(inner)%3] // whole groups only: the rest depends on what follows
		forms[fmt.Sprintf("in base64, %d on", shift)] = base64.StdEncoding.EncodeToString([]byte(inner))
		forms[fmt.Sprintf("in base64 for URLs, %d on", shift)] = base64.URLEncoding.EncodeToString([]byte(inner))
	}
	return forms
}
