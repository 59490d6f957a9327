package graphql

import (
	"math"
	"strconv"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// orderOf converts an order to the schema's type.
func orderOf(o order.Order, err error) (*Order, error) {
	if err != nil {
		return nil, err
	}
	if o.ID == 0 {
		return nil, fault.New(fault.NotFound, "there is no such order")
	}
	shown := present(o)
	return &shown, nil
}

func present(o order.Order) Order {
	shown := Order{
		OrderID: new(int32(o.ID)), Ref: new(string(o.Ref())), CustomerName: &o.Customer.Name, CustomerEmail: &o.Customer.Email,
		CustomerPhone: &o.Customer.Phone, CustomerStreet: &o.Customer.Street, CustomerCity: &o.Customer.City,
		CustomerType: &o.CustomerType, CustomerMarket: &o.Market, OrderedProducts: new(o.Products.String()),
		TotalPrice: intOf(o.CatalogTotal()), Status: new(string(o.Status)), TestID: new(int32(o.TestID)),
		OrgNumber: orgNumberOf(o), Organization: &o.OrgNumber, Amount: intOf(o.Total.Minor), Currency: new(string(o.Total.Currency)),
		ExchangeRate: &o.Rate, CreatedAt: new(millis(o.CreatedAt)), StatusAt: new(millis(o.StatusAt)),
		CancelReason: &o.CancelReason, PaymentReference: &o.PaymentReference, RefundReference: &o.RefundReference,
		Language: &o.Language, Rules: &o.Rules, Terms: &o.Terms, Reviews: append([]order.Review{}, o.Reviews...),
	}
	shown.Payments, shown.Refunds = append([]order.Payment{}, o.ByNumber()...), append([]order.Refund{}, o.GivenBack()...)
	shown.Complaints, shown.Mails = append([]order.Complaint{}, o.Complaints...), append([]order.Mail{}, o.Mails...)
	if o.Address != (order.Address{}) {
		shown.Address = &o.Address
	}
	if until := millis(o.PayUntil); until != "" {
		shown.PayUntil = &until
	}
	if o.Tracking != (order.Tracking{}) {
		shown.Tracking = &o.Tracking
	}
	if booked := millis(o.DeliveryTime); booked != "" {
		shown.DeliveryTime, shown.DeliveryDate = &booked, &DeliveryData{DeliveryDate: booked}
	}
	return shown
}

// orgNumberOf returns an order's organization number as an Int: 0 for none, nil if an Int cannot hold all digits.
func orgNumberOf(o order.Order) *int32 {
	if o.OrgNumber == "" {
		return new(int32(0))
	}
	n, err := strconv.ParseInt(o.OrgNumber, 10, 32)
	if err != nil || strconv.FormatInt(n, 10) != o.OrgNumber {
		return nil
	}
	return new(int32(n))
}

// intOf returns a price as an Int, or nil if an Int cannot hold it: an order's own currency may have smaller units than
// the catalog's.
func intOf(price int64) *int32 {
	if price > math.MaxInt32 {
		return nil
	}
	return new(int32(price))
}

func millis(t time.Time) string { return delivery.Millis(t) }
