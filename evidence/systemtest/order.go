package systemtest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// order is the body of createOrder.
type order struct {
	Name         string `json:"name"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	Street       string `json:"street"`
	City         string `json:"city"`
	CustomerType string `json:"customerType"`
	Market       string `json:"market"`
	Products     string `json:"products"`
	TotalPrice   int64  `json:"totalPrice"` // in cents, in every market
	TestID       int64  `json:"testId"`
	OrgNumber    digits `json:"orgNumber"`

	number int // its place in the test, from 1
}

// digits is an organization number: digits of which none may get lost, or "" for none. In JSON, none is 0, and others are
// a number if every JSON reader keeps all its digits, else a string.
type digits string

// MarshalJSON returns a number if that is exact, else a string.
func (d digits) MarshalJSON() ([]byte, error) {
	const exactInFloats = 15 // decimal digits that a double, JavaScript's only number, always keeps
	switch {
	case d == "":
		return []byte("0"), nil
	case len(d) <= exactInFloats && !strings.HasPrefix(string(d), "0"):
		return []byte(d), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalJSON accepts a number or a string.
func (d *digits) UnmarshalJSON(text []byte) error {
	var s string
	switch {
	case string(text) == "null" || string(text) == "0" || string(text) == `"0"`:
	case text[0] == '"':
		if err := json.Unmarshal(text, &s); err != nil {
			return fmt.Errorf("reading an organization number: %w", err)
		}
	default:
		s = string(text)
	}
	*d = digits(s)
	return nil
}
