package imports

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

var now = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

// seedRules are rules with the seed's products and markets.
var seedRules = func() *order.Rules {
	rate, err := money.ParseRate("20")
	if err != nil {
		panic(err)
	}
	return &order.Rules{
		Catalog:       []order.Product{{SKU: "BB001", Price: money.Amount{Minor: 15000, Currency: "USD"}}},
		Markets:       map[string]order.Market{"US": {Currency: "USD"}, "MX": {Currency: "MXN", Rate: &rate}},
		CustomerTypes: map[string]order.CustomerType{"B2C": {}, "B2B": {}},
	}
}()

// sample returns a valid row with some columns changed; NULL removes a value.
func sample(change ...string) Row {
	values := map[string]string{
		"OrderId": "86757", "CustomerName": "Zoë O'Neil", "CustomerEmail": "zoe@example.com", "CustomerPhone": "1", "CustomerStreet": "s", "CustomerCity": "c",
		"CustomerType": "B2C", "CustomerMarket": "US", "OrderedProducts": "BB001,BB001", "TotalPrice": "30000", "Status": "PLACED", "OrgNumber": "0", "TestId": "0",
	}
	for i := 0; i+1 < len(change); i += 2 {
		if values[change[i]] = change[i+1]; change[i+1] == "NULL" {
			delete(values, change[i])
		}
	}
	return Row{Number: 3, Line: 9, Values: values}
}

func maker() *Maker { return &Maker{Rules: seedRules, Version: 4, Now: now} }

