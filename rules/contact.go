package rules

import "acme.example/webshop/order"

type contactEntry struct {
	Email string `json:"email" jsonschema:"Where customers write to; answers to the shop's mails go there"`
	Phone string `json:"phone,omitempty" jsonschema:"Which number they call"`
}

func (e *contactEntry) contact() order.Contact {
	if e == nil {
		return order.Contact{}
	}
	return order.Contact{Email: e.Email, Phone: e.Phone}
}

func contactLimits() map[string]limit {
	return map[string]limit{
		"markets.*.contact.email": pattern(`^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,185}$`, "must be a mail address such as help@shop.example"),
		"markets.*.contact.phone": pattern(`^\+?[0-9][0-9 ()./-]{4,30}$`, "must be a telephone number such as +1 212 555 0100"),
	}
}
