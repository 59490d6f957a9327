package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/operatorclient"
)

const carrierSecret = "what the delivery company signs with"

// tracking configures a shop whose delivery company reports.
func tracking(t *testing.T) func(*app.Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	text := strings.Replace(trusted(string(app.DefaultShopFile), "123456"), "capacity: 20,", "capacity: 20, tracked: true,", 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile, c.CarrierSecret = file, []app.Secret{carrierSecret} }
}

// sent makes an order of a market, and books its delivery.
func (s *shop) sent(name, market string) order {
	s.Helper()
	made := s.create(realOrder(name, "market", market, "email", name+"@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails(name + "@example.com")))
	return s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// said is a message of the delivery company about an order.
func (o order) said(what string, at time.Time, more string) string {
	return fmt.Sprintf(`{"type":"delivery.%s","data":{"orderId":%d,"key":"delivery:%s","at":%q%s}}`, what, o.OrderID, o.Ref, at.Format(time.RFC3339Nano), more)
}

// TestWhatTheCarrierReports moves the order, once, whoever repeats it; the customer reads it, and the audit finds it right.
func TestWhatTheCarrierReports(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, tracking(t), engine)
		o, begun := s.sent("tracked", "US"), time.Now()
		reports := func(body string) answer {
			return s.call("POST", s.PublicURL+"/callbacks/carrier", body, signed(t, carrierSecret, body)...)
		}
		out := o.said("started", begun.Add(time.Millisecond), `,"trackingNumber":"VAN-71"`)
		for range 2 {
			reports(out).want(http.StatusNoContent)
		}
		s.arrives(o.OrderID, "OUT_FOR_DELIVERY")
		failed := o.said("failed", begun.Add(2*time.Millisecond), `,"reason":"no one in"`)
		reports(failed).want(http.StatusNoContent)
		reports(out).want(http.StatusNoContent) // late
		s.arrives(o.OrderID, "DELIVERY_FAILED")
		times := s.freeTimes(s.deliveryKey(s.mails("tracked@example.com")))
		s.call("POST", s.PrivateURL+"/moveDelivery", map[string]any{"orderId": o.OrderID, "deliveryTime": times[len(times)-1]}).want(200)
		reports(failed).want(http.StatusNoContent) // about the first try
		s.arrives(o.OrderID, "DELIVERY_BOOKED")
		bad := o.said("done", begun, `,"leftAt":"see https://bad.example"`)
		if p := reports(bad).refuses(fault.Invalid); len(p.Errors) != 1 || p.Errors[0].Name != "leftAt" {
			t.Errorf("%+v", p)
		}
		s.call("POST", s.PublicURL+"/callbacks/carrier", out, signed(t, "another secret of enough bytes", out)...).refuses(fault.Unauthorized)
		reports(strings.Replace(out, string(o.Ref), "1-another", 1)).refuses(fault.NotFound)
		reports(o.said("done", begun.Add(3*time.Millisecond), `,"receivedBy":"Zoë","leftAt":"reception","photo":"https://van.example/1.jpg"`)).want(http.StatusNoContent)
		done := s.arrives(o.OrderID, "DELIVERED")
		done.wantTypes(t, append(o.types(), "DeliveryStarted", "DeliveryFailed", "DeliveryRescheduled", "Delivered")...)
		mails := s.mails("tracked@example.com")
		for i, says := range []string{"is delivered", "new delivery time", "could not deliver", "is out for delivery"} {
			if !strings.Contains(mails[i].Subject, says) {
				t.Errorf("mail %d does not say that it %s, but %q", i, says, mails[i].Subject)
			}
		}
		if last := mails[0].Text; !strings.Contains(last, "Zoë") || !strings.Contains(last, "reception") || !strings.Contains(last, "VAN-71") {
			t.Errorf("the last mail: %s", last)
		}
		clean(t, s.audited())
	})
}

// TestAnOperatorReports in the carrier's place. What is not tracked ends where the seed's orders end.
func TestAnOperatorReports(t *testing.T) {
	t.Parallel()
	s := start(t, tracking(t))
	o, silent := s.sent("phoned", "US"), s.sent("silent", "MX")
	report := func(id int64, status string) answer {
		return s.call("POST", s.PrivateURL+"/reportDelivery", map[string]any{"orderId": id, "status": status, "receivedBy": "Ann"})
	}
	report(o.OrderID, "STOCKED").refuses(fault.Invalid)
	report(silent.OrderID, "DELIVERED").refuses(fault.Conflict)
	report(o.OrderID, "DELIVERED").want(200)
	done := s.arrives(o.OrderID, "DELIVERED")
	if e := done.History[len(done.History)-1]; e.Type != "Delivered" || !strings.Contains(e.Data, `"by":"local"`) || !strings.Contains(e.Data, "Ann") {
		t.Errorf("%+v", e)
	}
	late := silent.said("done", time.Now(), "")
	s.call("POST", s.PublicURL+"/callbacks/carrier", late, signed(t, carrierSecret, late)...).want(http.StatusNoContent)
	s.arrives(silent.OrderID, "DELIVERY_BOOKED").wantTypes(t, silent.types()...)
	clean(t, s.audited())
}