func TestARowIsAnOrder(t *testing.T) {
	booked := time.UnixMilli(1795276800000).UTC()
	want := order.Order{
		ID: 86757, Status: order.DeliveryBooked, StatusAt: now, CreatedAt: now, DeliveryTime: booked, CustomerType: "B2C", Market: "MX", Products: event.ParseItems("BB001,BB001"),
		Customer: order.Customer{Name: "Zoë O'Neil", Email: "zoe@example.com", Phone: "1", Street: "s", City: "c"}, TestID: 7, Rules: 4,
		Total: money.Amount{Minor: 600000, Currency: "MXN"}, Rate: "20",
		Terms: order.Terms{Imported: &order.Imported{Status: order.DeliveryBooked, DeliveryTime: booked.UnixMilli(), TotalPrice: 30000}},
	}
	got, ok, found := maker().Make(sample("CustomerMarket", "MX", "Status", "DELIVERY_BOOKED", "DeliveryTime", "1795276800000", "TestId", "7"))
	if diff := cmp.Diff(want, got); diff != "" || !ok || len(found) != 0 {
		t.Errorf("%v, %v: %s", ok, found, diff)
	}
	if cents := got.CatalogTotal(); cents != 30000 {
		t.Errorf("its price in the table is %d", cents)
	}
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		level        Level
		column, what string
		change       []string
	}{
		{Wrong, "OrderId", "is NULL", []string{"OrderId", "NULL"}},
		{Wrong, "OrderId", "must be from 1 to", []string{"OrderId", "0"}},
		{Wrong, "OrderId", "must be from 1 to", []string{"OrderId", "2147483648"}},
		{Wrong, "OrderId", "must be a whole number", []string{"OrderId", "12a"}},
		{Wrong, "CustomerName", `is not UTF-8: "Se\xf1ora"`, []string{"CustomerName", "Se\xf1ora"}},
		{Wrong, "CustomerCity", "zero byte", []string{"CustomerCity", "a\x00b"}},
		{Wrong, "CustomerName", "has 201 characters", []string{"CustomerName", strings.Repeat("é", 201)}},
		{Wrong, "Status", "must be one of", []string{"Status", "SHIPPED"}},
		{Wrong, "Status", "must be one of", []string{"Status", "NULL"}},
		{Wrong, "Status", "must be one of", []string{"Status", "placed"}},
		{Wrong, "CustomerMarket", "no such market", []string{"CustomerMarket", "NULL"}},
		{Wrong, "CustomerMarket", "no such market", []string{"CustomerMarket", "BR"}},
		{Wrong, "CustomerType", "no such customer type", []string{"CustomerType", "B2X"}},
		{Wrong, "OrgNumber", "at most 20 digits", []string{"OrgNumber", "12-34"}},
		{Wrong, "TotalPrice", "is NULL", []string{"TotalPrice", "NULL"}},
		{Wrong, "TotalPrice", "must be a whole number", []string{"TotalPrice", "12.5"}},
		{Wrong, "TotalPrice", "must be from 0", []string{"TotalPrice", "-1"}},
		{Wrong, "TotalPrice", "must be from 0", []string{"TotalPrice", "99999999999999999999"}},
		{Wrong, "TotalPrice", "more in MXN than an order can cost", []string{"CustomerMarket", "MX", "TotalPrice", "2147483647"}},
		{Wrong, "DeliveryTime", "must be milliseconds", []string{"DeliveryTime", "soon"}},
		{Wrong, "DeliveryTime", "must be milliseconds", []string{"DeliveryTime", "-1614621600"}},
		{Wrong, "DeliveryTime", "no time of a delivery", []string{"DeliveryTime", "16000000001"}},
		{Wrong, "DeliveryTime", "no time of a delivery", []string{"DeliveryTime", "9999999999999"}},
		{Wrong, "TestId", "must be from 0", []string{"TestId", "-7"}},
		{Questionable, "DeliveryTime", "taken as seconds: 2021-03-01T18:00:00Z", []string{"DeliveryTime", "1614621600", "Status", "DELIVERY_BOOKED"}},
		{Questionable, "DeliveryTime", "is missing, though the order is DELIVERY_BOOKED", []string{"Status", "DELIVERY_BOOKED"}},
		{Questionable, "DeliveryTime", "is set, though the order is STOCKED", []string{"Status", "STOCKED", "DeliveryTime", "1614621600000"}},
		{Questionable, "CustomerType", "taken as B2C", []string{"CustomerType", "NULL"}},
		{Questionable, "CustomerType", "taken as B2B", []string{"CustomerType", "NULL", "OrgNumber", "123456"}},
		{Questionable, "CustomerName", "is empty", []string{"CustomerName", "NULL"}},
		{Questionable, "CustomerName", "escaped twice", []string{"CustomerName", `O\'Neil`}},
		{Questionable, "CustomerName", "escaped twice", []string{"CustomerName", `O''Neil`}},
		{Questionable, "CustomerName", "taken for Latin-1", []string{"CustomerName", "SeÃ±ora"}},
		{Questionable, "CustomerCity", "control characters", []string{"CustomerCity", "a\tb"}},
		{Questionable, "CustomerEmail", "no mail address", []string{"CustomerEmail", "test"}},
		{Questionable, "OrderedProducts", `has "BA002"`, []string{"OrderedProducts", "BB001,BA002"}},
	} {
		_, ok, found := maker().Make(sample(c.change...))
		if len(found) != 1 || found[0].Level != c.level || found[0].Column != c.column || !strings.Contains(found[0].What, c.what) || ok != (c.level != Wrong) {
			t.Errorf("%q: %v, %+v, want %s %s %s", c.change, ok, found, c.level, c.column, c.what)
		}
	}
}

func TestANumberComesOnce(t *testing.T) {
	m := maker()
	for i, id := range []string{"7", "1999999999", "7", "8"} {
		_, ok, found := m.Make(sample("OrderId", id))
		if ok != (i != 2) {
			t.Errorf("row %d with the number %s: %v", i+1, id, found)
		}
	}
}

func TestAFindingNamesItsRow(t *testing.T) {
	_, _, found := maker().Make(sample("Status", "x"))
	if got, want := found[0].String(), `row 3 (line 9, order 86757): Status is "x", and must be one of [PLACED STOCKED DELIVERY_BOOKED]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNumbersAreASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var n numbers
		there := map[int64]bool{}
		for _, id := range rapid.SliceOf(rapid.Int64Range(1, 200_000)).Draw(t, "numbers") {
			if n.add(id) != there[id] {
				t.Fatalf("%d is there: %v, of %v", id, !there[id], maps.Keys(there))
			}
			there[id] = true
		}
	})
}
