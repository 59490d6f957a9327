package order_test

import (
	"reflect"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/storetest"
)

// TestEventsTellAllThatTheyCan: of an order with all fields, no event has an empty one.
func TestEventsTellAllThatTheyCan(t *testing.T) {
	for _, status := range order.Statuses {
		var o order.Order
		storetest.Fill(&o, map[string]any{"Status": status, "CancelReason": order.NotConfirmed})
		told := o.Arrived()
		if status == order.Placed {
			told = append(told, o.ImportEvent())
		}
		for _, e := range told {
			tellsAll(t, e)
		}
	}
}

// numbered has both forms of the organization number, of which an event has the one that fits.
func numbered(e event.OrderCreated) event.Event {
	e.OrgNumber, e.TaxID = e.OrgNumber+e.TaxID, e.OrgNumber+e.TaxID
	return e
}

func tellsAll(t *testing.T, e event.Event) {
	t.Helper()
	if created, ok := e.(event.OrderCreated); ok {
		e = numbered(created)
	}
	v := reflect.ValueOf(e)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s does not tell its %s", e.EventType(), v.Type().Field(i).Name)
		}
	}
}
