package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/fault"
)

// in is the shop within a subtest.
func (s *shop) in(t *testing.T) *shop {
	return &shop{T: t, Shop: s.Shop, config: s.config, log: s.log}
}

// statuses is what HTTP says to each problem, told a second time so that a change is noticed.
var statuses = map[fault.Code]int{
	fault.Malformed: 400, fault.Unauthorized: 401, fault.Declined: 402, fault.Forbidden: 403, fault.NotFound: 404,
	fault.NotAllowed: 405, fault.Conflict: 409, fault.SlotTaken: 409, fault.AlreadyBooked: 409, fault.NotReady: 409, fault.InProgress: 409, fault.TooLarge: 413, fault.Invalid: 422,
	fault.KeyReused: 422, fault.Internal: 500, fault.Unavailable: 503, fault.InDoubt: 503,
}

// insides is what only someone who looks into the shop could know.
var insides = regexp.MustCompile(`(?i)\bgo (struct|value|type)|json:|sqlite|sql:|panic|goroutine|\.go\b|strconv|rawparams|huma\b|` +
	`constraint failed|no such table|overflows signed|context (deadline|canceled)|float64|int64`)

// refuses fails the test unless the answer is that problem, names exactly those fields, and tells nothing of our insides.
func (a answer) refuses(code fault.Code, fields ...string) fault.Problem {
	a.Helper()
	p := a.want(statuses[code]).problem(code)
	if found := insides.FindString(string(a.body)); found != "" {
		a.Errorf("the answer tells of our insides (%q): %s", found, a.body)
	}
	var named []string
	for _, f := range p.Errors {
		named = append(named, f.Name)
	}
	slices.Sort(named)
	slices.Sort(fields)
	if diff := cmp.Diff(fields, slices.Compact(named)); diff != "" && len(fields) > 0 {
		a.Errorf("fields: %s%s", diff, a.body)
	}
	if p.Detail == "" || p.Title == "" {
		a.Errorf("the problem says nothing: %s", a.body)
	}
	return p
}

// footprint is what the shop has done so far. What is not stored has no event: the journal refers to its order.
type footprint struct {
	Orders int            // numbers rise by one
	Calls  map[string]int // of each partner that was called
	Mails  int
}

func (s *shop) footprint() footprint {
	s.Helper()
	orders := 0
	for s.exists(orders + 1) {
		orders++
	}
	return footprint{orders, s.calls(), s.mailCount()}
}

func (s *shop) exists(id int) bool {
	s.Helper()
	var got struct {
		Data struct{ GetOrder any }
	}
	s.call("POST", s.PrivateURL+"/database", fmt.Sprintf("{ getOrder(id: %d) { orderId } }", id)).want(200).into(&got)
	return got.Data.GetOrder != nil
}

// untouched fails the test if something was stored, charged, asked of a partner or mailed since.
func (s *shop) untouched(since footprint) {
	s.Helper()
	if diff := cmp.Diff(since, s.footprint()); diff != "" {
		s.Errorf("something was done: %s", diff)
	}
}

// calls counts the calls of each partner that was called.
func (s *shop) calls() map[string]int {
	s.Helper()
	var all struct {
		Partners []struct {
			Name     string
			Counters struct{ Calls int }
		}
	}
	s.call("GET", s.PrivateURL+"/partners", nil).want(200).into(&all)
	calls := map[string]int{}
	for _, p := range all.Partners {
		if p.Counters.Calls > 0 {
			calls[p.Name] = p.Counters.Calls
		}
	}
	if len(all.Partners) != 5 {
		s.Errorf("partners %+v", all.Partners)
	}
	return calls
}

func (s *shop) mailCount() int {
	s.Helper()
	var list struct{ Total *int }
	s.call("GET", s.PrivateURL+"/mail?format=json", nil).want(200).into(&list)
	if list.Total == nil {
		s.Fatal("the mail viewer tells no total")
	}
	return *list.Total
}

// TestBadOrdersAreRefused: each with the fields that are wrong, and nothing stored, charged or published.
func TestBadOrdersAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range badOrders() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			before := s.footprint()
			p := s.call("POST", s.PublicURL+"/createOrder", c.draft, "Content-Type", "text/plain").refuses(fault.Invalid, c.fields...)
			for _, f := range p.Errors {
				if !strings.Contains(f.Detail, c.says) {
					t.Errorf("%s: %q does not say %q", f.Name, f.Detail, c.says)
				}
			}
			s.untouched(before)
		})
	}
}

type badOrder struct {
	draft  draft
	fields []string
	says   string // part of each field's detail
}

// changed is an order that one change makes wrong, in the field that it changes.
func changed(field string, value any) badOrder {
	return badOrder{draft: realOrder("Bad", field, value), fields: []string{field}}
}

var texts = []string{"name", "email", "phone", "street", "city", "customerType", "market", "products"}

// raw is JSON as it is.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

