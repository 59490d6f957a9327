package stock

import "net/http"

// Verifier checks that a callback is from the stockist and not replayed (Standard Webhooks).
type Verifier interface {
	Verify(payload []byte, headers http.Header) error
}
