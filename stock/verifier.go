package stock

import "net/http"

// Verifier checks that a callback is from the stockist and recent (Standard Webhooks). One that comes
// again is no harm: StockCreated is stated once for each order.
type Verifier interface {
	Verify(payload []byte, headers http.Header) error
}
