package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// whole is a whole number, which CloudFormation also accepts as text.
type whole int

// UnmarshalJSON reads the number.
func (n *whole) UnmarshalJSON(text []byte) error {
	i, err := strconv.Atoi(string(bytes.Trim(text, `"`)))
	*n = whole(i)
	return err
}

// decode reads resolved properties into a structure with all known properties. An unknown one is an error.
func decode(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// encode returns a value as JSON. The stage encodes only values that can be.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("stage: %v", err)) // a programming error
	}
	return text
}
