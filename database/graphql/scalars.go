package graphql

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"acme.example/webshop/order"
)

// OrgNumber is the scalar of organization numbers (order.OrgNumber).
type OrgNumber = order.OrgNumber

// MarshalOrgNumber writes a number where JSON can hold it exactly, else a string.
func MarshalOrgNumber(n OrgNumber) graphql.Marshaler { return graphql.MarshalAny(n.Number()) }

// UnmarshalOrgNumber reads a number or a string of digits; 0 is none. Whatever is not digits is left for the rules to
// refuse.
func UnmarshalOrgNumber(v any) (OrgNumber, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case float64, bool, map[string]any, []any:
		return "", fmt.Errorf("an organization number is digits, as a number or a string")
	default:
		text := fmt.Sprint(v)
		if text == "0" {
			text = ""
		}
		return OrgNumber(text), nil
	}
}
