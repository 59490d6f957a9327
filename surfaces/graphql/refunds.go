package graphql

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

func (m mutation) RefundOrder(ctx context.Context, orderID int64, amount *int64, currency *string, lines []event.Item, reason string, key *string) (*order.Refund, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	w := order.RefundWish{OrderID: orderID, Products: lines, Reason: reason, By: m.Orders.WhoAsks(ctx)}
	if amount != nil {
		w.Amount.Minor = *amount
	}
	if currency != nil {
		w.Amount.Currency = money.Currency(*currency)
	}
	if key != nil {
		w.Key = *key
	}
	_, r, err := m.Orders.Refund(ctx, w)
	return &r, err
}

func (m mutation) ApproveRefund(ctx context.Context, orderID int64, number int32) (*order.Refund, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	_, r, err := m.Orders.ApproveRefund(ctx, orderID, int(number), m.Orders.WhoAsks(ctx))
	return &r, err
}

func (m mutation) RefuseRefund(ctx context.Context, orderID int64, number int32, reason string) (*order.Refund, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	_, r, err := m.Orders.RefuseRefund(ctx, orderID, int(number), m.Orders.WhoAsks(ctx), reason)
	return &r, err
}
