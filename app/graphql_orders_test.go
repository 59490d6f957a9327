package app_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// TestErrorsOfGraphQLTellCodeAndFields, as the problems of REST do.
func TestErrorsOfGraphQLTellCodeAndFields(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	bad := s.one(s.errors(strings.Replace(placeOrder(" ", `totalPrice: 1, organization: "x"`), "ann@example.com", "ann", 1), nil))
	named := map[string]bool{}
	for _, f := range bad.Extensions.Errors {
		if named[f.Name] = true; f.Detail == "" || !strings.Contains(bad.Message, f.Name+": "+f.Detail) {
			t.Errorf("field %+v is not in %q", f, bad.Message)
		}
	}
	if diff := cmp.Diff(map[string]bool{"name": true, "email": true, "orgNumber": true, "totalPrice": true}, named); diff != "" {
		t.Error(diff)
	}
	if bad.Extensions.Code != string(fault.Invalid) || bad.Extensions.Status != 400 {
		t.Errorf("extensions %+v", bad.Extensions)
	}
	missing := s.one(s.errors(`{ deadLetter(receipt: {eventId: "0190", subscriber: "email.OrderCreated"}) { attempts } }`, nil))
	if missing.Extensions.Code != string(fault.NotFound) || missing.Extensions.Status != 404 || cmp.Diff([]any{"deadLetter"}, missing.Path) != "" {
		t.Errorf("%+v", missing)
	}
	s.untouched(before)
}

// TestOneErrorLeavesTheOthersAnswers: a request may name several orders.
func TestOneErrorLeavesTheOthersAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Here"))
	s.arrives(made.OrderID, "STOCKED")
	var got struct {
		Data   struct{ Here, Gone *order }
		Errors []graphqlError
	}
	query := fmt.Sprintf(`mutation($id: Int!) { here: updateOrderStatus(id: %d, status: STOCKED) { customerName }
		gone: updateOrderStatus(id: $id, status: STOCKED) { customerName } }`, made.OrderID)
	s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query, "variables": map[string]any{"id": 4711}}).want(200).into(&got)
	if got.Data.Here == nil || got.Data.Here.CustomerName != "Here" || got.Data.Gone != nil || len(got.Errors) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestInjectionByGraphQL: literals and variables are values, whatever they look like.
func TestInjectionByGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	victim := s.create(realOrder("Victim", "testId", 9))
	before := s.arrives(victim.OrderID, "DELIVERY_BOOKED")
	customers := 0
	for name, text := range asTyped {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			var byLiteral, byVariable struct{ PlaceOrder order }
			quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
			customers++ // each is another one, so that none has too many orders
			own := strings.NewReplacer("ann@", fmt.Sprintf("ann.%d@", customers), "Thisway 1", fmt.Sprint("Thisway ", customers))
			byName := func(organization int) string {
				return own.Replace(placeOrder("NAME", fmt.Sprintf("totalPrice: 15000, orgNumber: %d", organization+customers)))
			}
			s.graphql(strings.Replace(byName(123456), "NAME", quoted, 1), &byLiteral)
			query := strings.Replace(byName(654321), `"NAME"`, "$name", 1)
			body := map[string]any{"query": strings.Replace(query, "mutation", "mutation($name: String)", 1), "variables": map[string]any{"name": text}}
			s.call("POST", s.PrivateURL+"/database", body).want(200).into(&struct{ Data any }{&byVariable})
			for _, o := range []order{byLiteral.PlaceOrder, byVariable.PlaceOrder} {
				if o.CustomerName != text || s.order(o.OrderID).CustomerName != text {
					t.Errorf("the name %q is %q", text, o.CustomerName)
				}
			}
		})
	}
	for _, deliveryTime := range []string{"1' OR '1'='1", "1; UPDATE orders SET status='CANCELLED'", "1000 }) }"} {
		query := "mutation($d: DeliveryDataInput!) { addDeliveryDataToOrder(deliveryData: $d) }"
		e := s.one(s.errors(query, map[string]any{"d": map[string]any{"orderId": victim.OrderID, "deliveryTime": deliveryTime}}))
		if e.Extensions.Code != string(fault.Invalid) {
			t.Errorf("%+v", e)
		}
	}
	if diff := cmp.Diff(before, s.order(victim.OrderID)); diff != "" {
		t.Errorf("the other order has changed: %s", diff)
	}
}

