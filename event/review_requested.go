package event

// ReviewRequested says that an order waits for reviews before it is put into the order book: for an answer about each of
// its steps. It is stated when the order becomes IN_REVIEW.
type ReviewRequested struct {
	OrderID      int64    `json:"orderId" jsonschema:"minimum=1,maximum=2147483647"`
	Steps        []string `json:"steps" jsonschema:"minItems=1"` // who reviews it, e.g. fraud
	Name         string   `json:"name" jsonschema:"minLength=1"`
	Email        string   `json:"email" jsonschema:"minLength=1"`
	CustomerType string   `json:"customerType" jsonschema:"minLength=1"`
	Market       string   `json:"market" jsonschema:"minLength=1"`
	Products     string   `json:"products" jsonschema:"minLength=1"`
	TotalPrice   int64    `json:"totalPrice" jsonschema:"minimum=0"` // minor units
	Currency     string   `json:"currency" jsonschema:"pattern=^[A-Z]{3}$"`
	TestID       int64    `json:"testId" jsonschema:"minimum=0"`
}
