package books_test

import (
	"testing"

	"acme.example/webshop/books"
)

func TestNumbersAreRead(t *testing.T) {
	for _, d := range []books.Document{{Series: "DE-2026-", Number: 123}, {Series: "DE-2026-C", Number: 4}, {Series: "US-2026-", Number: 12345678}} {
		if series, number, ok := books.ParseName(d.Name()); !ok || series != d.Series || number != d.Number {
			t.Errorf("%s: %q, %d, %v", d.Name(), series, number, ok)
		}
	}
	for _, name := range []string{"", "DE-2026-", "DE-2026-12", "DE-2026-000000", "DE-2026-0000123", "DE-2026-99999999999999999999", "DE-2026--00001", "DE-2026-000123 "} {
		if series, number, ok := books.ParseName(name); ok {
			t.Errorf("%q: %q, %d", name, series, number)
		}
	}
}
