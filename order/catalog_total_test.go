package order

import (
	"math"
	"testing"

	"acme.example/webshop/money"
)

func TestCatalogTotal(t *testing.T) {
	for _, c := range []struct {
		total   money.Amount
		rate    string
		catalog money.Currency
		want    int64
	}{
		{money.Amount{Minor: 15000, Currency: "USD"}, "", "", 15000},
		{money.Amount{Minor: 300000, Currency: "MXN"}, "20", "", 15000},
		{money.Amount{Minor: 260888, Currency: "MXN"}, "17.3925", "", 15000},
		{money.Amount{Minor: 13500, Currency: "EUR"}, "0.9", "", 15000},
		{money.Amount{Minor: 22500, Currency: "JPY"}, "150", "", 15000},
		{money.Amount{Minor: 15000, Currency: "MXN"}, "twenty", "", 15000},
		{money.Amount{Minor: math.MaxInt64, Currency: "MXN"}, "0.01", "", math.MaxInt64},
		{money.Amount{Minor: 15000, Currency: "USD"}, "0.0067", "JPY", 22388},
	} {
		if got := (Order{Total: c.total, Rate: c.rate, Terms: Terms{Catalog: c.catalog}}).CatalogTotal(); got != c.want {
			t.Errorf("%v at %q is %d in the catalog's currency, want %d", c.total, c.rate, got, c.want)
		}
	}
}
