package order_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/order"
)

// TestPersonalDataIsKeptAsLongAsTheRulesSay: not a moment less, from when the order was over; and what is under way for ever.
func TestPersonalDataIsKeptAsLongAsTheRulesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, int64(20*365*24*time.Hour)).Draw(t, "now")))
		before := func(name string) time.Time {
			return now.Add(-time.Duration(rapid.Int64Range(-int64(24*time.Hour), int64(3*365*24*time.Hour)).Draw(t, name)))
		}
		o := order.Order{
			ID: 1, Status: rapid.SampledFrom(order.Statuses).Draw(t, "status"), StatusAt: before("moved"), DeliveryTime: before("delivery"),
			Customer: order.Customer{Name: "Zoe"},
		}
		k := order.Keep{Days: rapid.IntRange(10, 1200).Draw(t, "days")}
		over := o.StatusAt
		if o.Status != order.Cancelled && o.DeliveryTime.After(over) {
			over = o.DeliveryTime
		}
		want := o.Final() && now.Sub(over) > time.Duration(k.Days)*24*time.Hour
		if got := o.Outlived(k, now); got != want {
			t.Fatalf("%s, over %s before now, kept for %s: erased %t", o.Status, now.Sub(over), k, got)
		}
		if o.Outlived(order.Keep{}, now) || o.WithoutPerson().Outlived(k, now) {
			t.Fatal("erased where the rules say nothing, or twice")
		}
	})
}
