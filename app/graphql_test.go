package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// graphqlError is an error in a GraphQL answer.
type graphqlError struct {
	Message    string
	Path       []any
	Extensions struct {
		Code   string
		Status int
		Errors []fault.Field
	}
}

// errors sends a query with variables and returns the errors; there must be one, and none may reveal anything internal.
func (s *shop) errors(query string, variables map[string]any) []graphqlError {
	s.Helper()
	var got struct{ Errors []graphqlError }
	a := s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query, "variables": variables})
	if a.into(&got); len(got.Errors) == 0 {
		s.Fatalf("%s with %v was not refused: %s", query, variables, a.body)
	}
	if found := insides.FindString(string(a.body)); found != "" {
		s.Errorf("the answer tells of our insides (%q): %s", found, a.body)
	}
	return got.Errors
}

// one returns the only error.
func (s *shop) one(errors []graphqlError) graphqlError {
	s.Helper()
	if len(errors) != 1 {
		s.Fatalf("%d errors: %+v", len(errors), errors)
	}
	return errors[0]
}

const everything = `orderId history { id type time data receipts { subscriber state attempts lastError changedAt } }`

// TestCostlyQueriesAreRefused before anything is read.
func TestCostlyQueriesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct{ query, code string }{
		"histories of all orders of a test":       {"{ getAllTestOrders(testId: 1) { " + everything + " } }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"a little of the histories of all orders": {"{ getAllTestOrders(testId: 1) { history { type } } }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"many orders with histories":              {"{ " + aliases(20, "getOrder(id: 1) { "+everything+" }") + " }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"histories by fragments":                  {"{ getAllTestOrders(testId: 1) { ...A } } fragment A on Order { ...B } fragment B on Order { " + everything + " }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"all orders of many tests":                {"{ " + aliases(6, "getAllTestOrders(testId: 1) { orderId }") + " }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"counts of all again and again":           {"{ " + aliases(3, "counts { pending }") + " }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"many replays at once":                    {`mutation { ` + aliases(3, `replayDeadLetters(subscriber: "x", limit: 1000)`) + " }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"many fields":                             {"{ getOrder(id: 1) { " + aliases(400, "orderId") + " } }", "COMPLEXITY_LIMIT_EXCEEDED"},
		"many moves at once":                      {"mutation { " + aliases(160, "updateOrderStatus(id: 1, status: CANCELLED) { orderId }") + " }", "GRAPHQL_PARSE_FAILED"},
		"too long":                                {"{ getOrder(id: 1) { " + strings.Repeat("orderId ", 3000) + " } }", "GRAPHQL_PARSE_FAILED"},
		"a deep look into the schema":             {"{ __schema { types { " + strings.Repeat("fields { type { ", 12) + "name" + strings.Repeat(" } }", 12) + " } } }", "GRAPHQL_VALIDATION_FAILED"},
		"fragments that double":                   {doublingFragments(150, "orderId"), "COMPLEXITY_LIMIT_EXCEEDED"},
		"fragments that double nothing":           {doublingFragments(150, "...on Order @skip(if: true) { orderId }"), "COMPLEXITY_LIMIT_EXCEEDED"},
		"a circle of fragments":                   {"{ getOrder(id: 1) { ...A } } fragment A on Order { ...B } fragment B on Order { ...A }", "GRAPHQL_VALIDATION_FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			for _, e := range s.errors(c.query, nil) {
				if e.Extensions.Code != c.code || c.code == "GRAPHQL_PARSE_FAILED" && !strings.Contains(e.Message, "token") {
					t.Errorf("%+v, want %s", e, c.code)
				}
			}
		})
	}
	made := s.create(realOrder("Costs", "testId", 5))
	if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); len(o.History) != 5 {
		t.Errorf("one whole order is not too costly: %+v", o)
	}
}

// doublingFragments is short, and 2 to the n long when its fragments are expanded.
func doublingFragments(n int, last string) string {
	var all strings.Builder
	all.WriteString("{ getOrder(id: 1) { ...F0 } } ")
	for i := range n {
		fmt.Fprintf(&all, "fragment F%d on Order { ...F%d ...F%[2]d } ", i, i+1)
	}
	fmt.Fprintf(&all, "fragment F%d on Order { %s }", n, last)
	return all.String()
}