func badOrders() map[string]badOrder {
	cases := map[string]badOrder{}
	for _, add := range []func(map[string]badOrder){badTexts, badNumbers, badMails, badPhones, badOrgNumbers, badCarts} {
		add(cases)
	}
	return cases
}

func badTexts(cases map[string]badOrder) {
	for _, f := range texts {
		cases[f+" missing"] = changed(f, nil)
		for _, value := range []string{`5`, `true`, `null`, `[]`, `{}`, `["x"]`} {
			cases[f+" is "+value] = changed(f, raw(value))
		}
		for _, value := range []string{"", " ", "\u00a0\u2003", "x\x00", "x\n", "x\r\nBcc: evil@example.com", "x\t", "x\x7f", "x\u0085"} {
			cases[fmt.Sprintf("%s is %q", f, value)] = changed(f, value)
		}
		cases[f+" under another case"] = badOrder{draft: realOrder("Bad", strings.ToUpper(f), 5), fields: []string{f}}
	}
	for field, most := range map[string]int{"name": 200, "phone": 32, "street": 200, "city": 100, "customerType": 1000, "market": 1000} {
		cases[field+" too long"] = changed(field, strings.Repeat("1", most+1))
		cases[field+" too long in wide characters"] = changed(field, strings.Repeat("𠮷", most+1))
	}
	cases["all missing"] = badOrder{draft: draft{}, fields: append([]string{"totalPrice"}, texts...), says: "must be given"}
}

func badNumbers(cases map[string]badOrder) {
	cases["totalPrice missing"] = changed("totalPrice", nil)
	cases["totalPrice is null"] = changed("totalPrice", raw("null"))
	for _, f := range []string{"totalPrice", "testId"} {
		for _, value := range []string{
			`"30000"`, `true`, `[]`, `{}`, `1.5`, `-1`, `-2147483649`, `2147483648`, `4294967297`, `9223372036854775807`,
			`9223372036854775808`, `-9223372036854775809`, `123456789012345678901234567890`, `1e300`, `1e5`, `30000.0`,
		} {
			cases[f+" is "+value] = changed(f, raw(value))
		}
	}
	cases["price below the catalog's"] = badOrder{realOrder("Cheap", "totalPrice", 29999), []string{"totalPrice"}, "30000"}
	cases["price above the catalog's"] = badOrder{realOrder("Dear", "totalPrice", 30001), []string{"totalPrice"}, "30000"}
	cases["price of nothing"] = badOrder{realOrder("Free", "totalPrice", 0), []string{"totalPrice"}, "30000"}
	cases["price in dollars"] = badOrder{realOrder("Dollars", "totalPrice", 300), []string{"totalPrice"}, "30000"}
	cases["price in the wrong currency"] = badOrder{realOrder("Pesos", "market", "MX"), []string{"totalPrice"}, "600000"}
}

func badMails(cases map[string]badOrder) {
	for _, address := range []string{
		"plain", "@", "@example.com", "a@", "a@b", "a b@example.com", "a@exa mple.com", "a@@example.com", "a@b@example.com",
		"Ann <ann@example.com>", "<ann@example.com>", "ann@example.com,bob@example.com", "ann@example.com;bob@example.com",
		"ann@example.com, bob@example.com", "ann@[127.0.0.1]", "ann@.com", "ann@example.", "ann@example..com", ".ann@example.com",
		"ann.@example.com", " ann@example.com", "ann@example.com ", `"ann bob"@example.com`, "ann(comment)@example.com",
		"ann@example.com?bcc=bob@example.com", "mailto:ann@example.com", "ann%0d%0aBcc:bob@example", "[email protected]",
		strings.Repeat("a", 243) + "@example.com",
	} {
		cases[fmt.Sprintf("email is %q", address)] = changed("email", address)
	}
}

func badPhones(cases map[string]badOrder) {
	for _, number := range []string{"12", "call me", "123abc", "123;456", "１２３４５", "123\u200b456", "+1 212 555 0100 ext. 5", "<123>"} {
		cases[fmt.Sprintf("phone is %q", number)] = changed("phone", number)
	}
}

func badOrgNumbers(cases map[string]badOrder) {
	for _, number := range []string{
		`0`, `"0"`, `""`, `null`, `1`, `12345`, `"12345"`, `123456789012345678901`, `"123456789012345678901"`, `"12345a"`, `"abcdef"`,
		`"123 456"`, `" 123456"`, `"123-456"`, `"+123456"`, `-123456`, `"-123456"`, `123456.5`, `1234567.0`, `1e6`, `"１２３４５６"`, `true`, `[]`, `{}`,
		`"` + strings.Repeat("1", 1000) + `"`,
	} {
		cases["B2B with orgNumber "+number] = badOrder{draft: realOrder("Firm", "customerType", "B2B", "orgNumber", raw(number)), fields: []string{"orgNumber"}}
	}
	cases["B2B without orgNumber"] = badOrder{realOrder("Firm", "customerType", "B2B"), []string{"orgNumber"}, "6 to 20 digits"}
	cases["B2C with orgNumber"] = changed("orgNumber", 123456)
	cases["B2C with orgNumber as text"] = changed("orgNumber", "000000")
}

