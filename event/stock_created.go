package event

// StockCreated says that the stockist has produced and delivered what the order needs.
type StockCreated struct {
	OrderID int64 `json:"orderId" jsonschema:"The order's number."`
	TestID  int64 `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
}

func (StockCreated) EventType() Type { return TypeStockCreated }
func (e StockCreated) Order() int64  { return e.OrderID }
