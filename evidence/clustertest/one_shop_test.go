package clustertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/evidence/harness"
)

// oneShop is a shop in one process.
type oneShop struct{ binary, public, private, data string }

// aShop starts a shop with its first rules, where simulated providers charge at once, and waits until it is ready. It ends with
// the test.
func aShop(t *testing.T, binary string, rules []byte, flags ...string) oneShop {
	t.Helper()
	ports, err := harness.FreePorts(2)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, log := filepath.Join(dir, "shop.yaml"), filepath.Join(dir, "log")
	write(t, file, rules)
	s := oneShop{binary: binary, public: "http://" + ports[0], private: "http://" + ports[1], data: filepath.Join(dir, "data")}
	flags = append([]string{"serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", s.data, "--shop-file", file, "--no-payment-page"}, flags...)
	process, err := begin(log, nil, binary, flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := watched(ctx, func() error { return harness.Answers(ctx, s.public+"/readyz") }); err != nil {
		t.Fatalf("%v\n%s", err, harness.Tail(log))
	}
	return s
}

// post sends JSON and reads the answer.
func post(t *testing.T, url, body string, into any) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := readAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d: %s, %v", url, res.StatusCode, text, err)
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// individual is the market and type of a customer in the US.
const individual = `"market":"US", "customerType":"B2C"`

// ordered returns an order of a cart.
func ordered(name, cart string, total int64) string {
	return fmt.Sprintf(`{"name":%q, "email":"a@example.com", "phone":"321321321", "street":"Thisway 1", "city":"Thatplace", %s, "totalPrice":%d}`, name, cart, total)
}

func (s oneShop) order(t *testing.T, name, cart string, total int64) int64 {
	t.Helper()
	var made struct{ OrderID int64 }
	post(t, s.public+"/createOrder", ordered(name, cart, total), &made)
	return made.OrderID
}

// seen is an order as operators see it.
type seen struct {
	Status  string
	History []struct {
		Type     string
		Receipts []struct{ Subscriber, State string }
	}
}

func (s oneShop) look(t *testing.T, id int64) seen {
	t.Helper()
	var got struct{ Data struct{ GetOrder seen } }
	post(t, s.private+"/database", fmt.Sprintf(`{"query":"{ getOrder(id: %d) { status history { type receipts { subscriber state } } } }"}`, id), &got)
	return got.Data.GetOrder
}

// records returns a partner's records.
func (s oneShop) records(t *testing.T, partner string) string {
	t.Helper()
	res, err := http.Get(s.private + "/partners/" + partner + "/records")
	if err != nil {
		t.Fatal(err)
	}
	text, err := readAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the records of %s: %d, %v", partner, res.StatusCode, err)
	}
	return string(text)
}

// becomes waits until an order has a status.
func (s oneShop) becomes(t *testing.T, id int64, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := watched(ctx, func() error {
		if is := s.look(t, id).Status; is != want {
			return fmt.Errorf("order %d is %s, not %s", id, is, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
