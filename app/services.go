package app

import (
	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/stock"
)

// Services are the services of a shop, for callers that wire them differently from Start (package simulation).
type Services struct {
	Orders   *order.Service
	Fraud    *fraud.Service
	Approval *approval.Service
	Delivery *delivery.Service
	Stock    *stock.Service
	Finance  *finance.Service
	Email    *email.Service
}

// Handlers returns the handlers of all subscriptions, as in a running shop.
func (s Services) Handlers() map[string]bus.Handler {
	wired := &system{orders: s.Orders, fraud: s.Fraud, approval: s.Approval, delivery: s.Delivery, stock: s.Stock, finance: s.Finance, email: s.Email}
	return handlers(wired.table())
}
