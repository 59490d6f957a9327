package app_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/ops"
)

// rulesWith returns the built-in rules with some texts replaced.
func rulesWith(t *testing.T, pairs ...string) string {
	t.Helper()
	text := string(rules.Default)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the built-in rules", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// dearer returns rules under which a bracken costs more.
func dearer(t *testing.T) string { return rulesWith(t, "price: 15000", "price: 16000") }

func (s *shop) activate(text string, expect int64) answer {
	s.Helper()
	return s.call("POST", s.PrivateURL+"/rules/activate", map[string]any{"text": text, "expect": expect, "note": "because"})
}

func (s *shop) rules() (got rules.Listed) {
	s.Helper()
	s.call("GET", s.PrivateURL+"/rules", nil).want(200).into(&got)
	return got
}

// price returns what a bracken costs in the US.
func (s *shop) price(base string) int64 {
	s.Helper()
	var told struct {
		Products []struct {
			SKU   string
			Price int64
		}
	}
	s.call("GET", base+"/catalog?market=US", nil).want(200).into(&told)
	return told.Products[0].Price
}

// TestARepeatIsAnsweredWhateverTheRulesSayNow: a client that lost the answer and repeats the request with its key gets
// it, though the rules would not allow that order any more. Another request with the key is refused as before.
func TestARepeatIsAnsweredWhateverTheRulesSayNow(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(realOrder("Ann"), "Idempotency-Key", "k1")
	s.activate(dearer(t), 1).want(200)
	if again := s.create(realOrder("Ann"), "Idempotency-Key", "k1"); again.OrderID != first.OrderID || again.TotalPrice != first.TotalPrice {
		t.Errorf("again: %+v, want %+v", again, first)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Ann"), "Idempotency-Key", "k2").want(400).problem(fault.Invalid, "totalPrice")
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Bo"), "Idempotency-Key", "k1").want(400).problem(fault.Invalid, "totalPrice")
}

// madeUnder returns the version of the rules that an order has.
func (s *shop) madeUnder(id int64) int64 {
	s.Helper()
	var got struct{ GetOrder struct{ Rules int64 } }
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { rules } }", id), &got)
	return got.GetOrder.Rules
}

// TestRulesAreTurnedWithoutARestart: activated, rolled back, stored with author and reason, and kept over a restart.
func TestRulesAreTurnedWithoutARestart(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(realOrder("Ann"))
	s.activate(dearer(t), 1).want(200)
	if got := s.price(s.PublicURL); got != 16000 {
		t.Errorf("a bracken costs %d", got)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Bo")).want(400).problem(fault.Invalid, "totalPrice")
	second := s.create(realOrder("Bo", "totalPrice", 31000))
	if a, b := s.madeUnder(first.OrderID), s.madeUnder(second.OrderID); a != 1 || b != 2 {
		t.Errorf("made under %d and %d", a, b)
	}
	s = s.restart()
	if got := s.price(s.PublicURL); got != 16000 {
		t.Errorf("after a restart, a bracken costs %d", got)
	}
	s.call("POST", s.PrivateURL+"/rules/rollback", map[string]any{"expect": 2}).want(200)
	if got := s.price(s.PublicURL); got != 15000 {
		t.Errorf("after going back, a bracken costs %d", got)
	}
	got := s.rules()
	if len(got.Versions) != 2 || got.Versions[0].Author != "local" || got.Versions[0].Note != "because" || got.Versions[1].Author != "start" ||
		got.Active != 1 || len(got.Activations) != 3 || len(got.Readers) != 1 {
		t.Errorf("%+v", got)
	}
	var one rules.ListedVersion
	s.call("GET", s.PrivateURL+"/rules/versions/2", nil).want(200).into(&one)
	if one.Text != dearer(t) {
		t.Errorf("version 2 is %q", one.Text)
	}
	s.call("GET", s.PrivateURL+"/rules/versions/3", nil).want(404)
	if did := strings.Join(s.done(), "; "); !strings.Contains(did, "activate-rules") || !strings.Contains(did, "rollback-rules") {
		t.Errorf("the operators did: %s", did)
	}
}

// sql changes the shop's database outside the shop.
func (s *shop) sql(statements ...string) {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+s.databasePath()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(s.Context(), statement); err != nil {
			s.Fatalf("%s: %v", statement, err)
		}
	}
}

// TestOrdersKeepTheirRules: a market that is removed, and a plant that is renamed, do not change earlier orders.
func TestOrdersKeepTheirRules(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Lejos", "market", "MX", "email", "lejos@example.com"))
	doomed := s.create(realOrder("Adios", "market", "MX", "email", "adios@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	s.arrives(doomed.OrderID, "STOCKED")
	text := string(rules.Default)
	without := strings.NewReplacer("markets: [US, MX]", "markets: [US]", "Bonsái básico", "Bambusa", "Basic bonsai", "Bambusa").Replace(text)
	for _, market := range []string{"\n  MX:\n", "\n  MX: {"} {
		head, rest, _ := strings.Cut(without, market)
		_, rest, _ = strings.Cut(rest, "\n\n")
		without = head + "\n\n" + rest
	}
	s.activate(without, 1).want(200)
	s.call("GET", s.PublicURL+"/deliveryTimes?market=MX", nil).want(400)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Tarde", "market", "MX")).want(400)
	var tracked struct{ Language, TimeZone string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyTo(access.Track, made.OrderID), nil).want(200).into(&tracked)
	if tracked.Language != "es" || tracked.TimeZone != "America/Mexico_City" {
		t.Errorf("tracked as %+v", tracked)
	}
	s.bookFirst(s.keyTo(access.Deliver, made.OrderID))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	s.arrives(doomed.OrderID, "CANCELLED")
	for _, to := range []string{"lejos@example.com", "adios@example.com"} {
		mails := s.mails(to)
		for _, m := range mails {
			if !strings.Contains(m.Text, "tu pedido") || strings.Contains(m.Text, "Bambusa") {
				t.Errorf("to %s: %s", to, m.Text)
			}
		}
		if len(mails) != 3 {
			t.Errorf("%d mails to %s", len(mails), to)
		}
	}
	s.balanced(map[string]int64{"cash:payments-mx MXN": 600000, "receivable MXN": 0, "revenue MXN": -1200000, "refunds MXN": 600000})
}

// TestBrokenRulesAreRefused with the line and the reason; the active ones stay.
func TestBrokenRulesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for text, want := range map[string]string{
		rulesWith(t, "price: 18000", "price: -1"):                                  "line 22: catalog[1].price: must be a whole number from 1 to",
		rulesWith(t, "price: 18000", "prize: 18000"):                               "unknown field",
		rulesWith(t, "paymentProvider: payments-mx", "paymentProvider: cash"):      "markets.MX.paymentProvider",
		rulesWith(t, "currency: USD\n", "currency: USD\nformat: 99\n"):             "newer than this program",
		rulesWith(t, "price: 15000", "price: 0", "maxPieces: 100", "maxPieces: 0"): "orders.maxPieces",
		"catalog: [":                         "sequence",
		"\x00":                               "zero character",
		"a: &a [*a, *a]":                     "anchors, aliases",
		strings.Repeat("#", rules.MaxText+1): "bytes",
	} {
		for path, body := range map[string]map[string]any{"check": {"text": text}, "activate": {"text": text, "expect": 1}} {
			p := s.call("POST", s.PrivateURL+"/rules/"+path, body).want(400).problem(fault.Invalid, "text")
			if !strings.Contains(fmt.Sprint(p.Errors), want) {
				t.Errorf("%.80q: %v, want %q", text, p.Errors, want)
			}
		}
	}
	for name, c := range map[string]struct {
		body map[string]any
		want int
	}{
		"nothing":          {map[string]any{"expect": 1}, 400},
		"both":             {map[string]any{"expect": 1, "text": dearer(t), "version": 1}, 400},
		"nothing expected": {map[string]any{"text": dearer(t)}, 400},
		"another one":      {map[string]any{"expect": 2, "text": dearer(t)}, 409},
		"no such version":  {map[string]any{"expect": 1, "version": 7}, 404},
		"in force already": {map[string]any{"expect": 1, "version": 1}, 409},
		"too large a body": {map[string]any{"expect": 1, "text": strings.Repeat("#", rules.MaxBody)}, 413},
	} {
		if a := s.call("POST", s.PrivateURL+"/rules/activate", c.body); a.status != c.want {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	s.call("POST", s.PrivateURL+"/rules/rollback", map[string]any{"expect": 1}).want(409)
	if got := s.rules(); got.Active != 1 || len(got.Versions) != 1 {
		t.Errorf("%+v", got)
	}
	if got := s.price(s.PublicURL); got != 15000 {
		t.Errorf("a bracken costs %d", got)
	}
}

// TestOfTwoActivationsAtOnceOneIsRefused.
func TestOfTwoActivationsAtOnceOneIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	var group sync.WaitGroup
	codes := make([]int, 4)
	for i := range codes {
		group.Go(func() { codes[i] = s.activate(dearer(t)+fmt.Sprint("# ", i), 1).status })
	}
	group.Wait()
	slices.Sort(codes)
	if !slices.Equal(codes, []int{200, 409, 409, 409}) || s.rules().Active != 2 {
		t.Errorf("%v, and %+v", codes, s.rules())
	}
}

// TestAProcessThatCannotReadTheRules: rules that a running process cannot read are not activated, and the error names it.
// A process that finds such rules nevertheless takes no orders and says why, until others are active.
func TestAProcessThatCannotReadTheRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	attend := func(format int, until time.Time) {
		s.sql(fmt.Sprintf(`INSERT OR REPLACE INTO rules_readers (name, format, until) VALUES ('an-old-process', %d, %d)`, format, until.UnixMilli()))
	}
	attend(0, time.Now().Add(10*time.Minute)) // of one much further ahead, the clock is taken to have been wrong
	if p := s.activate(dearer(t), 1).want(409).problem(fault.Conflict); !strings.Contains(p.Detail, "an-old-process") {
		t.Error(p.Detail)
	}
	attend(0, time.Now())
	s.activate(dearer(t), 1).want(200)
	s.sql(`INSERT INTO rules VALUES (3, 'format: 99', 99, 'a newer program', '', 0)`, `INSERT INTO rules_activations VALUES (3, 3, 'a newer program', 0, 2)`)
	s.eventually("the process is not ready", func() bool {
		a := s.call("GET", s.PublicURL+"/readyz", nil)
		return a.status == 503 && strings.Contains(string(a.body), "the format 99 is newer")
	})
	if p := s.call("POST", s.PublicURL+"/createOrder", realOrder("Late")).want(503).problem(fault.Unavailable); !strings.Contains(p.Detail, "version 3") {
		t.Error(p.Detail)
	}
	s.eventually("an alert", func() bool {
		return strings.Contains(string(s.call("GET", s.PrivateURL+"/alerts", nil).want(200).body), "rules-unreadable")
	})
	s = s.restart()
	s.call("GET", s.PublicURL+"/readyz", nil).want(503)
	s.call("POST", s.PrivateURL+"/rules/rollback", map[string]any{"expect": 3}).want(200)
	s.call("GET", s.PublicURL+"/readyz", nil).want(204)
	s.create(realOrder("Late", "totalPrice", 31000))
}

// TestAProcessThatUnderstandsTheRulesInPart sells on, and says what it ignores, until other rules are active.
func TestAProcessThatUnderstandsTheRulesInPart(t *testing.T) {
	t.Parallel()
	s := start(t)
	text := strings.ReplaceAll(string(rules.Default), "America/New_York", "Mars/Olympus")
	s.sql(`INSERT INTO rules VALUES (2, '`+strings.ReplaceAll(text, "'", "''")+`', 1, 'a newer program', '', 0)`, `INSERT INTO rules_activations VALUES (2, 2, 'a newer program', 0, 1)`)
	if a := s.alerted("rules-unreadable", "in-part"); !strings.Contains(a.What, `"Mars/Olympus"`) {
		t.Error(a.What)
	}
	s.create(realOrder("On Mars"))
	s.call("POST", s.PrivateURL+"/rules/rollback", map[string]any{"expect": 2}).want(200)
	s.eventually("the alert is over", func() bool {
		return !slices.ContainsFunc(s.alerts().Open, func(a ops.Alert) bool { return a.Rule == "rules-unreadable" })
	})
}

// TestAShopFromBeforeVersions has the rules of its shop file as the first version; its orders continue, also those under
// way.
func TestAShopFromBeforeVersions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(dearer(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.ShopFile = file })
	made := s.create(realOrder("Ann", "totalPrice", 31000, "email", "ann@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	key := s.deliveryKey(s.mails("ann@example.com"))
	s.stop()
	s.sql(`DROP TRIGGER rules_keep_all`, `DROP TRIGGER activations_keep_all`, `DELETE FROM rules_activations`, `DELETE FROM rules`, `UPDATE orders SET rules = 0`)
	s = s.restart()
	if got := s.rules(); got.Active != 1 || len(got.Versions) != 1 || !strings.Contains(got.Versions[0].Note, file) || s.price(s.PublicURL) != 16000 {
		t.Errorf("%+v", got)
	}
	s.bookFirst(key)
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// TestStoredRulesAreNotCheckedAgain: a shop whose active rules and shop file are not valid for this program (they lack a
// language) starts, takes orders, and completes earlier ones, including their refund. Activating the version again is
// refused; rolling back to it is not.
func TestStoredRulesAreNotCheckedAgain(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`, es: [^}]* }|\n      es: .*`).ReplaceAllStringFunc(string(rules.Default), func(s string) string {
		if strings.HasSuffix(s, "}") {
			return " }"
		}
		return ""
	})
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t)
	s.stop()
	s.sql(`INSERT INTO rules VALUES (2, '`+strings.ReplaceAll(text, "'", "''")+`', 1, 'an older program', '', 0)`, `INSERT INTO rules_activations VALUES (2, 2, 'an older program', 0, 1)`)
	s.config.ShopFile = file
	s = s.restart()
	s.call("GET", s.PublicURL+"/readyz", nil).want(204)
	made := s.create(realOrder("Ann", "email", "ann@example.com"))
	if s.madeUnder(made.OrderID) != 2 {
		t.Errorf("made under %d", s.madeUnder(made.OrderID))
	}
	s.arrives(made.OrderID, "STOCKED")
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200)
	s.activate(dearer(t), 2).want(200)
	s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200)
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).want(200)
	s.arrives(made.OrderID, "CANCELLED")
	s.eventually("the refund is in the books", func() bool { return strings.Contains(strings.Join(s.ledger(made.OrderID), " "), "refund") })
	s.call("POST", s.PrivateURL+"/rules/activate", map[string]any{"version": 2, "expect": 3}).want(400).problem(fault.Invalid, "text")
	s.call("POST", s.PrivateURL+"/rules/rollback", map[string]any{"expect": 3}).want(200)
	s.create(realOrder("Bo"))
}

