package database

import (
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// StockOrder is an order as stock sees it.
func StockOrder(o order.Order) stock.Order {
	placed := o.Status == order.Placed || o.Status == order.Stocked || o.Status == order.DeliveryBooked
	return stock.Order{ID: o.ID, Products: o.Products, Placed: placed, Cancelled: o.Status == order.Cancelled, TestID: o.TestID}
}
