package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

type badOrder struct {
	draft  draft
	fields []string
	says   string // part of each field's detail
}

// changed returns an order that is wrong in one field.
func changed(field string, value any) badOrder {
	return badOrder{draft: realOrder("Bad", field, value), fields: []string{field}}
}

var texts = []string{"name", "email", "phone", "street", "city", "customerType", "market", "products"}

// raw returns JSON unchanged.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

func badOrders() map[string]badOrder {
	cases := map[string]badOrder{}
	for _, add := range []func(map[string]badOrder){badTexts, badNumbers, badMails, badPhones, badOrgNumbers, badCarts} {
		add(cases)
	}
	return cases
}

func badTexts(cases map[string]badOrder) {
	for _, f := range texts {
		cases[f+" missing"] = changed(f, nil)
		for _, value := range []string{`5`, `true`, `null`, `[]`, `{}`, `["x"]`} {
			cases[f+" is "+value] = changed(f, raw(value))
		}
		for _, value := range []string{"", " ", "\u00a0\u2003", "x\x00", "x\n", "x\r\nBcc: evil@example.com", "x\t", "x\x7f", "x\u0085"} {
			cases[fmt.Sprintf("%s is %q", f, value)] = changed(f, value)
		}
		cases[f+" under another case"] = badOrder{draft: realOrder("Bad", f, nil, strings.ToUpper(f), 5), fields: []string{f}}
	}
	for field, most := range map[string]int{"name": 200, "phone": 32, "street": 200, "city": 100, "customerType": 1000, "market": 1000} {
		cases[field+" too long"] = changed(field, strings.Repeat("1", most+1))
		cases[field+" too long in wide characters"] = changed(field, strings.Repeat("𠮷", most+1))
	}
	cases["all missing"] = badOrder{draft: draft{}, fields: append([]string{"totalPrice"}, texts...), says: "must be given"}
}

func badNumbers(cases map[string]badOrder) {
	cases["totalPrice missing"] = changed("totalPrice", nil)
	cases["totalPrice is null"] = changed("totalPrice", raw("null"))
	for _, f := range []string{"totalPrice", "testId"} {
		for _, value := range []string{
			`"30000"`, `true`, `[]`, `{}`, `1.5`, `-1`, `-2147483649`, `2147483648`, `4294967297`, `9223372036854775807`,
			`9223372036854775808`, `-9223372036854775809`, `123456789012345678901234567890`, `1e300`, `1e5`, `30000.0`,
		} {
			cases[f+" is "+value] = changed(f, raw(value))
		}
	}
	cases["price below the catalog's"] = badOrder{realOrder("Cheap", "totalPrice", 29999), []string{"totalPrice"}, "30000"}
	cases["price above the catalog's"] = badOrder{realOrder("Dear", "totalPrice", 30001), []string{"totalPrice"}, "30000"}
	cases["price of nothing"] = badOrder{realOrder("Free", "totalPrice", 0), []string{"totalPrice"}, "30000"}
	cases["price in dollars"] = badOrder{realOrder("Dollars", "totalPrice", 300), []string{"totalPrice"}, "30000"}
	cases["price in the wrong currency"] = badOrder{realOrder("Pesos", "market", "MX", "totalPrice", 600000), []string{"totalPrice"},
		"must be 30000 (USD 300.00), or 600000 (MXN 6000.00) with the currency MXN; it is 600000 (USD 6000.00)"}
	cases["dollars called pesos"] = badOrder{realOrder("Pesos", "market", "MX", "currency", "MXN"), []string{"totalPrice"}, "600000"}
	for _, currency := range []string{"MXN", "EUR", "usd", "US", "USDX", " "} {
		cases["currency "+currency] = badOrder{realOrder("Other", "currency", currency), []string{"currency"}, ""}
	}
	cases["currency is 5"] = changed("currency", 5)
}

func badMails(cases map[string]badOrder) {
	for _, address := range []string{
		"plain", "@", "@example.com", "a@", "a@b", "a b@example.com", "a@exa mple.com", "a@@example.com", "a@b@example.com",
		"Ann <ann@example.com>", "<ann@example.com>", "ann@example.com,bob@example.com", "ann@example.com;bob@example.com",
		"ann@example.com, bob@example.com", "ann@[127.0.0.1]", "ann@.com", "ann@example.", "ann@example..com", ".ann@example.com",
		"ann.@example.com", " ann@example.com", "ann@example.com ", `"ann bob"@example.com`, "ann(comment)@example.com",
		"ann@example.com?bcc=bob@example.com", "mailto:ann@example.com", "ann%0d%0aBcc:bob@example", "[email protected]",
		strings.Repeat("a", 243) + "@example.com",
	} {
		cases[fmt.Sprintf("email is %q", address)] = changed("email", address)
	}
}

func badPhones(cases map[string]badOrder) {
	for _, number := range []string{"12", "call me", "123abc", "123;456", "<123>"} {
		cases[fmt.Sprintf("phone is %q", number)] = changed("phone", number)
	}
}

func badOrgNumbers(cases map[string]badOrder) {
	for _, number := range []string{
		`0`, `"0"`, `""`, `null`, `1`, `12345`, `"12345"`, `123456789012345678901`, `"123456789012345678901"`, `"12345a"`, `"abcdef"`,
		`"123.456"`, `"/123456"`, `"123456-"`, `"+123456"`, `-123456`, `"-123456"`, `123456.5`, `1234567.0`, `1e6`, `"１２３４５６"`, `true`, `[]`, `{}`,
		`"` + strings.Repeat("1", 1000) + `"`,
	} {
		cases["B2B with orgNumber "+number] = badOrder{draft: realOrder("Firm", "customerType", "B2B", "orgNumber", raw(number)), fields: []string{"orgNumber"}}
	}
	cases["B2B without orgNumber"] = badOrder{realOrder("Firm", "customerType", "B2B"), []string{"orgNumber"}, "6 to 20 digits"}
	cases["B2C with orgNumber"] = changed("orgNumber", 123456)
	cases["B2C with orgNumber as text"] = changed("orgNumber", "000000")
}

func badCarts(cases map[string]badOrder) {
	for _, list := range []string{
		"XX999", "BB001,XX999", "bb001", "BB001,", ",BB001", ",", "BB001,,LB001", "BB001;LB001", "BB001 LB001",
		"'; DROP TABLE orders;--", `BB001"`, "BB001:3", strings.TrimSuffix(strings.Repeat("BB001,", 101), ","),
		strings.TrimSuffix(strings.Repeat("BB001,", 400), ","),
	} {
		cases[fmt.Sprintf("products are %.30q", list)] = changed("products", list)
	}
	for _, market := range []string{"BR", "us", "USA", "US,MX"} {
		cases["market "+market] = badOrder{realOrder("Abroad", "market", market), []string{"market"}, "MX, US"}
	}
	for _, kind := range []string{"C2C", "b2c", "B2G"} {
		cases["customerType "+kind] = badOrder{realOrder("Strange", "customerType", kind), []string{"customerType"}, "B2B, B2C"}
	}
	mexicanFirm := realOrder("Firma", "customerType", "B2B", "market", "MX", "orgNumber", 123456)
	cases["B2B in MX"] = badOrder{mexicanFirm, []string{"market"}, "US"}
	cases["several at once"] = badOrder{realOrder("x", "name", "", "email", "x", "market", "BR"), []string{"name", "email", "market"}, ""}
}
