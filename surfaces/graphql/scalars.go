package graphql

import (
	"encoding/json"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

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

// MarshalCount writes an int as GraphQL's Int. Larger numbers are written as the largest Int.
func MarshalCount(n int) graphql.Marshaler { return graphql.MarshalInt(min(n, math.MaxInt32)) }

// UnmarshalCount reads GraphQL's Int.
func UnmarshalCount(v any) (int, error) {
	n, err := UnmarshalInt(v)
	return int(n), err
}

// MarshalInt64 writes a whole number of 64 bits.
func MarshalInt64(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalInt64 reads a whole number of 64 bits.
func UnmarshalInt64(v any) (int64, error) {
	n, err := graphql.UnmarshalInt64(v)
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "%v is not a whole number of 64 bits", v)
	}
	return n, nil
}

// MarshalOrderStatus writes a status.
func MarshalOrderStatus(s order.Status) graphql.Marshaler { return graphql.MarshalString(string(s)) }

// UnmarshalOrderStatus reads a status. The query's validation has checked that the schema has it.
func UnmarshalOrderStatus(v any) (order.Status, error) {
	text, err := graphql.UnmarshalString(v)
	return order.Status(text), err
}

// MarshalTime writes a time with all its decimals, also the zero time.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalTime reads a time.
func UnmarshalTime(v any) (time.Time, error) {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, fault.Wrap(err, fault.Invalid, "%v is not a time as in RFC 3339", v)
	}
	return t.UTC(), nil
}

// MarshalPayload writes JSON as a string, so that it stays unchanged.
func MarshalPayload(p json.RawMessage) graphql.Marshaler { return graphql.MarshalString(string(p)) }

// UnmarshalPayload reads a string that contains JSON.
func UnmarshalPayload(v any) (json.RawMessage, error) {
	text, err := graphql.UnmarshalString(v)
	return json.RawMessage(text), err
}

// MarshalTerms writes an order's terms as a JSON object.
func MarshalTerms(t order.Terms) graphql.Marshaler { return graphql.MarshalAny(t) }

// UnmarshalTerms reads a JSON object.
func UnmarshalTerms(v any) (t order.Terms, err error) {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return t, fault.Wrap(err, fault.Invalid, "the terms of an order must be an object with codes, details, lines and taxes")
	}
	return t, nil
}
