package main

import (
	"context"

	"acme.example/webshop/surfaces/operatorclient"
)

// deliveryCommand changes an order's delivery, and says what became of it.
type deliveryCommand struct {
	Times  deliveryTimesCommand  `cmd:"" help:"List the free times of an order."`
	Book   deliveryBookCommand   `cmd:"" help:"Book a time, or change the one that is booked."`
	Cancel deliveryCancelCommand `cmd:"" help:"Call the delivery off with its order, and give the money back."`
	Report deliveryReportCommand `cmd:"" help:"Say what became of a delivery, in the delivery company's place."`
}

type deliveryTimesCommand struct {
	Order int64 `arg:"" help:"The order's number."`

	privateFlags `embed:""`
}

func (c *deliveryTimesCommand) Run(ctx context.Context) error {
	return c.client().DeliveryTimes(ctx, c.Order)
}

type deliveryBookCommand struct {
	Order int64  `arg:"" help:"The order's number."`
	Time  string `arg:"" help:"One of the free times, as webshop delivery times prints it first: milliseconds since 1970."`

	privateFlags `embed:""`
}

// Help is shown by webshop delivery book -h.
func (deliveryBookCommand) Help() string {
	return `A time that was booked before becomes free, the delivery company is told, and the customer gets a mail.`
}

func (c *deliveryBookCommand) Run(ctx context.Context) error {
	return c.client().BookDelivery(ctx, c.Order, c.Time)
}

type deliveryCancelCommand struct {
	Order  int64  `arg:"" help:"The order's number."`
	Reason string `help:"Why; the customer is told." enum:"customer,operator,out-of-stock,organization-unverified" default:"customer"`

	privateFlags `embed:""`
}

func (c *deliveryCancelCommand) Run(ctx context.Context) error {
	return c.client().CancelOrder(ctx, c.Order, c.Reason)
}

type deliveryReportCommand struct {
	Order  int64  `arg:"" help:"The order's number."`
	Status string `arg:"" help:"What became of it: ${enum}." enum:"OUT_FOR_DELIVERY,DELIVERED,DELIVERY_FAILED"`

	TrackingNumber string `help:"The delivery company's number for it."`
	ReceivedBy     string `help:"Who took it."`
	LeftAt         string `help:"Where it was left."`
	Reason         string `help:"Why it could not be delivered; the customer reads it."`

	privateFlags `embed:""`
}

func (c *deliveryReportCommand) Run(ctx context.Context) error {
	return c.client().ReportDelivery(ctx, operatorclient.DeliveryReport{
		OrderID: c.Order, Status: c.Status, TrackingNumber: c.TrackingNumber, ReceivedBy: c.ReceivedBy, LeftAt: c.LeftAt, Reason: c.Reason,
	})
}
