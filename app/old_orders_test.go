package app_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// The links to the orders of testdata/51c30db, as their customers have them.
const (
	oldTracking1 = "1.1374861.mlVeFjEyfk_fUgAhzEIO2Q"
	oldDelivery1 = "1.1374861.Aa71QuaUSpSS6g0N8rftYg"
	oldTracking2 = "2.1374861.O70eirndYAQse-kQYL0I_w"
	oldTracking3 = "3.1374861.T9k5e3KIRZRoAYl_zobzOA"
)

// asked records the requests to partners.
type asked struct {
	mu   sync.Mutex
	keys map[string][]string // by path
}

// listen records the key of each request to the partners.
func (a *asked) listen(to http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // the partner refuses what cannot be read
		r.Body = io.NopCloser(bytes.NewReader(body))
		key := r.Header.Get("Idempotency-Key")
		var refund struct{ ChargeKey string }
		if json.Unmarshal(body, &refund) == nil && refund.ChargeKey != "" {
			key += " of " + refund.ChargeKey
		}
		a.mu.Lock()
		a.keys[r.URL.Path] = append(a.keys[r.URL.Path], key)
		a.mu.Unlock()
		to.ServeHTTP(w, r)
	})
}

// of returns the keys of the requests to a partner for an order, without duplicates.
func (a *asked) of(path, kind, number string) (keys []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, key := range a.keys[path] {
		if strings.HasPrefix(key, kind+":"+number) && !strings.Contains(strings.Join(keys, "\n"), key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// TestOldOrdersKeepTheirLinksAndKeys: orders stored before unique parts existed keep the names that customers and
// partners know, on both databases; new ones beside them have a unique part.
func TestOldOrdersKeepTheirLinksAndKeys(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(*testing.T, *app.Config){
		"SQLite": func(t *testing.T, c *app.Config) {
			if err := os.WriteFile(filepath.Join(c.DataDir, "webshop.db"), unzipped(t, "webshop.db.gz"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"PostgreSQL": func(t *testing.T, c *app.Config) {
			database := pgtest.Database(t)
			runs(t, unzipped(t, "webshop.sql.gz"), "psql", "--set=ON_ERROR_STOP=1", database)
			c.DatabaseURL = app.Secret(database)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			oldOrdersGoOn(t, func(c *app.Config) { use(t, c) })
		})
	}
}

func oldOrdersGoOn(t *testing.T, use func(*app.Config)) {
	partners, listener := startOutside(t), asked{keys: map[string][]string{}}
	server := httptest.NewServer(listener.listen(partners.Handler()))
	t.Cleanup(server.Close)
	partners.url = server.URL
	s := start(t, knownSecrets, partners.use, use, func(c *app.Config) { c.LinkValidity = 876_000 * time.Hour })

	s.bookFirst(oldDelivery1)
	s.arrives(1, "DELIVERY_BOOKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": oldTracking2}).want(200)
	s.arrives(3, "STOCKED")
	for key, status := range map[string]string{oldTracking1: "DELIVERY_BOOKED", oldTracking2: "CANCELLED", oldTracking3: "STOCKED"} {
		var seen struct{ Status string }
		if s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200).into(&seen); seen.Status != status {
			t.Errorf("the order of %s is %s, want %s", key, seen.Status, status)
		}
	}
	s.eventually("order 2 is asked to be given back", func() bool { return listener.of("/payments-us/refunds", "refund", "2") != nil })
	s.eventually("its sale is taken back", func() bool { return listener.of("/books/entries", "reversal", "2") != nil })
	fresh := s.create(realOrder("Fresh"))
	s.arrives(fresh.OrderID, "STOCKED")

	got := [][]string{
		listener.of("/carrier/consignments", "delivery", "1"), listener.of("/payments-us/refunds", "refund", "2"), listener.of("/books/entries", "reversal", "2"),
		listener.of("/books/entries", "sale", "3"), listener.of("/stockist/refills", "refill", "3"),
	}
	want := [][]string{{"delivery:1"}, {"refund:2 of charge:2"}, {"reversal:2"}, {"sale:3"}, {"refill:3"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("old orders are asked for under other keys: %s", diff)
	}
	if keys := listener.of("/payments-us/charges", "charge", "4-"); fresh.OrderID != 4 || len(keys) != 1 || strings.HasPrefix(trackingKey(fresh), "4.") {
		t.Errorf("the new order %d was charged under %q, its link is %s", fresh.OrderID, keys, fresh.TrackingURL)
	}
}

// unzipped returns a file of testdata/51c30db.
func unzipped(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "51c30db", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
