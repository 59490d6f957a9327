package database

import (
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// BookingOf is an order as delivery sees it.
func BookingOf(o order.Order) delivery.Booking {
	c := o.Customer
	return delivery.Booking{
		OrderID: o.ID, Ref: o.Ref(), TestID: o.TestID, Status: string(o.Status), Market: o.Market, Name: c.Name, Email: c.Email, Phone: c.Phone,
		Street: c.Street, City: c.City, Time: o.DeliveryTime, Rules: o.Rules,
	}
}

// Bookable reports whether the order has this time already, and refuses what may not be booked.
func Bookable(o order.Order, at time.Time) (booked bool, err error) {
	switch {
	case o.DeliveryTime.Equal(at):
		return true, nil
	case !o.DeliveryTime.IsZero():
		return false, fault.New(fault.AlreadyBooked, "the order has a delivery time already: %s", delivery.Millis(o.DeliveryTime))
	case o.Status != order.Stocked:
		return false, fault.New(fault.NotReady, "the order is %s; a delivery time can be booked once it is %s", o.Status, order.Stocked)
	}
	return false, nil
}

// StockOrder is an order as stock sees it.
func StockOrder(o order.Order) stock.Order {
	placed := o.Status == order.Placed || o.Status == order.Stocked || o.Status == order.DeliveryBooked
	return stock.Order{ID: o.ID, Ref: o.Ref(), Products: o.Products, Placed: placed, Cancelled: o.Status == order.Cancelled, TestID: o.TestID}
}

// StockOrders is orders as stock sees them.
func StockOrders(orders []order.Order) (seen []stock.Order) {
	for _, o := range orders {
		seen = append(seen, StockOrder(o))
	}
	return seen
}