// TestMutationsAreNotForGET: a link must change nothing.
func TestMutationsAreNotForGET(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Safe"))
	before := s.arrives(made.OrderID, "STOCKED")
	a := s.call("GET", s.PrivateURL+"/database?query=mutation%7BupdateOrderStatus(id:1,status:CANCELLED)%7BorderId%7D%7D", nil)
	if a.status < 400 || a.status >= 500 {
		t.Errorf("answered %d: %s", a.status, a.body)
	}
	s.call("GET", s.PrivateURL+"/database?query=%7BgetOrder(id:1)%7BorderId%7D%7D", nil).want(200)
	if diff := cmp.Diff(before, s.order(made.OrderID)); diff != "" {
		t.Errorf("the order has changed: %s", diff)
	}
}

// TestInternalErrorsAreNotTold: a table is missing. Callers get an internal error without details; the log has the cause.
func TestInternalErrorsAreNotTold(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t, trusting(t, "123456"))
	made := s.create(realOrder("Lost", "customerType", "B2B", "orgNumber", 123456))
	s.arrives(made.OrderID, "STOCKED")
	rename := func(from, to string) {
		s.write(func(db *sql.DB) {
			if _, err := db.ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
				t.Fatal(err)
			}
		})
	}
	rename("orders", "gone")
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Broken")).refuses(fault.Internal)
	s.call("POST", s.PrivateURL+"/stock", `{"orderId":1}`).refuses(fault.Internal)
	for _, query := range []string{"{ getOrder(id: 1) { orderId } }", "{ getAllTestOrders(testId: 1) { orderId } }", "mutation { updateOrderStatus(id: 1, status: CANCELLED) { orderId } }"} {
		if e := s.one(s.errors(query, nil)); e.Extensions.Code != string(fault.Internal) || e.Extensions.Status != 500 {
			t.Errorf("%+v", e)
		}
	}
	if !strings.Contains(log.String(), "no such table") {
		t.Errorf("the log does not tell the cause:\n%s", log)
	}
	rename("gone", "orders")
	s.create(realOrder("Mended"))
}

// TestTheSchemaTellsAll: each type, field, argument and value has a description, and the old query is marked as
// deprecated.
func TestTheSchemaTellsAll(t *testing.T) {
	t.Parallel()
	s := start(t)
	type named struct {
		Name, Description, DeprecationReason string
		IsDeprecated                         bool
		Args                                 []struct{ Name, Description string }
	}
	var got struct {
		Schema struct {
			Description string
			Types       []struct {
				Name, Description               string
				Fields, InputFields, EnumValues []named
			}
		} `json:"__schema"`
	}
	s.graphql(`{ __schema { description types { name description
		fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { name description } }
		inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }`, &got)
	told, deprecated := 0, 0
	describe := func(what, description string) {
		if told++; strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", what)
		}
	}
	describe("the schema", got.Schema.Description)
	for _, typ := range got.Schema.Types {
		describe(typ.Name, typ.Description)
		if strings.HasPrefix(typ.Name, "__") {
			continue // GraphQL's own
		}
		for _, f := range append(append(typ.Fields, typ.InputFields...), typ.EnumValues...) {
			describe(typ.Name+"."+f.Name, f.Description)
			for _, a := range f.Args {
				describe(typ.Name+"."+f.Name+"."+a.Name, a.Description)
			}
			if f.IsDeprecated {
				deprecated++
				if f.Name != "getOrderLegacy" || !strings.Contains(f.DeprecationReason, "getOrder") {
					t.Errorf("%s is deprecated: %s", f.Name, f.DeprecationReason)
				}
			}
		}
	}
	if deprecated != 1 || told < 70 {
		t.Errorf("%d deprecated fields, %d descriptions", deprecated, told)
	}
}

// TestToolsCanReadTheSchema with the query that GraphiQL and code generators send.
func TestToolsCanReadTheSchema(t *testing.T) {
	t.Parallel()
	s := start(t)
	var got struct {
		Schema struct{ QueryType, MutationType struct{ Name string } } `json:"__schema"`
	}
	s.graphql(`query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
		types { ...FullType } directives { name description locations args { ...InputValue } } } }
		fragment FullType on __Type { kind name description specifiedByURL fields(includeDeprecated: true) { name description args { ...InputValue }
			type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef }
			enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
		fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
		fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
			ofType { kind name ofType { kind name ofType { kind name } } } } } } } }`, &got)
	if got.Schema.QueryType.Name != "Query" || got.Schema.MutationType.Name != "Mutation" {
		t.Errorf("%+v", got)
	}
}
