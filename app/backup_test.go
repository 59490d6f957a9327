package app_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/platform/partner/simulator"
)

// sharedSecret signs the callbacks of partners outside the shop.
const sharedSecret = "a shared secret of enough bytes"

// outside are partners that outlive the shop.
type outside struct {
	*testing.T
	*simulator.Partners
	url string
}

func startOutside(t *testing.T) *outside {
	t.Helper()
	partners, err := simulator.New(simulator.Config{
		StockistSecret: []byte(sharedSecret), ScreeningSecret: make([]byte, 24), Callback: &http.Client{Timeout: time.Second}, Log: testLogger(&sharedLog{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", partners.Handler())
	mux.Handle("/partners/", partners.Knobs())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(partners.Close)
	return &outside{t, partners, server.URL}
}

func (o *outside) use(c *app.Config) {
	c.StockistSecret = []app.Secret{sharedSecret}
	c.PaymentsUSURL, c.StockistURL = o.url+"/payments-us", o.url+"/stockist"
	c.CarrierURL, c.BooksURL = o.url+"/carrier", o.url+"/books"
}

func (o *outside) knobs(partner, knobs string) {
	o.Helper()
	req, err := http.NewRequestWithContext(o.Context(), http.MethodPut, o.url+"/partners/"+partner+"/knobs", strings.NewReader(knobs))
	if err != nil {
		o.Fatal(err)
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil || got.StatusCode != http.StatusOK {
		o.Fatal(got, err)
	}
	_ = got.Body.Close() // nothing more is read
}

// done returns how much a partner has done.
func (o *outside) done(partner string) int {
	for _, s := range o.States() {
		if s.Name == partner {
			return int(s.Counters.Done)
		}
	}
	o.Fatalf("no partner %s", partner)
	return 0
}

// backup backs up the shop's data to a new folder.
func (s *shop) backup() (folder, printed string) {
	s.Helper()
	var out strings.Builder
	folder = filepath.Join(s.TempDir(), "sub", "backup")
	if err := datafolder.Backup(s.Context(), s.config.DataDir, folder, nil, &out); err != nil {
		s.Fatal(err)
	}
	return folder, out.String()
}

// TestABackupGoesOn: it is made while customers order. Its orders, some with pending events, arrive in the restored shop
// with each partner having done its part once, and the customers' links open their orders.
func TestABackupGoesOn(t *testing.T) {
	t.Parallel()
	partners := startOutside(t)
	s := start(t, partners.use)
	first := s.create(realOrder("First", "email", "first@example.com"))
	s.arrives(first.OrderID, "STOCKED")
	link := s.deliveryKey(s.mails("first@example.com"))
	partners.knobs("stockist", `{"failureRate":1}`) // later orders wait now
	waiting := s.create(realOrder("Waiting", "email", "waiting@example.com"))
	customers := s.crowd(78)
	s.eventually("orders come in", func() bool { acked, _ := customers.count(); return acked > 20 })
	before := customers.acknowledged()
	folder, printed := s.backup()
	customers.stop()
	if acked, refused := customers.count(); refused > 0 {
		t.Errorf("%d customers were refused, %d not", refused, acked)
	}
	if !strings.Contains(printed, "checked and synced") || !strings.Contains(printed, "link.secret") {
		t.Errorf("printed %s", printed)
	}
	lost := s.create(realOrder("After the backup"))
	partners.has("books", 3)
	s.stop()
	partners.knobs("stockist", `{}`)

	c := s.config
	c.DataDir = folder
	restored := startWith(t, c)
	_, key, _ := strings.Cut(first.TrackingURL, "?")
	restored.call("GET", restored.PublicURL+"/trackOrder?"+key, nil).want(200)
	restored.arrives(waiting.OrderID, "STOCKED")
	restored.bookFirst(link)
	restored.bookFirst(restored.deliveryKey(restored.mails("waiting@example.com")))
	restored.arrives(first.OrderID, "DELIVERY_BOOKED")
	restored.arrives(waiting.OrderID, "DELIVERY_BOOKED")
	for name, done := range map[string]int{"payments-us": 3, "books": 3, "stockist": 2, "carrier": 2} {
		partners.has(name, done) // the third belongs to the order that the restored shop does not know
	}
	for id := range before {
		restored.arrives(id, "DELIVERY_BOOKED")
	}
	if restored.exists(int(lost.OrderID)) {
		t.Error("an order from after the backup is there")
	}
	if fresh := restored.create(realOrder("Fresh")); fresh.OrderID < lost.OrderID+1000 {
		t.Errorf("a new order has number %d: a lower one than %d could be paid with another's money", fresh.OrderID, lost.OrderID)
	}
}

// has waits until a partner has done exactly this much.
func (o *outside) has(partner string, want int) {
	o.Helper()
	for end := time.Now().Add(20 * time.Second); o.done(partner) < want && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := o.done(partner); n != want {
		o.Errorf("%s has done %d, want %d", partner, n, want)
	}
}

func TestABackupIsNeverWrittenOver(t *testing.T) {
	t.Parallel()
	s := start(t)
	if err := os.WriteFile(filepath.Join(s.config.DataDir, "webhook.secret"), []byte("of an earlier release, and given to the stockist"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, _ := s.backup()
	err := datafolder.Backup(t.Context(), s.config.DataDir, folder, nil, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("written over: %v", err)
	}
	for name, mode := range map[string]os.FileMode{"": os.ModeDir | 0o700, "webshop.db": 0o600, "link.secret": 0o600, "webhook.secret": 0o600} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode() != mode {
			t.Errorf("%q: %v %v, want %v", name, info, err, mode)
		}
	}
}

// TestABackupThatFailsLeavesNothing: no folder, and no partial one.
func TestABackupThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	empty, parent := t.TempDir(), t.TempDir()
	if err := datafolder.Backup(t.Context(), empty, filepath.Join(parent, "backup"), nil, &strings.Builder{}); err == nil {
		t.Error("a backup of nothing")
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) != 0 {
		t.Errorf("made in the data folder: %v, %v", left, err)
	}
}
