//go:build !race

// The race detector multiplies the memory and time measured here, so make test runs it without.

package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/smtp"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	orders "acme.example/webshop/order"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/bus/local"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/limit"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/surfaces/graphql"
	"acme.example/webshop/surfaces/ops"
)

// remembered is what a shop keeps in memory, with its maximum in bytes (docs/architecture.md). Each is filled several
// times over.
var remembered = []struct {
	name string
	most int // MiB
	fill func(t *testing.T) (kept any)
}{
	{"records of a simulated partner", 4, fillRecords},
	{"callbacks of a simulated partner, with their records", 4 + 10, fillCallbacks},
	{"mails in the built-in receiver", 8, fillMails},
	{"payloads that are known to be valid", 1, fillKnown},
	{"clients that are limited", 16, fillClients},
	{"mail addresses that are limited", 16, fillRecipients},
	{"orders and receipts that the SQLite writer knows", 4 + 4, fillWriter},
	{"queries that are known", 4, fillQueries},
	{"events between the commit and the bus", 8, fillRelay},
	{"events in the queues of the local bus", 64, fillBus},
	{"alerts", 1, fillAlerts},
}

// TestWhatIsRememberedIsBounded: memory does not grow with the input, and stays within the documented maximum.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	for _, c := range remembered {
		t.Run(c.name, func(t *testing.T) {
			before := live()
			kept := c.fill(t)
			took := float64(live()-before) / (1 << 20)
			runtime.KeepAlive(kept)
			t.Logf("%.1f MiB of %d", took, c.most)
			if took > 1.1*float64(c.most)+0.5 {
				t.Errorf("it takes %.1f MiB, and may take %d", took, c.most)
			}
		})
	}
}

// live returns the bytes in use after garbage collection. The second collection frees what the first one made free
// (finalizers, pools).
func live() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func send(t *testing.T, h http.Handler, method, url, key, body string, want int) {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != want {
		t.Fatalf("%s %s: %d %s", method, url, w.Code, w.Body)
	}
}

func fillRecords(t *testing.T) any {
	p := simulators(t)
	for i := range 60_000 {
		send(t, p.Handler(), "POST", "/books/entries", fmt.Sprint("sale:", i), fmt.Sprintf(`{"orderId":%d,"kind":"sale","amount":1,"currency":"USD"}`, i+1), 200)
	}
	for i := range 200 { // of the largest possible
		send(t, p.Handler(), "POST", "/payments-us/charges", fmt.Sprint(i, strings.Repeat("k", 250)), `{"orderId":1,"amount":1,"currency":"USD"}`, 200)
		send(t, p.Handler(), "POST", "/payments-us/refunds", fmt.Sprint("r", i), fmt.Sprintf(`{"chargeKey":"%d%s","amount":1,"currency":"USD"}`, i, strings.Repeat("k", 250)), 200)
	}
	return p
}

func fillCallbacks(t *testing.T) any {
	p := simulators(t)
	send(t, p.Knobs(), "PUT", "/partners/stockist/knobs", "", `{"answerLater":86400000}`, 200)
	for i := range 30_000 {
		want := http.StatusAccepted
		if i >= 20_000 {
			want = http.StatusServiceUnavailable
		}
		send(t, p.Handler(), "POST", "/stockist/refills", fmt.Sprint("refill:", i),
			fmt.Sprintf(`{"orderId":%d,"skus":["LB001","EX002"],"callbackUrl":"http://shop.test/callbacks/stockist"}`, i+1), want)
	}
	return p
}

