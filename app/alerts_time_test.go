package app_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to change the database as another process might

	"acme.example/webshop/app"
)

// TestTheTimeFromFaultToAlert causes each fault and logs how long it takes until /alerts has it, with the default
// settings. The test's bound is generous, because other tests run beside it. (ops tests a disk that fills.)
func TestTheTimeFromFaultToAlert(t *testing.T) {
	for _, c := range []struct {
		name, rule, about string
		fault             func(*shop) (since time.Time) // causes the fault, and returns since when it counts
	}{
		{"a partner answers 500", "partner-failing", "stockist", partnerFails},
		{"a partner hangs", "partner-failing", "stockist", partnerHangs},
		{"the mail server is gone", "partner-failing", "mail server", mailServerIsGone},
		{"a subscriber parks an event", "dead-letter", "delivery.DeliveryBooked", carrierRefuses},
		{"a subscriber misses its deadline", "overdue", "finance.OrderPlaced", booksMissTheirDeadline},
		{"an order is too long in its status", "overdue", "PLACED", stockistIsLate},
		{"a payment stays open", "payment-in-doubt", "", paymentStaysOpen},
		{"an amount does not add up", "ledger", "", amountIsWrong},
		{"a subscriber's process is gone", "subscriber-not-consuming", "email.OrderCreated", subscriberIsGone},
		{"tokens are guessed", "refused", "logins", tokensAreGuessed},
		{"the database is locked, and an event is due", "storage", "", relayStandsStill},
		{"the database is locked", "storage", "", databaseIsLocked},
		{"the database is moved", "storage", "", databaseIsMoved},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, withDeadlines(t, "{PLACED: 2s, finance.OrderPlaced: 2s}"), func(c *app.Config) {
				c.PartnerTimeout = 5 * time.Second
				c.SMTPAddr, c.SMTPTLS = "127.0.0.1:1", "none" // nothing listens there
			})
			since := c.fault(s)
			s.alerted(c.rule, c.about)
			took := time.Since(since)
			t.Logf("fault to alert: %-40s %-26s %.1f s", c.name, c.rule, took.Seconds())
			if took > time.Minute { // seconds on an idle machine
				t.Errorf("it took %s until the alert", took)
			}
		})
	}
}

// orders creates n orders.
func (s *shop) orders(n int) {
	s.Helper()
	for i := range n {
		s.create(realOrder(fmt.Sprintf("Order %d", i), "testId", 8))
	}
}

func partnerFails(s *shop) time.Time {
	s.turn("stockist", map[string]any{"failureRate": 1})
	begun := time.Now()
	s.orders(3)
	return begun
}

func partnerHangs(s *shop) time.Time {
	s.turn("stockist", map[string]any{"latency": 60_000})
	begun := time.Now()
	s.orders(3)
	return begun
}

func mailServerIsGone(s *shop) time.Time {
	begun := time.Now()
	for i := range 3 {
		s.create(realOrder(fmt.Sprintf("Mailed %d", i)))
	}
	return begun
}

func carrierRefuses(s *shop) time.Time {
	s.turn("carrier", map[string]any{"refuseRate": 1})
	begun := time.Now()
	s.orders(1)
	return begun
}

func booksMissTheirDeadline(s *shop) time.Time {
	s.turn("books", map[string]any{"failureRate": 1})
	begun := time.Now()
	s.orders(1)
	return begun.Add(2 * time.Second)
}

func stockistIsLate(s *shop) time.Time {
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	begun := time.Now()
	s.orders(1)
	return begun.Add(2 * time.Second)
}

// paymentStaysOpen is a fault once asking the provider should have settled it, which is 20 seconds after the charge.
func paymentStaysOpen(s *shop) time.Time {
	s.turn("payments-us", map[string]any{"failureRate": 1})
	begun := time.Now()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Doubt")).want(http.StatusServiceUnavailable)
	overdue := begun.Add(20 * time.Second)
	time.Sleep(time.Until(overdue) - time.Second)
	return overdue
}

// amountIsWrong changes an order outside the shop.
func amountIsWrong(s *shop) time.Time {
	id := s.create(realOrder("Wrong", "testId", 8)).OrderID
	db := s.database()
	if _, err := db.ExecContext(s.Context(), `UPDATE orders SET total_price = total_price + 1 WHERE order_id = ?`, id); err != nil {
		s.Fatal(err)
	}
	return time.Now()
}

func subscriberIsGone(s *shop) time.Time {
	begun := time.Now()
	if err := s.StopSubscriber(s.Context(), "email.OrderCreated"); err != nil {
		s.Fatal(err)
	}
	return begun
}

// tokensAreGuessed is a fault from the guess on that makes them many.
func tokensAreGuessed(s *shop) time.Time {
	for i := range 20 {
		s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", fmt.Sprintf("Bearer guess %d", i), "X-Forwarded-For", "203.0.113.9")
	}
	return time.Now()
}

// database opens the shop's database as another process would.
func (s *shop) database() *sql.DB {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+s.databasePath()+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = db.Close() })
	return db
}

// lock keeps the database from the shop's writer for a while.
func (s *shop) lock() {
	s.Helper()
	tx, err := s.database().BeginTx(s.Context(), nil)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = tx.Rollback() })
	time.AfterFunc(14*time.Second, func() { _ = tx.Rollback() }) // so that the shop can stop
}

// relayStandsStill locks the database while an event is due, so that the relay cannot take it.
func relayStandsStill(s *shop) time.Time {
	s.turn("books", map[string]any{"failureRate": 1})
	s.orders(20)
	s.eventually("books failed", func() bool { return s.receipt(1, "finance.OrderPlaced").Attempts > 0 })
	s.lock()
	return time.Now()
}

// databaseIsLocked is a fault from the first refused order on.
func databaseIsLocked(s *shop) time.Time {
	s.lock()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Refused", "testId", 8)).want(http.StatusServiceUnavailable)
	return time.Now()
}

func databaseIsMoved(s *shop) time.Time {
	away := s.databasePath() + ".away"
	s.rename(s.databasePath(), away)
	s.Cleanup(func() { s.rename(away, s.databasePath()) }) // so that the shop can stop
	return time.Now()
}
