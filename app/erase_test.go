package app_test

import (
	"acme.example/webshop/app"
	"fmt"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// TestAPersonIsCorrectedHandedOverAndErased: a wrong mail address is corrected before and after the delivery is booked, all is handed
// over, and when the order has ended nothing of the person is in the database.
func TestAPersonIsCorrectedHandedOverAndErased(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine)
		typed, right := "zoe@privat.example", "zoe@private.example"
		made := s.create(realOrder("Zoë Quörnli", "email", typed, "phone", "+41 79 555 73 91", "street", "Zwiebelgässli 4711", "city", "Hinterpfupfikon"))
		s.arrives(made.OrderID, "STOCKED")
		correct := func(customer map[string]any) answer {
			return s.call("POST", s.PrivateURL+"/correctOrder", map[string]any{"orderId": made.OrderID, "customer": customer, "reason": "typing error"})
		}
		correct(map[string]any{"email": right, "address": map[string]any{"postalCode": "08340"}}).want(200)
		correct(map[string]any{"email": "nobody"}).problem(fault.Invalid)
		times := s.freeTimes("")
		slot := times[len(times)-1] // long before its cut-off
		s.call("POST", s.PrivateURL+"/bookDelivery", map[string]any{"orderId": made.OrderID, "deliveryTime": slot}).want(200)
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		s.eventually("the corrected address gets a mail", func() bool { return len(s.mails(right)) > 0 })
		correct(map[string]any{"street": "Zwiebelgässli 4713"}).want(200) // until the cut-off

		export := string(s.call("POST", s.PrivateURL+"/privacy/export", map[string]any{"email": strings.ToUpper(right)}).want(200).body)
		for _, text := range []string{"Zwiebelgässli 4711", "Zwiebelgässli 4713", typed, right, "OrderDeliverable", "08340", "correct-order"} {
			if !strings.Contains(export, text) {
				t.Errorf("what is handed over lacks %q: %s", text, export)
			}
		}
		erase := map[string]any{"email": right, "reason": "asked for"}
		if text := string(s.call("POST", s.PrivateURL+"/privacy/erase", erase).want(200).body); !strings.Contains(text, "its delivery is to come") {
			t.Errorf("an order whose van is to come: %s", text)
		}
		s.call("POST", s.PrivateURL+"/privacy/erase", map[string]any{"reason": "x"}).problem(fault.Invalid)

		gone := s.create(realOrder("Zoë Quörnli", "email", right, "street", "Zwiebelgässli 4712", "city", "Hinterpfupfikon"))
		s.arrives(gone.OrderID, "STOCKED")
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": gone.OrderID, "reason": "customer"}).want(200)
		s.arrives(gone.OrderID, "CANCELLED")
		erase = map[string]any{"orderId": gone.OrderID, "reason": "asked for"}
		s.eventually("it has ended and is erased", func() bool {
			return strings.Contains(string(s.call("POST", s.PrivateURL+"/privacy/erase", erase).want(200).body), fmt.Sprintf(`"erased":[%d]`, gone.OrderID))
		})
		if o := s.order(gone.OrderID); o.Status != "CANCELLED" || len(o.History) == 0 {
			t.Errorf("an erased order is %+v", o)
		}
		if export := string(s.call("POST", s.PrivateURL+"/privacy/export", map[string]any{"orderId": gone.OrderID}).want(200).body); strings.Contains(export, "Quörnli") ||
			strings.Contains(export, right) || strings.Contains(export, "Zwiebelgässli") || !strings.Contains(export, "OrderCancelled") {
			t.Errorf("of who is erased there is %s", export)
		}
		erased := time.Now()
		s.eventually("the audit has looked since, and found nothing", func() bool {
			var got auditReport
			s.call("GET", s.PrivateURL+"/audit", nil).want(200).into(&got)
			return got.Looked.After(erased) && len(got.Found) == 0
		})
	})
}