// TestAFailedDeliveryIsCancelledAndPaidBack, by its customer and by support; the customer's page lists each try.
func TestAFailedDeliveryIsCancelledAndPaidBack(t *testing.T) {
	t.Parallel()
	s := start(t, tracking(t))
	made := s.create(realOrder("mine", "email", "mine@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails("mine@example.com")))
	mine, theirs, key := s.arrives(made.OrderID, "DELIVERY_BOOKED"), s.sent("theirs", "US"), trackingKey(made)
	report := func(id int64, status string) {
		t.Helper()
		s.call("POST", s.PrivateURL+"/reportDelivery", map[string]any{"orderId": id, "status": status, "reason": "no one in"}).want(200)
	}
	for _, o := range []order{mine, theirs} {
		for range 2 {
			report(o.OrderID, "OUT_FOR_DELIVERY")
			report(o.OrderID, "DELIVERY_FAILED")
		}
	}
	var seen struct {
		Cancellable bool
		Steps       []struct{ Event, Time string }
	}
	s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200).into(&seen)
	tries := 0
	for _, step := range seen.Steps {
		if step.Event == "DeliveryFailed" {
			tries++
		}
	}
	if !seen.Cancellable || tries != 2 {
		t.Errorf("the customer sees %+v", seen)
	}
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": key}).want(200)
	s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": theirs.OrderID}).want(200)
	for _, o := range []order{mine, theirs} {
		s.arrives(o.OrderID, "CANCELLED")
		s.eventually("its money is back", func() bool { return strings.Contains(strings.Join(s.ledger(o.OrderID), " "), "refund") })
	}
	late := mine.said("done", time.Now(), "")
	s.call("POST", s.PublicURL+"/callbacks/carrier", late, signed(t, carrierSecret, late)...).want(http.StatusNoContent)
	s.arrives(mine.OrderID, "CANCELLED")
	s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "revenue USD": -60000, "refunds USD": 60000})
	clean(t, s.audited())
}

// TestADeliveryFromTheCommandLine: free times are listed, one is booked and changed, what became of it is reported, and the order is
// cancelled.
func TestADeliveryFromTheCommandLine(t *testing.T) {
	t.Parallel()
	s := start(t, tracking(t))
	made := s.create(realOrder("Caller"))
	s.arrives(made.OrderID, "STOCKED")
	var out strings.Builder
	client := operatorclient.Client{URL: s.PrivateURL, Token: func() (string, error) { return "", nil }, Out: &out}
	says := func(err error, want string) string {
		t.Helper()
		text := out.String()
		out.Reset()
		if err != nil || !strings.Contains(text, want) {
			t.Fatalf("it says %q, not %q: %v", text, want, err)
		}
		return text
	}
	times := strings.Split(strings.TrimSpace(says(client.DeliveryTimes(t.Context(), made.OrderID), "America/New_York")), "\n")
	first := strings.Fields(times[len(times)/2])[0] // late enough to be changed, at any time of day
	says(client.BookDelivery(t.Context(), made.OrderID, first), "is booked for")
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	rest := strings.Split(strings.TrimSpace(says(client.DeliveryTimes(t.Context(), made.OrderID), "America/New_York")), "\n")
	last := strings.Fields(rest[len(rest)-1])[0]
	says(client.BookDelivery(t.Context(), made.OrderID, last), "is booked for")
	if o := s.order(made.OrderID); o.DeliveryTime != last || last == first {
		t.Errorf("the delivery is at %s, not at %s", o.DeliveryTime, last)
	}
	says(client.ReportDelivery(t.Context(), operatorclient.DeliveryReport{OrderID: made.OrderID, Status: "DELIVERY_FAILED", Reason: "no one in"}), "is DELIVERY_FAILED")
	says(client.CancelOrder(t.Context(), made.OrderID, "customer"), "is CANCELLED")
	if err := client.BookDelivery(t.Context(), made.OrderID, last); err == nil {
		t.Error("a cancelled order is booked")
	}
}
