package edge

import (
	"encoding/json"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// FuzzQuery: a body counts as JSON for GraphQL only if it is JSON with its fields, and as a bare query only if it is not.
func FuzzQuery(f *testing.F) {
	for _, body := range []string{`{ getOrder(id: 1) { orderId } }`, `{"query":"{__typename}","variables":{"a":1}}`, `[]`, `{"query":5}`, "", "\xff", `"x"`, `{"`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		kind, err := queryKind(body)
		var fields map[string]any
		isJSON := json.Unmarshal(body, &fields) == nil
		switch {
		case err != nil && fault.CodeOf(err) != fault.Malformed:
			t.Errorf("%q: %v", body, err)
		case err == nil && kind == "application/json" && !isJSON, kind == "application/graphql" && json.Valid(body):
			t.Errorf("%q is taken as %s", body, kind)
		}
	})
}

// FuzzNames: accepted JSON has no duplicate names at any depth.
func FuzzNames(f *testing.F) {
	for _, text := range []string{`{"a":1,"b":{"a":1}}`, `{"a":1,"\u0061":1}`, `{"x\"y":1,"x\u0022y":"a:"}`, `{"a":1,"A":1}`, `[{"ſ":1,"s":2}]`, `{"a":[{"a":1},{"a":"a"}],"b":"a"}`, `"a"`, `{"":{"":[]},"x":{}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil || fault.DistinctNames(data) != nil {
			return
		}
		if names, fields := strings.Count(marked(data), "\x00"), countFields(v); names != fields {
			t.Errorf("%s has %d names and %d fields", data, names, fields)
		}
	})
}

// marked writes a mark for each colon outside of strings: each name has one.
func marked(data []byte) string {
	var out strings.Builder
	inText, escaped := false, false
	for _, b := range data {
		switch {
		case escaped:
			escaped = false
		case inText && b == '\\':
			escaped = true
		case b == '"':
			inText = !inText
		case b == ':' && !inText:
			out.WriteByte(0)
		}
	}
	return out.String()
}

func countFields(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		n = len(v)
		for _, child := range v {
			n += countFields(child)
		}
	case []any:
		for _, child := range v {
			n += countFields(child)
		}
	}
	return n
}
