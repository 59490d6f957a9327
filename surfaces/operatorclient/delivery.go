package operatorclient

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"text/tabwriter"
	"time"
)

// window is a delivery window as the shop tells it: milliseconds since 1970.
type window struct{ From, Until string }

// DeliveryTimes prints the free delivery times of an order, in its market's zone.
func (c Client) DeliveryTimes(ctx context.Context, orderID int64) error {
	got, err := c.freeTimes(ctx, orderID)
	if err != nil {
		return err
	}
	if len(got.Windows) == 0 {
		_, err := fmt.Fprintln(c.Out, "No delivery time is free.")
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tFROM\tUNTIL\tIN")
	for _, w := range got.Windows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", w.From, clock(w.From, got.TimeZone), clock(w.Until, got.TimeZone), got.TimeZone)
	}
	return table.Flush()
}

type freeTimes struct {
	Windows      []window
	TimeZone     string
	DeliveryTime string
}

func (c Client) freeTimes(ctx context.Context, orderID int64) (got freeTimes, err error) {
	err = c.get(ctx, fmt.Sprintf("/deliveryTimes?orderId=%d", orderID), &got)
	return got, err
}

// clock writes a time in milliseconds since 1970 on a zone's clock, or on UTC's where the zone is not known here; "" for none.
func clock(ms, zone string) string {
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return ""
	}
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	return time.UnixMilli(n).In(in).Format("Mon 2006-01-02 15:04")
}

// BookDelivery books a time for an order's delivery, or changes the one that is booked.
func (c Client) BookDelivery(ctx context.Context, orderID int64, at string) error {
	times, err := c.freeTimes(ctx, orderID)
	if err != nil {
		return err
	}
	path := "/bookDelivery"
	if times.DeliveryTime != "" {
		path = "/moveDelivery"
	}
	var got struct{ DeliveryTime string }
	if err := c.call(ctx, http.MethodPost, path, map[string]any{"orderId": orderID, "deliveryTime": at}, &got); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "The delivery of order %d is booked for %s in %s.\n", orderID, clock(got.DeliveryTime, times.TimeZone), times.TimeZone)
	return err
}

// CancelOrder cancels an order.
func (c Client) CancelOrder(ctx context.Context, orderID int64, reason string) error {
	var got struct{ OrderStatus string }
	if err := c.call(ctx, http.MethodPost, "/cancelOrder", map[string]any{"orderId": orderID, "reason": reason}, &got); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "Order %d is %s.\n", orderID, got.OrderStatus)
	return err
}

// DeliveryReport is what became of a delivery.
type DeliveryReport struct {
	OrderID        int64  `json:"orderId"`
	Status         string `json:"status"`
	TrackingNumber string `json:"trackingNumber,omitempty"`
	ReceivedBy     string `json:"receivedBy,omitempty"`
	LeftAt         string `json:"leftAt,omitempty"`
	Reason         string `json:"reason,omitempty"`
}

// ReportDelivery says what became of a delivery.
func (c Client) ReportDelivery(ctx context.Context, r DeliveryReport) error {
	if err := c.call(ctx, http.MethodPost, "/reportDelivery", r, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "Order %d is %s.\n", r.OrderID, r.Status)
	return err
}