func fillMails(t *testing.T) any {
	box, err := mailbox.New(mailbox.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	conn, err := net.Dial("tcp", box.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client, err := smtp.NewClient(conn, "localhost")
	for i := 0; err == nil && i < 1500; i++ {
		size := 8 << 10
		if i < 20 {
			size = 1000 << 10
		}
		err = mailTo(client, fmt.Sprintf("Message-ID: <%d@x>\r\nSubject: %s\r\n\r\n%s\r\n", i, strings.Repeat("s", 500), strings.Repeat(strings.Repeat("x", 78)+"\r\n", size/80)))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Quit(); err != nil {
		t.Fatal(err)
	}
	return box
}

func mailTo(client *smtp.Client, text string) error {
	if err := client.Mail("shop@example.com"); err != nil {
		return err
	}
	if err := client.Rcpt("ada@example.com"); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return w.Close()
}

func fillKnown(t *testing.T) any {
	for i := range 20_000 {
		for _, e := range []event.Event{
			event.StockCreated{OrderID: int64(i + 1)},
			event.OrderDeliverable{OrderID: int64(i + 1), Name: strings.Repeat("n", 150), Email: "ada@example.com", Market: "US"},
		} {
			if _, err := event.Wrap(e, "id", time.Now(), ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	return nil
}

func fillClients(*testing.T) any {
	l, now := limit.New(10), time.Now()
	for i := range 110_000 {
		who := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		for _, class := range []limit.Class{limit.Writes, limit.Reads, limit.Pages, limit.Streams} {
			l.Ask(who, class, now)
		}
	}
	return l
}

func fillRecipients(*testing.T) any {
	all, now := limit.NewRecipients(), time.Now()
	for i := range 500_000 {
		all.Ask(fmt.Sprintf("someone%d@example%d.com", i, i), fmt.Sprintf("example%d.com", i), now)
	}
	return all
}

// wide returns an order with long texts.
func wide() orders.Order {
	now := time.Now()
	return orders.Order{
		Status: orders.Created, StatusAt: now, CreatedAt: now, CustomerType: "B2C", Market: "US", Products: event.ParseItems(strings.Repeat("LB001,", 500) + "LB001"),
		Customer: orders.Customer{Name: strings.Repeat("n", 150), Email: "ada@example.com", Phone: "1", Street: strings.Repeat("s", 150), City: "c"},
		Total:    money.Amount{Minor: 100, Currency: "USD"}, TestID: 1,
	}
}

func fillWriter(t *testing.T) any {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "webshop.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	var all errgroup.Group
	all.SetLimit(128)
	for range 4000 {
		all.Go(func() error {
			o, _, err := store.CreateOrder(context.Background(), wide(), orders.IdempotencyKey{})
			if err == nil {
				_, err = store.MoveOrder(context.Background(), orders.Move{OrderID: o.ID, To: orders.Placed})
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	return store
}

func fillQueries(t *testing.T) any {
	h := graphql.Handler(&graphql.Resolver{}, slog.New(slog.DiscardHandler))
	for i := range 300 {
		fields := ""
		for n := range 40 {
			fields += fmt.Sprintf(" f%d_%d: __typename", i, n)
		}
		send(t, h, "POST", "/database", "", `{"query":"{`+fields+`}"}`, 200)
	}
	return h
}

// nowhere publishes nothing.
type nowhere struct{}

func (nowhere) Publish(event.Envelope, string, int) {}
func (nowhere) Able() bool                          { return false }

func fillRelay(*testing.T) any {
	r := database.NewRelay(nil, nowhere{}, time.Now, slog.New(slog.DiscardHandler))
	for range 10_000 {
		r.Committed([]event.Envelope{{ID: "id", Data: make([]byte, 4<<10)}})
	}
	return r
}

func fillBus(t *testing.T) any {
	b, hang := local.Alone(), make(chan struct{})
	d := &bus.Dispatcher{Receipts: openReceipts{}, Timeout: time.Minute, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	for _, sub := range event.Subscriptions {
		if _, err := b.Subscribe(t.Context(), sub, d, func(context.Context, event.Envelope) error { <-hang; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { b.Wipe(); close(hang) })
	for i := range 30_000 { // which no one finishes
		kind := event.Types[i%len(event.Types)]
		b.Publish(event.Envelope{ID: fmt.Sprint(i), Type: kind, OrderID: 1, Data: make([]byte, 10<<10)}, "", 0)
	}
	return b
}

// openReceipts are pending receipts that are marked nowhere.
type openReceipts struct{ bus.Receipts }

func (openReceipts) ReceiptOpen(context.Context, *event.Receipt) (bool, error) { return true, nil }
func (openReceipts) MarkDone(context.Context, *event.Receipt) error            { return nil }
func (openReceipts) Hold(context.Context, *event.Receipt, time.Time) error     { return nil }

func fillAlerts(t *testing.T) any {
	notifier := &ops.Notifier{Notify: func(ops.Notice) {}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Lead: func(context.Context, time.Time, time.Duration) (bool, error) { return false, nil }}
	round := 0
	a := &ops.Alerts{Notify: notifier.Offer, Now: func() time.Time { return time.Now().Add(time.Duration(round) * time.Minute) }, Link: func(id int64) string { return fmt.Sprint("http://127.0.0.1:8081/console/orders/", id) }}
	a.Rules = []ops.Rule{{Name: "wrong", Check: func(context.Context, time.Time) (all []ops.Condition, err error) {
		for i := range 1000 {
			all = append(all, ops.Condition{Key: fmt.Sprint(round, "/", i), Severity: ops.High, What: strings.Repeat("w", 300), Do: strings.Repeat("d", 300), Orders: make([]int64, ops.MaxOrders)})
		}
		return all, nil
	}}}
	for round = range 20 {
		a.Evaluate(t.Context())
	}
	return []any{a, notifier}
}