// TestGraphQLBeyondOneQuery: no batches, no change by GET, and no change by a list of operations.
func TestGraphQLBeyondOneQuery(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Unmoved"))
	s.arrives(made.OrderID, "STOCKED")
	const cancel = "mutation{updateOrderStatus(id:1,status:CANCELLED){orderId}}"
	if a := s.call("GET", s.PrivateURL+"/database?query="+url.QueryEscape(cancel), nil); a.status != 406 && a.status != 405 {
		t.Errorf("a change by GET is answered %d: %s", a.status, a.body)
	}
	for _, body := range []string{`[{"query":"` + cancel + `"}]`, `{"query":"query a{__typename} ` + cancel + `"}`} {
		if a := s.call("POST", s.PrivateURL+"/database", body); strings.Contains(string(a.body), `"updateOrderStatus":{`) {
			t.Errorf("%s: %s", body, a.body)
		}
	}
	if o := s.order(made.OrderID); o.Status != "STOCKED" {
		t.Errorf("the order is %s", o.Status)
	}
}

func aliases(n int, field string) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, "a%d: %s ", i, field)
	}
	return all.String()
}

// TestQueriesThatCannotBeRead get an error that says why.
func TestQueriesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct{ query, code, says string }{
		"not closed":        {"{ getOrder(id: 1) { orderId }", "GRAPHQL_PARSE_FAILED", "Expected"},
		"not GraphQL":       {"SELECT * FROM orders", "GRAPHQL_PARSE_FAILED", "SELECT"},
		"unknown field":     {"{ getOrder(id: 1) { password } }", "GRAPHQL_VALIDATION_FAILED", "password"},
		"unknown query":     {"{ getOrders { orderId } }", "GRAPHQL_VALIDATION_FAILED", "getOrders"},
		"unknown argument":  {`{ getOrder(id: 1, where: "1=1") { orderId } }`, "GRAPHQL_VALIDATION_FAILED", "where"},
		"missing argument":  {"mutation { addDeliveryDataToOrder }", "GRAPHQL_VALIDATION_FAILED", "deliveryData"},
		"no fields":         {"{ getOrder(id: 1) }", "GRAPHQL_VALIDATION_FAILED", "getOrder"},
		"fields of a text":  {"{ getOrder(id: 1) { customerName { first } } }", "GRAPHQL_VALIDATION_FAILED", "String"},
		"text for a number": {`{ getOrder(id: "1") { orderId } }`, "GRAPHQL_VALIDATION_FAILED", "Int"},
		"fraction":          {`{ getOrder(id: 1.5) { orderId } }`, "GRAPHQL_VALIDATION_FAILED", "Int"},
		"null":              {`{ deadLetter(receipt: null) { attempts } }`, "GRAPHQL_VALIDATION_FAILED", "ReceiptKey!"},
		"unknown status":    {"mutation { updateOrderStatus(id: 1, status: GONE) { orderId } }", "GRAPHQL_VALIDATION_FAILED", "GONE"},
		"unknown variable":  {"{ getOrder(id: $id) { orderId } }", "GRAPHQL_VALIDATION_FAILED", "id"},
		"missing variable":  {"query($id: Int!) { getOrder(id: $id) { orderId } }", "GRAPHQL_VALIDATION_FAILED", "defined"},
		"subscription":      {"subscription { orders { orderId } }", "GRAPHQL_VALIDATION_FAILED", "ubscription"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range s.in(t).errors(c.query, nil) {
				if e.Extensions.Code != c.code || !strings.Contains(e.Message, c.says) {
					t.Errorf("%+v, want %s about %q", e, c.code, c.says)
				}
			}
		})
	}
}

// TestBodiesThatAreNoGraphQL get an error that reveals nothing internal.
func TestBodiesThatAreNoGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, body := range []string{
		"", " ", "{", "null", "[]", `"{ getOrder(id: 1) { orderId } }"`, `{"query":5}`, `{"query":"{ getOrder(id: 1) { orderId } }"`, `{"query":null}`,
		`{"query":"{ getOrder(id: 1) { orderId } }","variables":5}`, `[{"query":"{ getOrder(id: 1) { orderId } }"}]`, "\xff\xfe", "{ getOrder(id: 1) \x00 }",
	} {
		t.Run(fmt.Sprintf("%.20q", body), func(t *testing.T) {
			a := s.in(t).call("POST", s.PrivateURL+"/database", body)
			var got struct{ Errors []graphqlError }
			if a.into(&got); a.status != 400 && (a.status != 200 || len(got.Errors) == 0) {
				t.Errorf("answered %d: %s", a.status, a.body)
			}
			if found := insides.FindString(string(a.body)); found != "" {
				t.Errorf("the answer tells of our insides (%q): %s", found, a.body)
			}
		})
	}
}

