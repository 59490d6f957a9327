package app_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// shop is a new, real shop on free ports, with its data in a folder of its own.
type shop struct {
	*testing.T
	*app.Shop
	config app.Config
	token  app.Secret // used by call for the private listener, unless the given headers identify the caller; "": none
	log    *bytes.Buffer
}

// config returns the default configuration, on free ports and a new data folder.
func config(t *testing.T) app.Config {
	return app.Config{
		PublicAddr: "127.0.0.1:0", PrivateAddr: "127.0.0.1:0", DataDir: t.TempDir(), LinkValidity: time.Hour,
		PartnerTimeout: 500 * time.Millisecond, MailFrom: "ACME Potted Plants <orders@acme.example>",
		SMTPTLS: "mandatory", ShutdownTimeout: 10 * time.Second, LogLevel: "info", LogFormat: "text", BooksJournal: true,
	}
}

// start starts a shop with changes to its configuration, which stops when the test ends.
func start(t *testing.T, change ...func(*app.Config)) *shop {
	t.Helper()
	c := config(t)
	for _, f := range change {
		f(&c)
	}
	simulateRest(&c)
	return startWith(t, c)
}

// simulateRest allows the partners without an address to be simulated.
func simulateRest(c *app.Config) {
	for name, address := range map[string]string{
		"payments-us": c.PaymentsUSURL + string(c.PaymentsUSStripeKey), "payments-mx": c.PaymentsMXURL + string(c.PaymentsMXStripeKey), "screening": c.ScreeningURL, "stockist": c.StockistURL,
		"carrier": c.CarrierURL, "books": c.BooksURL, "mail": c.SMTPAddr,
	} {
		if address == "" {
			c.Simulate = append(c.Simulate, name)
		}
	}
}

// trusted returns rules under which some organizations need no approval for being new.
func trusted(text string, organizations ...string) string {
	return strings.Replace(text, "approveNew: true", fmt.Sprintf(`approveNew: true, known: ["%s"]`, strings.Join(organizations, `", "`)), 1)
}

// trusting configures a new shop that knows some organizations.
func trusting(t *testing.T, organizations ...string) func(*app.Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(trusted(string(app.DefaultShopFile), organizations...)), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

func startWith(t *testing.T, c app.Config) *shop {
	t.Helper()
	s := &shop{T: t, config: c}
	log := slog.New(slog.NewTextHandler(testLog{t}, nil))
	var err error
	if s.Shop, err = app.Start(t.Context(), c, log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.operate()
	return s
}

// operate makes call use the shop's private token.
func (s *shop) operate() {
	s.Helper()
	var err error
	if s.token, err = app.TokenFor(s.PrivateURL, s.config.PrivateToken, s.config.DataDir); err != nil {
		s.Fatal(err)
	}
}

// stop stops the shop, once.
func (s *shop) stop() {
	s.Helper()
	if s.Shop == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.config.ShutdownTimeout)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		s.Errorf("stop: %v", err)
	}
	s.Shop = nil
}

// restart stops the shop and starts it again on the same data.
func (s *shop) restart() *shop {
	s.Helper()
	s.stop()
	return startWith(s.T, s.config)
}

type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Helper()
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// answer is an answer of the shop.
type answer struct {
	*testing.T
	status int
	header http.Header
	body   []byte
}

// noToken as the value of Authorization makes call send no token.
const noToken = "\x00"

// call sends a request, with the shop's private token. A body that is a string is sent as it is, others as JSON; nil is
// no body.
func (s *shop) call(method, url string, body any, headers ...string) answer {
	s.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			s.Fatal(err)
		}
		text = string(encoded)
	}
	req, err := http.NewRequestWithContext(s.Context(), method, url, strings.NewReader(text))
	if err != nil {
		s.Fatal(err)
	}
	if s.token != "" && !strings.HasPrefix(url, s.PublicURL) {
		req.Header.Set("Authorization", "Bearer "+string(s.token))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == noToken {
			req.Header.Del(headers[i])
		}
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	return s.do(req)
}

func (s *shop) do(req *http.Request) answer {
	s.Helper()
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer{T: s.T, status: got.StatusCode, header: got.Header, body: content}
}

// want fails the test unless the answer has this status.
func (a answer) want(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("answered %d: %s; want %d", a.status, a.body, status)
	}
	return a
}

// problem fails the test unless the answer is that problem, about those fields.
func (a answer) problem(code fault.Code, fields ...string) fault.Problem {
	a.Helper()
	var p fault.Problem
	a.into(&p)
	if p.Type != "/problems/"+string(code) || p.Status != a.status || !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
		a.Fatalf("answered %d %s: %s; want the problem %s", a.status, a.header.Get("Content-Type"), a.body, code)
	}
	var named []string
	for _, f := range p.Errors {
		named = append(named, f.Name)
	}
	for _, f := range fields {
		if !strings.Contains(" "+strings.Join(named, " ")+" ", " "+f+" ") {
			a.Fatalf("the problem names the fields %q, want %q among them: %s", named, f, a.body)
		}
	}
	return p
}

func (a answer) into(v any) {
	a.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.Fatalf("%s: %v", a.body, err)
	}
}

// draft is the body of createOrder.
type draft map[string]any

