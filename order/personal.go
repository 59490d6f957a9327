package order

// Personal returns what the order has for a personal property of its events (event.Complete); nil for a property that is not one.
func (o *Order) Personal(property string) any {
	switch property {
	case "name":
		return o.Customer.Name
	case "email":
		return o.Customer.Email
	case "phone":
		return o.Customer.Phone
	case "street":
		return o.Customer.Street
	case "city":
		return o.Customer.City
	case "address":
		return o.Address
	case "details":
		return o.Terms.Details
	case "receivedBy":
		return o.Tracking.ReceivedBy
	case "leftAt":
		return o.Tracking.LeftAt
	case "photo":
		return o.Tracking.Photo
	}
	return nil
}
