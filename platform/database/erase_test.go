package database_test

import (
	"reflect"
	"slices"
	"testing"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/storetest"
)

// impersonal are the columns of an order that erasing leaves as they are: they tell nothing of a person, or the books, the partners'
// accounts and the counts need them.
var impersonal = []string{
	"order_id", "status", "final", "status_at", "created_at", "customer_type", "market", "org_number", "products", "total_price", "currency", "rate",
	"test_id", "payment_provider", "payment_reference", "delivery_time", "cancel_reason", "refund_reference", "rules", "unique_part", "payments",
	"pay_until", "refunds", "unsettled", "disputed", "language", "keys_from", "delivery_until", "delivery_moves", "delivery_zone", "complains_since", "bounced_since",
}

// TestEachPersonalColumnIsErased: whoever adds a column to the orders erases it (order.Order.WithoutPerson), or says here that it is not
// personal.
func TestEachPersonalColumnIsErased(t *testing.T) {
	var o order.Order
	storetest.Fill(&o, map[string]any{"Currency": "USD", "Status": order.DeliveryBooked})
	o.Payments[1].State = "paid"
	erased := o.WithoutPerson()
	for _, c := range database.Orders.Columns {
		same := reflect.DeepEqual(valueOf(t, c.Field(&o)), valueOf(t, c.Field(&erased)))
		if same != slices.Contains(impersonal, c.Name) {
			t.Errorf("orders.%s: erasing it leaves it as it is: %t", c.Name, same)
		}
	}
	if len(erased.Terms.Details) != 0 || erased.Terms.Lines == nil {
		t.Errorf("the terms are %+v", erased.Terms)
	}
	for _, r := range erased.Reviews {
		if r.Note+r.FirstNote != "" {
			t.Errorf("a review keeps %q", r.Note)
		}
	}
}

func valueOf(t *testing.T, field any) any {
	t.Helper()
	if s, is := field.(database.Stored); is {
		v, err := s.Value()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return reflect.ValueOf(field).Elem().Interface()
}
