package order

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// FuzzCreateOrder: a body that is accepted makes an order by the rules: priced, with texts that fit a mail's header and
// the database; and the same body makes the same order and the same made.
func FuzzCreateOrder(f *testing.F) {
	for _, d := range []Draft{good(), good(inMexico), good(firm("123456")), good(test("X1", 5)), {}} {
		body, err := json.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	rules := someRules(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var d, same Draft
		if json.Unmarshal(body, &d) != nil || json.Unmarshal(body, &same) != nil {
			return
		}
		o, err := accept(rules, d)
		if err != nil {
			if e, ok := err.(*fault.Error); !ok || e.Code != fault.Invalid || len(e.Fields) == 0 {
				t.Errorf("%s: %v", body, err)
			}
			return
		}
		again, err := accept(rules, same)
		if diff := cmp.Diff(o, again); err != nil || diff != "" || !cmp.Equal(rules.idempotencyKey(d, "k"), rules.idempotencyKey(same, "k")) {
			t.Errorf("%s: %v %s", body, err, diff)
		}
		checkOrder(t, rules, o)
	})
}

func checkOrder(t *testing.T, rules *Rules, o Order) {
	t.Helper()
	for _, text := range []string{o.Customer.Name, o.Customer.Email, o.Customer.Phone, o.Customer.Street, o.Customer.City, o.Products.String(), o.OrgNumber} {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || utf8.RuneCountInString(text) > 2000 {
			t.Errorf("the text %q", text)
		}
	}
	market, known := rules.Markets[o.Market]
	if !known || o.Total.Currency != market.Currency || o.Total.Minor < 0 || o.Total.Minor > maxID || o.TestID < 0 || o.TestID > maxID {
		t.Errorf("%+v", o)
	}
	if o.TestID == 0 && (o.Total.Minor < 12501 || o.OrgNumber != "" && !onlyDigits.MatchString(o.OrgNumber)) {
		t.Errorf("a real order %+v", o)
	}
}

// FuzzOrgNumber: digits that were read are written and read again as the same digits, as a number or a text.
func FuzzOrgNumber(f *testing.F) {
	for _, text := range []string{"0", "123456", `"0123456"`, `"12345678901234567890"`, "9007199254740993", "1e5", "null", `"٣"`, "-1"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var n, again OrgNumber
		if json.Unmarshal(data, &n) != nil || !onlyDigits.MatchString(string(n)) {
			return
		}
		written, err := json.Marshal(n.Number())
		if err != nil || json.Unmarshal(written, &again) != nil || again != n && n != "0" {
			t.Errorf("%s became %q, written as %s, read as %q: %v", data, n, written, again, err)
		}
	})
}

// FuzzIdempotencyKey: keys that are taken are text, protect different things when they differ, and never what an order
// without a key does.
func FuzzIdempotencyKey(f *testing.F) {
	for _, key := range []string{"", "cart-7f3a", "same:0123", "key:", "\xff", "a\x00", "🌵", "k ' OR 1=1"} {
		f.Add(key)
	}
	rules := someRules(f)
	without := rules.idempotencyKey(good(), "")
	f.Fuzz(func(t *testing.T, key string) {
		if err := checkKey(key); err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Error(err)
			}
			return
		}
		made := rules.idempotencyKey(good(), key)
		if key != "" && (made.Key == without.Key || made.Key == rules.idempotencyKey(good(), key+"x").Key) || !utf8.ValidString(made.Key) {
			t.Errorf("%q makes %+v", key, made)
		}
	})
}
