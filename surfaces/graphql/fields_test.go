package graphql

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/storetest"
)

// notShown are the fields of an order that GraphQL's Order lacks, and why.
var notShown = map[string]string{
	"PaymentProvider": "its name is the shop's own business; the console shows it from the store",
	"DeliveryUntil":   "/trackOrder and the events have it",
	"DeliveryMoves":   "the history has each change",
	"DeliveryZone":    "it counts the room of slots",
	"KeysFrom":        "it concerns the customer's links only, which the console renews",
}

// TestEveryFieldOfAnOrderIsShown, or is listed in notShown.
func TestEveryFieldOfAnOrderIsShown(t *testing.T) {
	var full order.Order
	storetest.Fill(&full, map[string]any{"Status": order.Stocked, "Currency": "USD", "Rate": "20", "OrgNumber": "123456"})
	each(reflect.TypeFor[order.Order](), "", nil, func(name string, index []int) {
		without := full
		reflect.ValueOf(&without).Elem().FieldByIndex(index).SetZero()
		shown := !reflect.DeepEqual(asJSON(t, full), asJSON(t, without))
		switch _, listed := notShown[name]; {
		case !shown && !listed:
			t.Errorf("order.Order.%s is not in the GraphQL type Order: add it in surfaces/graphql/schema.graphql and present, or say in notShown why not", name)
		case shown && listed:
			t.Errorf("order.Order.%s is shown; take it off the list", name)
		}
	})
}

// each visits the fields of a struct, including nested ones.
func each(of reflect.Type, prefix string, at []int, visit func(name string, index []int)) {
	for i := range of.NumField() {
		field, index := of.Field(i), append(at[:len(at):len(at)], i)
		if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[time.Time]() {
			each(field.Type, prefix+field.Name+".", index, visit)
			continue
		}
		visit(prefix+field.Name, index)
	}
}

func asJSON(t *testing.T, o order.Order) string {
	t.Helper()
	text, err := json.Marshal(present(o))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
