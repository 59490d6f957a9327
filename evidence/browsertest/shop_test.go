//go:build browser

package browsertest

import (
	"bytes"
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
)

// patience is how long anything may take before the test fails. It is far more than a busy machine needs, so that only
// what never happens is missed.
const patience = 90 * time.Second

// secret signs the links of the tests' shops.
var secret = strings.Repeat("not really a secret ", 2)

// shop is a new, real shop on free ports, with its data in a folder of its own.
type shop struct {
	*testing.T
	*app.Shop
}

// start starts a shop with changes to its configuration, which stops when the test ends.
func start(t *testing.T, change ...func(*app.Config)) *shop {
	t.Helper()
	c := defaults(t)
	for _, f := range append([]func(*app.Config){ofLanguage(t)}, change...) {
		f(&c)
	}
	running, stop := launch(t, c)
	t.Cleanup(stop)
	return &shop{t, running}
}

// defaults configures the tests' shops: on free ports, with data in a folder of their own.
func defaults(t *testing.T) app.Config {
	return app.Config{
		PublicAddr: "127.0.0.1:0", PrivateAddr: "127.0.0.1:0", DataDir: t.TempDir(), LinkValidity: time.Hour,
		LinkSecret: []app.Secret{app.Secret(secret)}, PartnerTimeout: 15 * time.Second,
		MailFrom: "ACME Potted Plants <orders@acme.example>", SMTPTLS: "mandatory", ShutdownTimeout: time.Minute,
	}
}

// ofLanguage is for what is tested in both languages: in Spanish, the shop has PostgreSQL.
func ofLanguage(t *testing.T) func(*app.Config) {
	if strings.HasSuffix(t.Name(), "/es-MX") {
		return onPostgreSQL(t)
	}
	return onSQLite
}

func onSQLite(*app.Config) {}

func onPostgreSQL(t *testing.T) func(*app.Config) {
	url := app.Secret(pgtest.Database(t))
	return func(c *app.Config) { c.DatabaseURL = url }
}

// ofScreen is for what is tested on both screens: phones have PostgreSQL.
func ofScreen(t *testing.T, at screen) func(*app.Config) {
	if at == phone {
		return onPostgreSQL(t)
	}
	return onSQLite
}

// launch starts a shop, and returns the function that stops it.
func launch(t *testing.T, c app.Config) (*app.Shop, func()) {
	t.Helper()
	s, err := app.Start(t.Context(), c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	return s, func() {
		ctx, cancel := context.WithTimeout(context.Background(), c.ShutdownTimeout)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("the shop does not stop: %v", err)
		}
	}
}

// selling changes the shop file, given as old, new, old, new…
func selling(t *testing.T, changes ...string) func(*app.Config) {
	t.Helper()
	text := string(app.DefaultShopFile)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the shop file has no %q", changes[i])
		}
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = path }
}

// call sends a request and decodes its answer, which must be 200.
func (s *shop) call(method, url string, body, into any) {
	s.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.Context(), method, url, bytes.NewReader(sent))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if s.TokenFile != "" && strings.HasPrefix(url, s.PrivateURL) {
		token, err := app.TokenFor(s.PrivateURL, "", filepath.Dir(s.TokenFile))
		if err != nil {
			s.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+string(token))
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK {
		s.Fatalf("%s %s: %d %s %v", method, url, got.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		s.Fatalf("%s %s: %s: %v", method, url, text, err)
	}
}

// turn sets a partner's knobs.
func (s *shop) turn(partner string, knobs map[string]any) {
	s.Helper()
	s.call("PUT", s.PrivateURL+"/partners/"+partner+"/knobs", knobs, &struct{}{})
}

// counters are a partner's counters.
type counters struct{ Calls, Done int }

func (s *shop) counters(partner string) counters {
	s.Helper()
	var all struct {
		Partners []struct {
			Name     string
			Counters counters
		}
	}
	s.call("GET", s.PrivateURL+"/partners", nil, &all)
	for _, p := range all.Partners {
		if p.Name == partner {
			return p.Counters
		}
	}
	s.Fatalf("there is no partner %s", partner)
	return counters{}
}

// done counts what a partner was asked for and did: charges, refills, … Repetitions with the same key do not count.
func (s *shop) done(partner string) int { s.Helper(); return s.counters(partner).Done }

// asked counts the calls to a partner.
func (s *shop) asked(partner string) int { s.Helper(); return s.counters(partner).Calls }

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// graphql sends a query to the database service.
func (s *shop) graphql(query string, into any) {
	s.Helper()
	var got struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	s.call("POST", s.PrivateURL+"/database", map[string]string{"query": query}, &got)
	if len(got.Errors) > 0 {
		s.Fatalf("%s: %s", query, got.Errors[0].Message)
	}
	if err := json.Unmarshal(got.Data, into); err != nil {
		s.Fatal(err)
	}
}

// cancel cancels an order as an operator does.
func (s *shop) cancel(id int64) {
	s.Helper()
	s.graphql(fmt.Sprintf("mutation { updateOrderStatus(id: %d, status: CANCELLED) { orderId } }", id), &struct{}{})
}