// withEachEngine runs a test with SQLite and with PostgreSQL, side by side.
func withEachEngine(t *testing.T, test func(t *testing.T, engine func(*app.Config))) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, func(*app.Config) {})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		url := app.Secret(pgtest.Database(t))
		test(t, func(c *app.Config) { c.DatabaseURL = url })
	})
}

// realOrder returns a customer's order; each differs from the others by its name.
func realOrder(name string, changes ...any) draft {
	d := draft{
		"name": name, "email": "someone@example.com", "phone": "+1 212 555 0100", "street": "Thisway 1", "city": "Thatplace",
		"customerType": "B2C", "market": "US", "products": "BB001,LB001", "totalPrice": 30000,
	}
	for i := 0; i+1 < len(changes); i += 2 {
		d[changes[i].(string)] = changes[i+1]
		if changes[i+1] == nil {
			delete(d, changes[i].(string))
		}
	}
	return d
}

// created is the answer of createOrder.
type created struct {
	Status, RedirectURL, Currency, TrackingURL string
	OrderID, TotalPrice, Amount                int64
}

func (s *shop) create(d draft, headers ...string) created {
	s.Helper()
	var c created
	s.call("POST", s.PublicURL+"/createOrder", d, headers...).want(200).into(&c)
	return c
}

// order is an order in GraphQL.
type order struct {
	OrderID, TotalPrice, TestID                                                   int64
	Ref                                                                           ref.Order
	CustomerName, CustomerEmail, CustomerPhone, CustomerStreet, CustomerCity      string
	CustomerType, CustomerMarket, OrderedProducts, DeliveryTime, Status, Currency string
	ExchangeRate, Organization                                                    string
	Amount                                                                        int64
	OrgNumber                                                                     any
	History                                                                       []struct {
		ID, Type, Data string
		Receipts       []struct {
			Subscriber, State, LastError string
			Attempts                     int
		}
	}
}

const orderFields = `orderId ref customerName customerEmail customerPhone customerStreet customerCity customerType customerMarket
	orderedProducts totalPrice deliveryTime status testId orgNumber amount currency exchangeRate
	history { id type data receipts { subscriber state attempts lastError } }`

// graphql sends a query to the database service; an error fails the test.
func (s *shop) graphql(query string, into any) {
	s.Helper()
	var got struct {
		Data   json.RawMessage
		Errors []any
	}
	s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query}).want(200).into(&got)
	if len(got.Errors) > 0 {
		s.Fatalf("%s: %v", query, got.Errors)
	}
	if err := json.Unmarshal(got.Data, into); err != nil {
		s.Fatal(err)
	}
}

// refused sends the database service what it must refuse, and returns the code and the message.
func (s *shop) refused(query string) (code, message string) {
	s.Helper()
	var got struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	a := s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query})
	if a.into(&got); len(got.Errors) == 0 {
		s.Fatalf("%s was not refused: %s", query, a.body)
	}
	return got.Errors[0].Extensions.Code, got.Errors[0].Message
}

func (s *shop) order(id int64) order {
	s.Helper()
	var got struct{ GetOrder order }
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { %s } }", id, orderFields), &got)
	return got.GetOrder
}

// patience is how long anything may take: so long that only what never happens takes longer.
const patience = time.Minute

// eventually waits until a condition holds.
func (s *shop) eventually(what string, holds func() bool) {
	s.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
		if time.Now().After(deadline) {
			s.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// arrives waits until an order has a status, and all receipts of its events are done.
func (s *shop) arrives(id int64, status string) order {
	s.Helper()
	var o order
	s.eventually(fmt.Sprintf("order %d is %s", id, status), func() bool {
		o = s.order(id)
		return o.Status == status && o.open() == 0
	})
	return o
}

// open counts the order's receipts that are not done.
func (o order) open() (n int) {
	for _, e := range o.History {
		for _, r := range e.Receipts {
			if r.State != "done" {
				n++
			}
		}
	}
	return n
}

// types lists the types of the order's events.
func (o order) types() (types []string) {
	for _, e := range o.History {
		types = append(types, e.Type)
	}
	return types
}

// mail is a mail as the viewer returns it.
type mail struct {
	ID, To, Subject, Text, HTML string
	Links                       []string
}

// mails returns the mails to an address, newest first.
func (s *shop) mails(to string) []mail {
	s.Helper()
	var list struct{ Mails []mail }
	at := s.PrivateURL
	if s.config.TestSMTPAddr != "" {
		at = s.partnersURL()
	}
	s.call("GET", at+"/mail?format=json&limit=100&to="+to, nil).want(200).into(&list)
	for i, m := range list.Mails {
		s.call("GET", at+"/mail/"+m.ID+"?format=json", nil).want(200).into(&list.Mails[i])
	}
	return list.Mails
}

// turn sets a partner's knobs.
func (s *shop) turn(partner string, knobs map[string]any) {
	s.Helper()
	s.call("PUT", s.partnersURL()+"/partners/"+partner+"/knobs", knobs).want(200)
}

// partnersURL is where the simulated partners are operated.
func (s *shop) partnersURL() string { return cmp.Or(s.config.SimulatorsURL, s.PrivateURL) }
