package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// personal are the properties of events that tell who a customer is. They stand in the row of the order alone: the journal keeps each
// of them without its value (Blank), and an event is completed from its order when it leaves the store (Complete).
var personal = map[string]bool{
	"name": true, "email": true, "phone": true, "street": true, "city": true, "address": true, "details": true,
	"receivedBy": true, "leftAt": true, "photo": true,
}

// Personal reports whether events of a type have personal properties.
func Personal(t Type) bool { return persons[t] }

// persons are the types with a personal property.
var persons = func() map[Type]bool {
	all := map[Type]bool{}
	for t, schema := range schemas {
		for property := range schema.Properties {
			all[t] = all[t] || personal[property]
		}
	}
	return all
}()

// Blank returns a payload in which personal properties have no value: an empty text or object, which the schema allows.
func Blank(t Type, data []byte) ([]byte, error) {
	if !persons[t] {
		return data, nil
	}
	return rewrite(data, func(name, value []byte) ([]byte, error) {
		if !personal[string(name)] {
			return nil, nil
		}
		return empty(value[0]), nil
	})
}

var emptyText, emptyObject, emptyList = []byte(`""`), []byte(`{}`), []byte(`[]`)

// Complete returns a payload in which personal properties without a value have the one that of returns, which is nil or zero where there
// is none. Values that are there stay: events of earlier releases have them. What Blank took out comes back byte for byte.
func Complete(t Type, data []byte, of func(property string) any) ([]byte, error) {
	if !persons[t] {
		return data, nil
	}
	return rewrite(data, func(name, value []byte) ([]byte, error) {
		if len(value) != len(`""`) || !personal[string(name)] {
			return nil, nil
		}
		found := of(string(name))
		if found == nil || reflect.ValueOf(found).IsZero() {
			return nil, nil
		}
		return json.Marshal(found)
	})
}

// empty returns the empty value of a kind that begins with a character.
func empty(first byte) []byte {
	switch first {
	case '{':
		return emptyObject
	case '[':
		return emptyList
	}
	return emptyText
}

// rewrite changes the values of an object's members, in JSON as Wrap makes it. Where change returns nil, the value stays. It does not
// decode the object, which would cost ten times as much and lose properties of later releases.
func rewrite(data []byte, change func(name, value []byte) ([]byte, error)) (out []byte, err error) {
	at, kept := 0, 0
	for at+2 < len(data) && data[at+1] == '"' { // at is the brace, or the comma before a member
		name := closing(data, at+1)
		if name+1 >= len(data) || data[name+1] != ':' {
			break
		}
		from := name + 2
		to := end(data, from)
		if to == len(data) {
			break
		}
		value, err := change(data[at+2:name], data[from:to])
		if err != nil {
			return nil, err
		}
		if value != nil {
			if out == nil {
				out = make([]byte, 0, len(data)+64)
			}
			out = append(append(out, data[kept:from]...), value...)
			kept = to
		}
		if at = to; data[at] == '}' {
			return append(out, data[kept:]...), nil
		}
	}
	if string(data) == "{}" {
		return data, nil
	}
	return nil, fmt.Errorf("event: a payload that is no object in the form that the journal keeps: %s", shape(data))
}

// closing returns where the text that begins at a quote ends: at its other quote, or at the end of the data.
func closing(data []byte, at int) int {
	for at++; at < len(data) && data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return min(at, len(data))
}

// end returns the place after the value that begins at a place: the comma or brace there, or the end of the data.
func end(data []byte, at int) int {
	for depth := 0; at < len(data); at++ {
		switch data[at] {
		case '"':
			at = closing(data, at)
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return at
			}
			if data[at] != ',' {
				depth--
			}
		}
	}
	return len(data)
}

// shape is a payload without its texts, for an error.
func shape(data []byte) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`{}[]":,`, r) {
			return r
		}
		return -1
	}, string(data[:min(len(data), 200)]))
}
