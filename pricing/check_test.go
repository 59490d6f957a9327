package pricing

import (
	"fmt"
	"strings"
	"testing"

	"acme.example/webshop/money"
)

func TestWrongOffersAreRefused(t *testing.T) {
	ten := percent("10")
	every := "cart.items.all(i, "
	for name, c := range map[string]struct {
		offers map[string]Offer
		want   string // "offer.field+line: text"
	}{
		"no effect":         {map[string]Offer{"x": {When: "true"}}, "x.+0: must have exactly one of percent, amount and free"},
		"two effects":       {map[string]Offer{"x": {Percent: ten, Amount: "1"}}, "x.+0: must have exactly one"},
		"over all":          {map[string]Offer{"x": {Percent: percent("100.5")}}, "x.percent+0: must be more than 0 and at most 100"},
		"below nothing":     {map[string]Offer{"x": {Percent: -ten}}, "x.percent+0: must be more"},
		"not CEL":           {map[string]Offer{"x": {Percent: ten, When: "cart.pieces >"}}, "x.when+0: column 14: Syntax error"},
		"second line":       {map[string]Offer{"x": {Percent: ten, When: "cart.pieces > 1 &&\n cart.price > 2"}}, "x.when+1: column 6: undeclared reference"},
		"not a condition":   {map[string]Offer{"x": {Percent: ten, When: "cart.pieces"}}, "x.when+0: must be bool; it is int"},
		"not a number":      {map[string]Offer{"x": {Amount: "true"}}, "x.amount+0: must be int; it is bool"},
		"items, no bool":    {map[string]Offer{"x": {Percent: ten, Items: "item.price"}}, "x.items+0: must be bool; it is int"},
		"items, injected":   {map[string]Offer{"x": {Percent: ten, Items: "true)) + cart.items.map(item, (true"}}, "x.items+0: column 5: Syntax error"},
		"unknown field":     {map[string]Offer{"x": {Percent: ten, Items: "item.colour == 1"}}, "x.items+0: column 5: undefined field 'colour'"},
		"item in when":      {map[string]Offer{"x": {Percent: ten, When: "item.price > 1"}}, "x.when+0: column 1: undeclared reference"},
		"bad pattern":       {map[string]Offer{"x": {Percent: ten, When: `customer.type.matches("(")`}}, "x.when+0: column 23: invalid matches argument"},
		"too long":          {map[string]Offer{"x": {Percent: ten, When: strings.Repeat("true && ", 200) + "true"}}, "x.when+0: must have at most 1000 characters"},
		"a little too long": {map[string]Offer{"x": {Percent: ten, When: `customer.type == "` + strings.Repeat("é", 982) + `"`}}, "x.when+0: must have at most 1000 characters"},
		"unknown product":   {map[string]Offer{"x": {Free: Free{"ROSE", 1}}}, `x.free+0: there is no product "ROSE"`},
		"too many gifts":    {map[string]Offer{"x": {Free: Free{"POT", 11}}}, "x.free+0: quantity must be 1 to 10"},
		"items of a gift":   {map[string]Offer{"x": {Free: Free{"POT", 1}, Items: "true"}}, "x.items+0: is not for an offer of a free piece"},
		"a lacking market":  {map[string]Offer{"x": {Amounts: amounts(0)}}, "x.amount+0: must be positive in CAD"},
		"another currency":  {map[string]Offer{"x": {Amounts: map[money.Currency]int64{"USD": 1, "EUR": 1, "JPY": 1}}}, "x.amount+0: has none in CAD, the currency of market CA"},
		"nth without":       {map[string]Offer{"x": {Amount: "1", Nth: 3}}, "x.nth+0: needs percent"},
		"each first":        {map[string]Offer{"x": {Percent: ten, Nth: 1}}, "x.nth+0: must be 2 to 100"},
		"a bad code":        {map[string]Offer{"x": {Percent: ten, Code: "hi there"}}, "x.code+0: must be 2 to 32"},
		"one code twice":    {map[string]Offer{"x": {Percent: ten, Code: "HI"}, "y": {Percent: ten, Code: "HI"}}, "y.code+0: HI is the code of offer x already"},
		"ends first":        {map[string]Offer{"x": {Percent: ten, From: clock("2026-01-02T00:00"), Until: clock("2026-01-02T00:00")}}, "x.until+0: must be later than from"},
		"excludes a ghost":  {map[string]Offer{"x": {Percent: ten, Excludes: []string{"y"}}}, `x.excludes+0: there is no offer "y"`},
		"excludes itself":   {map[string]Offer{"x": {Percent: ten, Excludes: []string{"x"}}}, "x.excludes+0: goes in a circle: x excludes x"},
		"a circle":          {map[string]Offer{"a": {Percent: ten, Excludes: []string{"b"}}, "b": {Percent: ten, Excludes: []string{"c"}}, "c": {Percent: ten, Excludes: []string{"b"}}}, "excludes+0: goes in a circle: "},
		"division by zero":  {map[string]Offer{"x": {Percent: ten, When: "100 / (cart.pieces - 1) > 2"}}, "x.when+0: for a B2B cart of TREE in CA: division by zero"},
		"only at its edge":  {map[string]Offer{"x": {Percent: ten, From: clock("2026-12-24T00:00"), When: "1 / (now.getDayOfMonth(market.timeZone) - 23) < 2"}}, "x.when+0: for a B2B cart of TREE in CA: division by zero"},
		"no such key":       {map[string]Offer{"x": {Percent: ten, When: `customer.details.reference == "1"`}}, "x.when+0: for a B2B cart of TREE in CA: no such key: reference"},
		"items that fail":   {map[string]Offer{"x": {Percent: ten, Items: `1 / (item.quantity - 20) < 2`}}, "x.items+0: for a B2B cart of TREE,TREE,TREE,… (20 pieces) in CA: division by zero"},
		"too costly":        {map[string]Offer{"x": {Percent: ten, When: strings.Repeat(every, 9) + "i.price >= 0" + strings.Repeat(")", 9)}}, "operation cancelled: actual cost limit exceeded"},
		"a negative price":  {map[string]Offer{"x": {Amounts: amounts(1001)}}, "x.amount+0: for a B2B cart of POT in CA: it takes CAD 10.01 off CAD 10.00: the price would be negative"},
		"of its lines only": {map[string]Offer{"x": {Items: `item.category == "soil"`, Amount: "400"}}, "x.amount+0: for a B2B cart of SOIL in CA: it takes CAD 4.00 off CAD 3.33"},
		"a higher price":    {map[string]Offer{"x": {Amount: "-1"}}, "x.amount+0: for a B2B cart of TREE in CA: the amount is negative: it would make the price higher"},
	} {
		_, problems := Compile(shop(c.offers))
		found := ""
		for _, p := range problems {
			found += fmt.Sprintf("%s.%s+%d: %s\n", p.Offer, p.Field, p.Line, p.Text)
		}
		if !strings.Contains(found, c.want) {
			t.Errorf("%s: %q; want %q", name, found, c.want)
		}
	}
}

// TestALetterIsOneCharacter, however many bytes it has.
func TestALetterIsOneCharacter(t *testing.T) {
	for _, o := range []Offer{
		{Percent: percent("10"), When: `customer.type == "` + strings.Repeat("é", 950) + `"`},
		{Percent: percent("10"), Items: `item.sku == "` + strings.Repeat("語", 980) + `"`},
	} {
		if _, problems := Compile(shop(map[string]Offer{"x": o})); len(problems) > 0 {
			t.Error(problems)
		}
	}
}
