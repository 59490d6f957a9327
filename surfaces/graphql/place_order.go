package graphql

import (
	"context"
	"strconv"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// PlaceOrder has nullable arguments because the seed's had: its clients' queries must be valid. The rules require them.
func (m mutation) PlaceOrder(ctx context.Context, name, email, phone, street, city, customerType, market, products *string,
	totalPrice, orgNumber, testID *int32, organization, currency *string, address *event.Address, language *string,
) (*Order, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	var missing missing
	text := func(argument string, value *string) string { return given(&missing, argument, value) }
	d := order.Draft{
		Name: text("name", name), Email: text("email", email), Phone: text("phone", phone), Street: text("street", street),
		City: text("city", city), CustomerType: text("customerType", customerType), Market: text("market", market),
		Products: text("products", products), TotalPrice: int64(given(&missing, "totalPrice", totalPrice)),
		TestID: int64(orZero(testID)), Currency: money.Currency(orZero(currency)),
		Address: orZero(address), Language: orZero(language),
	}
	if err := missing.fault(); err != nil {
		return nil, err
	}
	var err error
	if d.OrgNumber, err = organizationOf(orZero(orgNumber), orZero(organization)); err != nil {
		return nil, err
	}
	o, err := m.Orders.PlaceNewOrder(ctx, d, "")
	return orderOf(o, err)
}

// organizationOf returns the organization number from either argument; 0 and "" are none.
func organizationOf(number int32, text string) (order.OrgNumber, error) {
	digits := ""
	if number != 0 {
		digits = strconv.Itoa(int(number))
	}
	if text == "" {
		return order.OrgNumber(digits), nil
	}
	if digits != "" && order.OrgNumber(digits) != order.OrgNumber(text).Plain() {
		return "", fault.InvalidField("organization", "is not the number that orgNumber is: send one of them")
	}
	return order.OrgNumber(text), nil
}

// missing lists arguments that the schema allows to omit, because the seed's did, and that the shop needs.
type missing []fault.Field

// given returns an argument's value, or records it as missing.
func given[T any](missing *missing, argument string, value *T) (v T) {
	if value == nil {
		*missing = append(*missing, fault.Field{Name: argument, Detail: "is missing"})
		return v
	}
	return *value
}

func orZero[T any](value *T) (v T) {
	if value != nil {
		v = *value
	}
	return v
}

func (m missing) fault() error {
	if len(m) == 0 {
		return nil
	}
	return fault.InvalidFields(m...)
}
