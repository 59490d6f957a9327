package systemtest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	usPhone   = regexp.MustCompile(`^(\([2-9]\d\d\) 555-01\d\d|\+1 [2-9]\d\d 555 01\d\d|[2-9]\d\d-555-01\d\d)$`)
	mxPhone   = regexp.MustCompile(`^\+52 (\d\d 0\d{3}|\d{3} 0\d\d) \d{4}$`)
	address   = regexp.MustCompile(`^[a-z]+(\.[a-z]+)*\.\d+@example\.(com|org)$`)
	orgDigits = regexp.MustCompile(`^\d{6,20}$`)
	prices    = map[string]int64{
		"LB001": 15000, "LB002": 18000, "EX001": 30000, "EX002": 50000, "BB001": 15000, "BB002": 12500,
	}
)

func TestOrdersAreOnesThatTheShopMustTake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		testID := rapid.Int64Range(1, 1<<31-1).Draw(t, "testID")
		n := rapid.IntRange(1, 40).Draw(t, "n")
		emails := map[string]bool{}
		for i, o := range makeOrders(rapid.Uint64().Draw(t, "seed"), n, testID) {
			checkTexts(t, o)
			checkSegment(t, o)
			checkCart(t, o)
			if o.TestID != testID || o.number != i+1 || emails[o.Email] {
				t.Fatalf("order %+v", o)
			}
			emails[o.Email] = true
		}
	})
}

func checkTexts(t *rapid.T, o order) {
	for _, s := range []string{o.Name, o.Street, o.City} {
		if strings.TrimSpace(s) != s || s == "" || utf8.RuneCountInString(s) > 100 || !utf8.ValidString(s) ||
			strings.ContainsFunc(s, unicode.IsControl) {
			t.Fatalf("text %q", s)
		}
	}
	if !address.MatchString(o.Email) || len(o.Email) > 254 {
		t.Fatalf("email %q", o.Email)
	}
}

func checkSegment(t *rapid.T, o order) {
	b2b := orgDigits.MatchString(string(o.OrgNumber)) && usPhone.MatchString(o.Phone)
	private := o.OrgNumber == ""
	switch segment := o.Market + " " + o.CustomerType; {
	case segment == "US B2C" && private && usPhone.MatchString(o.Phone):
	case segment == "MX B2C" && private && mxPhone.MatchString(o.Phone):
	case segment == "US B2B" && b2b:
	default:
		t.Fatalf("%s: phone %q, orgNumber %q", segment, o.Phone, o.OrgNumber)
	}
}

func checkCart(t *rapid.T, o order) {
	skus := strings.Split(o.Products, ",")
	var total int64
	for _, sku := range skus {
		if prices[sku] == 0 {
			t.Fatalf("product %q", sku)
		}
		total += prices[sku]
	}
	if len(skus) > 5 || o.TotalPrice != total {
		t.Fatalf("%s costs %d, want %d", o.Products, o.TotalPrice, total)
	}
}

func TestSameSeedSameOrders(t *testing.T) {
	all := cmp.AllowUnexported(order{})
	for _, seed := range []uint64{0, 1, 1 << 63} {
		orders := makeOrders(seed, 30, 5)
		if diff := cmp.Diff(orders, makeOrders(seed, 30, 5), all); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(orders[:7], makeOrders(seed, 7, 5), all); diff != "" {
			t.Errorf("fewer orders are not the first of more: %s", diff)
		}
		if cmp.Equal(orders, makeOrders(seed+1, 30, 5), all) {
			t.Errorf("seeds %d and %d make the same", seed, seed+1)
		}
	}
}

func TestManyOrdersHaveWhatIsHard(t *testing.T) {
	var all strings.Builder
	zeros, long := false, false
	for _, o := range makeOrders(1, 1000, 5) {
		all.WriteString(o.Name + o.Street)
		zeros = zeros || strings.HasPrefix(string(o.OrgNumber), "0")
		long = long || len(o.OrgNumber) == 20
	}
	for _, hard := range []string{"ñ", "é", "ü", "'", `"`, "&", "𠮷", "#"} {
		if !strings.Contains(all.String(), hard) {
			t.Errorf("no %s in 1000 orders", hard)
		}
	}
	if !zeros || !long {
		t.Errorf("organization numbers: with a leading zero %v, with 20 digits %v", zeros, long)
	}
}

func TestDigitsInJSON(t *testing.T) {
	for d, want := range map[digits]string{
		"": "0", "123456": "123456", "123456789012345": "123456789012345", "012345": `"012345"`,
		"1234567890123456": `"1234567890123456"`, "99999999999999999999": `"99999999999999999999"`,
	} {
		got, err := json.Marshal(d)
		if err != nil || string(got) != want {
			t.Errorf("%q is %s (%v), want %s", d, got, err, want)
		}
		var back digits
		if err := json.Unmarshal(got, &back); err != nil || back != d {
			t.Errorf("%s came back as %q (%v)", got, back, err)
		}
	}
	for text, want := range map[string]digits{`"0"`: "", "null": "", `""`: "", `"123456"`: "123456", "1e3": "1e3"} {
		got := digits("before")
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", text, got, err, want)
		}
	}
}
