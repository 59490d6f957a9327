package event

// Line is one line of a priced order. All amounts are in minor units of the order's currency.
type Line struct {
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
	UnitPrice int64  `json:"unitPrice"`
	Gift      bool   `json:"gift,omitempty"`
	Off       []Off  `json:"off,omitempty"`
	Tax       int64  `json:"tax,omitempty"`
	Total     int64  `json:"total"`
}

// Off is what an offer takes off a line.
type Off struct {
	Offer  string `json:"offer"`
	Amount int64  `json:"amount"`
}

// Tax is one tax of an order.
type Tax struct {
	Name     string `json:"name"`
	Rate     string `json:"rate"`
	Included bool   `json:"included"`
	Amount   int64  `json:"amount"`
}