// TestAShopFileIsForANewShop: an existing shop keeps its rules, and says how to activate the file.
func TestAShopFileIsForANewShop(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(dearer(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t)
	s.stop()
	s.config.ShopFile = file
	s, log := startLogging(t, func(c *app.Config) { *c = s.config })
	if s.price(s.PublicURL) != 15000 || !strings.Contains(log.String(), "webshop rules activate "+file) {
		t.Errorf("a bracken costs %d; the log: %s", s.price(s.PublicURL), log)
	}
}

// TestRulesAreInForceEverywhere within a second, in the processes of a shop on PostgreSQL, without a restart; and an
// earlier order continues.
func TestRulesAreInForceEverywhere(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.run("database")
	f.run("database,finance")
	orders := []*member{f.run("order"), f.run("order,stock")}
	f.run("delivery,email")
	before := f.create(realOrder("Ann"))
	for _, m := range orders {
		f.call("GET", m.address()+"/readyz", nil).want(204)
	}
	if got := f.rules(); len(got.Readers) != 5 {
		t.Errorf("%+v", got.Readers)
	}
	f.activate(dearer(t), 1).want(200)
	activated := time.Now()
	for _, m := range orders {
		f.eventually("the new rules are in force", func() bool { return f.price(m.address()) == 16000 })
	}
	t.Logf("in force in each process after %s", time.Since(activated)) // a second; not asserted on a machine under load
	f.arrives(before.OrderID, "STOCKED")
	after := f.create(realOrder("Bo", "totalPrice", 31000))
	f.arrives(after.OrderID, "STOCKED")
	if a, b := f.madeUnder(before.OrderID), f.madeUnder(after.OrderID); a != 1 || b != 2 {
		t.Errorf("made under %d and %d", a, b)
	}
	f.call("POST", f.PrivateURL+"/rules/rollback", map[string]any{"expect": 2}).want(200)
	for _, m := range orders {
		f.eventually("the rules before are in force", func() bool { return f.price(m.address()) == 15000 })
	}
}

// TestWhatIf: the last real orders are made again under other rules, and nothing is stored.
func TestWhatIf(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.create(realOrder("Ann"))
	s.create(realOrder("Luz", "market", "MX"))
	s.create(realOrder("Firma", "customerType", "B2B", "orgNumber", 123456))
	s.create(realOrder("Testa", "testId", 352))
	try := func(body map[string]any) (got rules.Trial) {
		t.Helper()
		s.call("POST", s.PrivateURL+"/rules/try", body).want(200).into(&got)
		return got
	}
	got := try(map[string]any{"text": dearer(t), "last": 1000})
	if got.Orders != 3 || got.Differ != 3 || got.By["price"] != 3 || len(got.Sums) != 2 {
		t.Errorf("%+v", got)
	}
	if d := got.Differences[2]; d.OrderID != 1 || d.Was.Total != 30000 || d.Would.Total != 31000 || d.Would.Route.Payment != "payments-us" {
		t.Errorf("%+v", d)
	}
	if got := try(map[string]any{"text": dearer(t), "last": 1}); got.Orders != 1 || got.Differences[0].CustomerType != "B2B" {
		t.Errorf("%+v", got)
	}
	if got := try(map[string]any{"version": 1, "last": 10_000}); got.Orders != 3 || got.Differ != 0 {
		t.Errorf("%+v", got)
	}
	for _, bad := range []map[string]any{{"last": 5}, {"text": dearer(t), "last": 0}, {"text": dearer(t), "last": 10_001}, {"text": "x: [", "last": 5}, {"text": dearer(t), "version": 1, "last": 5}} {
		s.call("POST", s.PrivateURL+"/rules/try", bad).want(400)
	}
	s.call("POST", s.PrivateURL+"/rules/try", map[string]any{"version": 9, "last": 5}).want(404)
	if len(s.rules().Versions) != 1 || len(s.done()) != 0 || s.price(s.PublicURL) != 15000 {
		t.Errorf("something was stored: %+v, %v", s.rules(), s.done())
	}
}
