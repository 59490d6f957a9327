package partner_test

import (
	"encoding/json"
	"testing"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner/simulator"
)

// bookings are the partners with one operation, which they can refuse.
var bookings = map[string]string{"Consign": simulator.Carrier, "Record": simulator.Bookkeeping}

func TestABookingIsMadeOnce(t *testing.T) {
	for call, name := range bookings {
		both(t, func(t *testing.T, w *world) {
			for range 2 {
				if err := calls(w.route(name))[call](t.Context(), false); err != nil {
					t.Errorf("%s: %v", call, err)
				}
			}
			if n := len(w.records(name)); n != 1 {
				t.Errorf("%s has %d records, want 1", name, n)
			}
		})
	}
}

func TestARefusedBookingCanSucceedLater(t *testing.T) {
	for call, name := range bookings {
		both(t, func(t *testing.T, w *world) {
			w.turn(name, `{"refuseRate":1}`)
			wantCode(t, call, calls(w.route(name))[call](t.Context(), false), fault.Refused)
			if n := len(w.records(name)); n != 0 {
				t.Errorf("%s has %d records of what it refused", name, n)
			}
			w.turn(name, `{}`)
			if err := calls(w.route(name))[call](t.Context(), false); err != nil {
				t.Errorf("%s after the refusal: %v", call, err)
			}
		})
	}
}

func TestTheBookingArrivesAsItWasSent(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for call, name := range bookings {
			if err := calls(w.route(name))[call](t.Context(), false); err != nil {
				t.Fatal(err)
			}
		}
		wantRequest(t, w, simulator.Bookkeeping, map[string]any{"orderId": 7.0, "amount": 15000.0, "currency": "USD"})
		wantRequest(t, w, simulator.Carrier, map[string]any{
			"orderId": 7.0, "name": `Zoë "Zed" 🌱`, "street": "1 Main St", "city": "Springfield", "market": "US",
			"time": "2026-12-01T09:00:00Z",
		})
	})
}

func wantRequest(t *testing.T, w *world, name string, want map[string]any) {
	t.Helper()
	records := w.records(name)
	if len(records) != 1 {
		t.Fatalf("%s has %d records, want 1", name, len(records))
	}
	var got map[string]any
	if err := json.Unmarshal(records[0].Request, &got); err != nil {
		t.Fatal(err)
	}
	for field, value := range want {
		if got[field] != value {
			t.Errorf("%s got %s = %v, want %v", name, field, got[field], value)
		}
	}
}
