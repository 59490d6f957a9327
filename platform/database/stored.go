package database

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Millis stores a time as milliseconds since 1970, and the zero time as 0. It is read as UTC.
type Millis time.Time

// Value returns the number.
func (m *Millis) Value() (any, error) { return ToMillis(time.Time(*m)), nil }

// Scan reads the number.
func (m *Millis) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a time is a %T", value)
	}
	*m = Millis(FromMillis(ms))
	return nil
}

// ToMillis returns a time in milliseconds since 1970; 0 for the zero time.
func ToMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMillis returns the time, in UTC, from milliseconds since 1970; the zero time for 0.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// jsonText stores a value as JSON, and an empty one as "".
type jsonText[V any] struct{ at *V }

func (j jsonText[V]) Value() (any, error) {
	if reflect.ValueOf(j.at).Elem().IsZero() {
		return "", nil
	}
	text, err := json.Marshal(*j.at)
	if err != nil || string(text) == "{}" || string(text) == "[]" {
		return "", err
	}
	return string(text), nil
}

func (j jsonText[V]) Scan(value any) error {
	*j.at = *new(V)
	text, err := textOf(value)
	if err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), j.at)
}

// maybeText stores a text, and none as NULL.
type maybeText string

func (m *maybeText) Value() (any, error) {
	if *m == "" {
		return nil, nil
	}
	return string(*m), nil
}

func (m *maybeText) Scan(value any) error {
	if *m = ""; value == nil {
		return nil
	}
	text, err := textOf(value)
	*m = maybeText(text)
	return err
}

// rawText stores JSON as it is.
type rawText json.RawMessage

func (r *rawText) Value() (any, error) { return string(*r), nil }

func (r *rawText) Scan(value any) error {
	text, err := textOf(value)
	*r = rawText(text)
	return err
}

// items stores ordered items in the form that the API has.
type items event.Items

func (i *items) Value() (any, error) { return event.Items(*i).String(), nil }

func (i *items) Scan(value any) error {
	text, err := textOf(value)
	*i = items(event.ParseItems(text))
	return err
}

// derived stores what follows from an order. It is written for queries, and not read.
type derived struct {
	of   *order.Order
	says func(order.Order) bool
}

func (d derived) Value() (any, error) { return d.says(*d.of), nil }

func (d derived) Scan(any) error { return nil }

// derivedTime is derived for a time.
type derivedTime struct {
	of   *order.Order
	says func(order.Order) time.Time
}

func (d derivedTime) Value() (any, error) { return ToMillis(d.says(*d.of)), nil }

func (d derivedTime) Scan(any) error { return nil }

// rawBytes stores bytes as they are.
type rawBytes []byte

func (r *rawBytes) Value() (any, error) { return []byte(*r), nil }

func (r *rawBytes) Scan(value any) error {
	bytes, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("bytes are a %T", value)
	}
	*r = slices.Clone(bytes)
	return nil
}

func isFinal(o order.Order) bool { return o.Final() }

// textOf returns a text that a driver has scanned.
func textOf(value any) (string, error) {
	switch text := value.(type) {
	case string:
		return text, nil
	case []byte:
		return string(text), nil
	}
	return "", fmt.Errorf("a text is a %T", value)
}