func badCarts(cases map[string]badOrder) {
	for _, list := range []string{
		"XX999", "BB001,XX999", "bb001", "BB001,", ",BB001", ",", "BB001,,LB001", "BB001;LB001", "BB001 LB001",
		"'; DROP TABLE orders;--", `BB001"`, "BB001:3", strings.TrimSuffix(strings.Repeat("BB001,", 101), ","),
		strings.TrimSuffix(strings.Repeat("BB001,", 400), ","),
	} {
		cases[fmt.Sprintf("products are %.30q", list)] = changed("products", list)
	}
	for _, market := range []string{"BR", "us", "USA", "US,MX"} {
		cases["market "+market] = badOrder{realOrder("Abroad", "market", market), []string{"market"}, "MX, US"}
	}
	for _, kind := range []string{"C2C", "b2c", "B2G"} {
		cases["customerType "+kind] = badOrder{realOrder("Strange", "customerType", kind), []string{"customerType"}, "B2B, B2C"}
	}
	mexicanFirm := realOrder("Firma", "customerType", "B2B", "market", "MX", "orgNumber", 123456, "totalPrice", 600000)
	cases["B2B in MX"] = badOrder{mexicanFirm, []string{"market"}, "US"}
	cases["several at once"] = badOrder{realOrder("x", "name", "", "email", "x", "market", "BR"), []string{"name", "email", "market"}, ""}
}

// TestBodiesThatAreNoOrder: what is not JSON, or not an object of it.
func TestBodiesThatAreNoOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	whole, err := json.Marshal(realOrder("Whole"))
	if err != nil {
		t.Fatal(err)
	}
	order := string(whole)
	for name, c := range map[string]struct {
		body string
		code fault.Code
	}{
		"nothing": {"", fault.Malformed}, "spaces": {"  \n", fault.Malformed}, "half": {order[:len(order)/2], fault.Malformed},
		"a form": {"name=Ann&city=Thatplace", fault.Malformed}, "two objects": {order + order, fault.Malformed},
		"a comma too many": {strings.Replace(order, "}", ",}", 1), fault.Malformed}, "single quotes": {strings.ReplaceAll(order, `"`, "'"), fault.Malformed},
		"a byte order mark": {"\ufeff" + order, fault.Malformed}, "a raw line end": {strings.Replace(order, "Whole", "Who\nle", 1), fault.Malformed},
		"not UTF-8": {strings.Replace(order, "Whole", "Wh\xffle", 1), fault.Malformed}, "deep": {strings.Repeat("[", 20_000), fault.Malformed},
		"deep in an order": {strings.Replace(order, "{", `{"x":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+",", 1), fault.Malformed},
		"null":             {"null", fault.Invalid}, "a list": {"[" + order + "]", fault.Invalid}, "a text": {`"order"`, fault.Invalid},
		"a number": {"1", fault.Invalid}, "true": {"true", fault.Invalid}, "empty": {"{}", fault.Invalid},
		"NaN": {strings.Replace(order, "30000", "NaN", 1), fault.Malformed}, "infinite": {strings.Replace(order, "30000", "1e400", 1), fault.Malformed},
		"minus infinite": {strings.Replace(order, "30000", "-1e400", 1), fault.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			before := s.footprint()
			s.call("POST", s.PublicURL+"/createOrder", c.body).refuses(c.code)
			s.untouched(before)
		})
	}
}

// TestBodiesOver64KiBAreRefused: whether their length is told or not; and one that just fits is taken.
func TestBodiesOver64KiBAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	padded := func(size int) string {
		body, err := json.Marshal(realOrder("Large"))
		if err != nil {
			t.Fatal(err)
		}
		return string(body) + strings.Repeat(" ", size-len(body))
	}
	send := func(url, body string, toldLength bool) answer {
		var reader io.Reader = strings.NewReader(body)
		if !toldLength {
			reader = struct{ io.Reader }{reader} // sent in chunks
		}
		req, err := http.NewRequestWithContext(t.Context(), "POST", url, reader)
		if err != nil {
			t.Fatal(err)
		}
		return s.do(req)
	}
	before := s.footprint()
	for _, toldLength := range []bool{true, false} {
		for _, url := range []string{s.PublicURL + "/createOrder", s.PrivateURL + "/placeOrder", s.PrivateURL + "/database", s.PrivateURL + "/email"} {
			send(url, padded(64<<10+1), toldLength).refuses(fault.TooLarge)
		}
		s.untouched(before)
	}
	send(s.PublicURL+"/createOrder", padded(64<<10), false).want(200)
}
