package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// TestStopLetsARequestInFlightEnd: its payment takes a while. Meanwhile no new request is accepted, and the shop is not
// ready; the order continues after the next start.
func TestStopLetsARequestInFlightEnd(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PartnerTimeout = 10 * time.Second })
	s.turn("payments-us", map[string]any{"latency": 1500})
	answered := make(chan answer, 1)
	go func() {
		defer close(answered)
		answered <- s.call("POST", s.PublicURL+"/createOrder", realOrder("Late"))
	}()
	s.eventually("the provider was asked", func() bool { return s.calls()["payments-us"] == 1 })
	stopped := make(chan error, 1)
	shop, public := s.Shop, strings.TrimPrefix(s.PublicURL, "http://")
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 9*time.Second)
		defer cancel()
		stopped <- shop.Stop(ctx)
	}()
	s.eventually("no one new comes in", func() bool { return refusesConnections(public) })
	if err := shop.Ready(t.Context()); err == nil {
		t.Error("a shop that stops is ready")
	}
	select {
	case a := <-answered:
		t.Fatalf("the request has ended before the intake: %s", a.body)
	default:
	}
	a, whole := <-answered
	if !whole {
		t.Fatal("the request was cut off")
	}
	var made created
	a.want(200).into(&made)
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	s.Shop = nil
	again := startWith(t, s.config)
	again.arrives(made.OrderID, "STOCKED")
}

func refusesConnections(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return true
	}
	_ = conn.Close() // it was only a check
	return false
}

// TestStopEndsWithinItsDeadline: longer work is left for the next start, and the shop still stops properly.
func TestStopEndsWithinItsDeadline(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t, func(c *app.Config) { c.PartnerTimeout = 30 * time.Second }) // the log outlives the test, as the work does
	s.turn("books", map[string]any{"latency": 30_000})
	made := s.create(realOrder("Unbooked"))
	s.eventually("bookkeeping was asked", func() bool { return s.calls()["books"] == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := s.Stop(ctx)
	if took := time.Since(began); err != nil || took > 8*time.Second {
		t.Errorf("stopped after %s: %v", took, err)
	}
	if s.Shop = nil; !strings.Contains(log.String(), "unfinished work") {
		t.Errorf("the log does not tell of the work that is left:\n%s", log)
	}
	again := startWith(t, s.config)
	again.arrives(made.OrderID, "STOCKED")
}

// TestStopEndsLiveAnswers: an open tracking page does not delay the stop.
func TestStopEndsLiveAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Watcher"))
	s.arrives(made.OrderID, "STOCKED")
	_, key, _ := strings.Cut(made.TrackingURL, "?")
	live, err := http.Get(s.PublicURL + "/trackOrder/live?" + key)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Body.Close()
	first, err := bufio.NewReader(live.Body).ReadString('\n')
	if err != nil || live.StatusCode != 200 || !strings.HasPrefix(live.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%s %q, %v", live.Status, first, err)
	}
	began := time.Now()
	s.stop()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("stopped after %s", took)
	}
	if _, err := io.Copy(io.Discard, live.Body); err != nil {
		t.Errorf("the live answer was cut off: %v", err)
	}
}

var secrets = map[string]string{
	"private token": "secret-private-token", "link secret": "secret-link-0123456789-0123456789-0123456789",
	"webhook secret": "secret-webhook-0123456789-0123456789", "partner token": "secret-partner-token", "screening secret": "secret-screening-0123456789-0123456789", "mail password": "secret-mail-password",
}

func withSecrets(c *app.Config) {
	c.PrivateToken, c.BooksToken = app.Secret(secrets["private token"]), app.Secret(secrets["partner token"])
	c.LinkSecret = []app.Secret{app.Secret(secrets["link secret"])}
	c.StockistSecret, c.SMTPPassword = []app.Secret{app.Secret(secrets["webhook secret"])}, app.Secret(secrets["mail password"])
	c.ScreeningSecret = []app.Secret{app.Secret(secrets["screening secret"])}
	c.CarrierURL, c.BooksURL = "http://127.0.0.1:1/carrier", "http://127.0.0.1:1/books" // no one is there
	c.SMTPAddr, c.SMTPUser = "127.0.0.1:1", "shop"
}

// TestNoSecretIsLogged, though partners and mail server fail, callers are refused, and the log has all levels.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t, withSecrets)
	made := s.create(realOrder("Discreet", "email", "discreet@example.com"))
	s.arrivesAnyhow(made.OrderID, "STOCKED")
	s.eventually("mail and bookkeeping have failed", func() bool {
		return s.receipt(made.OrderID, "email.OrderCreated").Attempts > 0 && s.receipt(made.OrderID, "finance.OrderPlaced").Attempts > 0
	})
	s.call("GET", s.PrivateURL+"/partners", nil, "X-Forwarded-For", "203.0.113.1", "Authorization", "Bearer "+secrets["private token"]+"x").want(401)
	s.call("POST", s.PrivateURL+"/email", exampleEmail)
	s.call("POST", s.PublicURL+"/callbacks/stockist", "{}", "webhook-id", "1", "webhook-timestamp", "1", "webhook-signature", "v1,AAAA").want(401)
	history, err := json.Marshal(s.order(made.OrderID))
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	_, key, _ := strings.Cut(made.TrackingURL, "key=")
	for where, text := range map[string]string{"log": log.String(), "history": string(history)} {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("the %s holds the %s:\n%s", where, name, text)
			}
		}
		if strings.Contains(text, key) {
			t.Errorf("the %s holds a key to the order:\n%s", where, text)
		}
	}
	if !strings.Contains(log.String(), "email.OrderCreated") {
		t.Errorf("the log does not tell of the mail that failed:\n%s", log)
	}
}

// arrivesAnyhow waits until an order has a status, whatever its receipts are.
func (s *shop) arrivesAnyhow(id int64, status string) {
	s.Helper()
	s.eventually(fmt.Sprintf("order %d is %s", id, status), func() bool { return s.order(id).Status == status })
}

// TestNoSecretIsPrinted: a configuration hides its secrets in whatever way it is printed or logged.
func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	c := config(t)
	withSecrets(&c)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{fmt.Sprint(c), string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		texts = append(texts, fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c))
	}
	for _, verb := range "vsqxXdtfc" {
		for _, secret := range []any{c.PrivateToken, c.LinkSecret, c.StockistSecret, c.ScreeningSecret, c.BooksToken, c.SMTPPassword} {
			texts = append(texts, fmt.Sprintf("%"+string(verb), secret))
		}
	}
	for _, text := range texts {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("the %s is printed: %s", name, text)
			}
		}
	}
}
