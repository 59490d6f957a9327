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

	"acme.example/webshop/platform/fault"
)

// in returns the shop within a subtest.
func (s *shop) in(t *testing.T) *shop {
	return &shop{T: t, Shop: s.Shop, config: s.config, log: s.log}
}

// statuses are the HTTP statuses of each problem, repeated here so that a change is noticed.
var statuses = map[fault.Code]int{
	fault.Malformed: 400, fault.Invalid: 400, fault.Unauthorized: 401, fault.Declined: 402, fault.Forbidden: 403, fault.NotFound: 404,
	fault.NotAllowed: 405, fault.Conflict: 409, fault.PaidTooLate: 409, fault.SlotTaken: 409, fault.AlreadyBooked: 409, fault.NotReady: 409, fault.InProgress: 409, fault.TooLarge: 413,
	fault.KeyReused: 422, fault.TooMany: 429, fault.Internal: 500, fault.Unavailable: 503, fault.InDoubt: 503,
}

// insides are texts that reveal the implementation.
var insides = regexp.MustCompile(`(?i)\bgo (struct|value|type)|json:|sqlite|sql:|panic|goroutine|\.go\b|strconv|rawparams|huma\b|` +
	`constraint failed|no such table|overflows signed|context (deadline|canceled)|float64|int64`)

// refuses fails the test unless the answer is that problem, names exactly those fields, and reveals nothing internal.
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

// footprint is what the shop has done so far. Only stored orders have events: the journal refers to them.
type footprint struct {
	Orders int            // numbers rise by one
	Calls  map[string]int // by partner
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
		Data struct{ GetOrder struct{ OrderID int } }
	}
	s.call("POST", s.PrivateURL+"/database", fmt.Sprintf("{ getOrder(id: %d) { orderId } }", id)).want(200).into(&got)
	return got.Data.GetOrder.OrderID != 0
}

// untouched fails the test if anything was stored, charged, asked of a partner or mailed since.
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
	if len(all.Partners) != 6 {
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

// TestBadOrdersAreRefused, each with the fields that are wrong, and nothing stored, charged or published.
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

// TestBodiesThatAreNoOrder: not JSON, or not a JSON object.
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

// TestBodiesOver64KiBAreRefused, whether they have a Content-Length or not; a body that just fits is accepted.
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
		for _, url := range []string{s.PublicURL + "/createOrder", s.PrivateURL + "/placeOrder", s.PrivateURL + "/email"} {
			send(url, padded(64<<10+1), toldLength).refuses(fault.TooLarge)
		}
		send(s.PrivateURL+"/database", padded(1<<20), toldLength).refuses(fault.TooLarge) // it accepts more: whole orders of a split shop
		s.untouched(before)
	}
	send(s.PublicURL+"/createOrder", padded(64<<10), false).want(200)
}
