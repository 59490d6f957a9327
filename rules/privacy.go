package rules

import (
	"strconv"
	"strings"

	"acme.example/webshop/order"
)

type privacyEntry struct {
	Keep string `json:"keep" jsonschema:"How long personal data of an order is kept after it has ended, in years or days: 10y or 730d"`
}

// keep reads how long personal data is kept. What a stored version says and cannot be read is for ever: nothing is erased by mistake.
func (e *privacyEntry) keep() order.Keep {
	if e == nil {
		return order.Keep{}
	}
	number, years := strings.CutSuffix(e.Keep, "y")
	n, err := strconv.Atoi(strings.TrimSuffix(number, "d"))
	switch {
	case err != nil:
		return order.Keep{}
	case years:
		return order.Keep{Years: n}
	}
	return order.Keep{Days: n}
}

func privacyLimits() map[string]limit {
	return map[string]limit{"markets.*.privacy.keep": pattern(`^([1-9][0-9]?y|[1-9][0-9]{1,4}d)$`, "must be years or days, such as 10y or 730d, and at least 10d")}
}
