package graphql

import (
	"encoding/json"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// OrgNumber is the scalar of organization numbers (order.OrgNumber).
type OrgNumber = order.OrgNumber

// MarshalOrgNumber writes a number where JSON can hold it exactly, else a string.
func MarshalOrgNumber(n OrgNumber) graphql.Marshaler { return graphql.MarshalAny(n.Number()) }

// UnmarshalOrgNumber reads a number or a string of digits; 0 is none. A text that is not digits is left for the rules
// to refuse.
func UnmarshalOrgNumber(v any) (OrgNumber, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string, json.Number, int64:
		text := fmt.Sprint(v)
		if text == "0" {
			text = ""
		}
		return OrgNumber(text), nil
	}
	return "", fault.InvalidField("orgNumber", "must be digits, as a whole number or a string")
}

// MarshalInt writes GraphQL's Int.
func MarshalInt(n int32) graphql.Marshaler { return graphql.MarshalInt32(n) }

// UnmarshalInt reads GraphQL's Int: a whole number of 32 bits.
func UnmarshalInt(v any) (int32, error) {
	n, err := graphql.UnmarshalInt32(v)
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "%v is not a whole number of 32 bits", v)
	}
	return n, nil
}
