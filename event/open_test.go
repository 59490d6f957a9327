package event

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// TestOpenAcceptsWhatTheSchemaAccepts: a payload that is as Wrap makes it is opened without its schema; whatever is changed in it,
// the schema's verdict stands.
func TestOpenAcceptsWhatTheSchemaAccepts(t *testing.T) {
	sooner, refused := 0, 0
	for typ, example := range examples {
		empty := reflect.New(reflect.TypeOf(example)).Elem().Interface().(Event)
		for _, e := range []Event{example, empty} {
			data, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, changed := range changes(t, data) {
				valid := Validate(typ, changed) == nil
				opened := reflect.New(reflect.TypeOf(example))
				fast := json.Unmarshal(changed, opened.Interface()) == nil && asWrapped(opened.Elem().Interface().(Event), changed)
				switch {
				case fast && !valid:
					t.Errorf("%s is opened, and its schema refuses it: %s", typ, changed)
				case fast:
					sooner++
				case !valid:
					refused++
				}
			}
		}
	}
	if sooner < len(examples) || refused < 10*len(examples) {
		t.Errorf("%d payloads were opened without the schema, and %d refused: the test tries too little", sooner, refused)
	}
}

// changes returns a payload, and what it is when each of its fields is missing or has another value.
func changes(t *testing.T, data []byte) [][]byte {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	all := [][]byte{data, append(bytes.Clone(data), ' ')}
	for name, was := range fields {
		for _, value := range []string{"", `""`, "0", "-1", "9999999999", "null", `"x"`, "[]", "{}", "true"} {
			if value == "" {
				all = append(all, without(data, name, was))
				continue
			}
			from := append([]byte(`"`+name+`":`), was...)
			all = append(all, bytes.Replace(data, from, []byte(`"`+name+`":`+value), 1))
		}
	}
	return all
}

// without cuts a field out of a payload, whose other bytes stay as they are.
func without(data []byte, name string, value json.RawMessage) []byte {
	field := append([]byte(`"`+name+`":`), value...)
	cut := bytes.Replace(data, append(bytes.Clone(field), ','), nil, 1)
	if len(cut) == len(data) {
		cut = bytes.Replace(data, append([]byte(","), field...), nil, 1)
	}
	return cut
}