// TestNumbersBeyond32BitsAreRefused, as literals and variables, as the caller's error.
func TestNumbersBeyond32BitsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	for _, number := range []string{"2147483648", "-2147483649", "4294967297", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "1e10"} {
		for name, ask := range map[string]func(*shop) []graphqlError{
			"id literal": func(s *shop) []graphqlError {
				return s.errors("{ getOrder(id: "+number+") { orderId } }", nil)
			},
			"testId literal": func(s *shop) []graphqlError {
				return s.errors("{ getAllTestOrders(testId: "+number+") { orderId } }", nil)
			},
			"id variable": func(s *shop) []graphqlError {
				return s.errors("query($id: Int!) { getOrder(id: $id) { orderId } }", map[string]any{"id": raw(number)})
			},
			"totalPrice": func(s *shop) []graphqlError {
				return s.errors(placeOrder("Ann", "totalPrice: "+number), nil)
			},
			"orderId of input": func(s *shop) []graphqlError {
				return s.errors(`mutation { addDeliveryDataToOrder(deliveryData: {orderId: `+number+`, deliveryTime: "1"}) }`, nil)
			},
		} {
			t.Run(name+" "+number, func(t *testing.T) {
				s := s.in(t)
				for _, e := range ask(s) {
					if e.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" && e.Extensions.Code != string(fault.Invalid) {
						t.Errorf("%+v", e)
					}
				}
			})
		}
	}
	s.untouched(before)
}

// placeOrder returns the mutation for a real order with more arguments.
func placeOrder(name, more string) string {
	return fmt.Sprintf(`mutation { placeOrder(name: %q, email: "ann@example.com", phone: "123", street: "Thisway 1", city: "Thatplace",
		customerType: "B2B", market: "US", products: "BB001", %s) { orderId customerName orgNumber organization } }`, name, more)
}

// TestOrgNumbersInGraphQL: the seed's argument and field hold an Int; the shop's hold all digits, up to 20.
func TestOrgNumbersInGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	for arguments, want := range map[string]order{
		"orgNumber: 123456":                                 {OrgNumber: 123456.0, Organization: "123456"},
		"orgNumber: 2147483647":                             {OrgNumber: 2147483647.0, Organization: "2147483647"},
		`organization: "123457"`:                            {OrgNumber: 123457.0, Organization: "123457"},
		`organization: "2147483648"`:                        {Organization: "2147483648"},
		`organization: "012345"`:                            {Organization: "012345"},
		`organization: "12345678901234567890"`:              {Organization: "12345678901234567890"},
		`orgNumber: 123458, organization: "123458"`:         {OrgNumber: 123458.0, Organization: "123458"},
		`orgNumber: 0, organization: "5567890123456"`:       {Organization: "5567890123456"},
		`orgNumber: null, organization: "5567890123457"`:    {Organization: "5567890123457"},
		`orgNumber: 123459, organization: ""`:               {OrgNumber: 123459.0, Organization: "123459"},
		`orgNumber: 1234560, organization: null, testId: 5`: {OrgNumber: 1234560.0, Organization: "1234560"},
	} {
		t.Run(arguments, func(t *testing.T) {
			var got struct{ PlaceOrder order }
			s := s.in(t)
			if s.graphql(placeOrder("Firm", "totalPrice: 15000, "+arguments), &got); got.PlaceOrder.OrgNumber != want.OrgNumber || got.PlaceOrder.Organization != want.Organization {
				t.Errorf("%+v", got.PlaceOrder)
			}
		})
	}
	var private struct{ PlaceOrder order }
	s.graphql(strings.Replace(placeOrder("Ann", "totalPrice: 15000"), "B2B", "B2C", 1), &private)
	if o := private.PlaceOrder; o.OrgNumber != 0.0 || o.Organization != "" {
		t.Errorf("an order without one has %v, %q", o.OrgNumber, o.Organization)
	}
}

func TestBadOrgNumbersInGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	for _, arguments := range []string{
		"testId: 0", "orgNumber: 0", "orgNumber: null", `organization: ""`, "orgNumber: 12345", "orgNumber: -123456", "orgNumber: 1.5", "orgNumber: 123456.0",
		"orgNumber: 1e6", "orgNumber: true", `orgNumber: "123456"`, "orgNumber: 2147483648", "orgNumber: 12345678901234567890", "orgNumber: [123456]",
		"orgNumber: {a: 123456}", "orgNumber: ABCDEF", `organization: "abcdef"`, `organization: "1' OR '1'='1"`, "organization: 123456",
		`organization: "123456789012345678901"`, `orgNumber: 123456, organization: "1234567"`, `orgNumber: 123456, organization: "0123456"`,
	} {
		t.Run(arguments, func(t *testing.T) {
			s := s.in(t)
			e := s.one(s.errors(placeOrder("Firm", "totalPrice: 15000, "+arguments), nil))
			told := strings.Contains(e.Message, "rg") || strings.Contains(e.Message, "Int") || strings.Contains(e.Message, "32 bits") || strings.Contains(e.Message, "String")
			if e.Extensions.Code != string(fault.Invalid) && e.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" || !told {
				t.Errorf("%+v", e)
			}
		})
	}
	s.untouched(before)
}
