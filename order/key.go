package order

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"acme.example/webshop/platform/fault"
)

// checkKey refuses an Idempotency-Key that is no text: a header can hold any bytes, and not every store takes them.
func checkKey(key string) error {
	if !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) {
		return fault.InvalidField("Idempotency-Key", "must be text in UTF-8, without control characters")
	}
	return nil
}
