package database

import (
	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// BookingOf returns an order as delivery sees it.
func BookingOf(o order.Order) delivery.Booking {
	c := o.Customer
	return delivery.Booking{
		OrderID: o.ID, Ref: o.Ref(), TestID: o.TestID, Status: string(o.Status), Market: o.Market, Name: c.Name, Email: c.Email, Phone: c.Phone,
		Street: c.Street, City: c.City, Time: o.DeliveryTime, Until: o.DeliveryUntil, Zone: o.DeliveryZone, Moves: o.DeliveryMoves,
		Tracked: o.Tracked(), Elsewhere: !o.DeliveryTime.IsZero() && !o.BookedHere(), Rules: o.Rules, Address: o.Address, Language: o.Language, KeysFrom: o.KeysFrom,
	}
}

// StockOrder returns an order as stock sees it.
func StockOrder(o order.Order) stock.Order {
	return stock.Order{ID: o.ID, Ref: o.Ref(), Products: o.Products, Placed: o.Status.Reached(order.Placed), Cancelled: o.Status == order.Cancelled, TestID: o.TestID}
}

// StockOrders returns orders as stock sees them.
func StockOrders(orders []order.Order) (seen []stock.Order) {
	for _, o := range orders {
		seen = append(seen, StockOrder(o))
	}
	return seen
}
