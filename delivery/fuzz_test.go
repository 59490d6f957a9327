package delivery

import (
	"encoding/json"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// FuzzDeliveryTime: a valid time keeps its value, and an invalid one is an error with its field.
func FuzzDeliveryTime(f *testing.F) {
	for _, text := range []string{"1795442400000", "0", "-1", "+1", "1e9", "9223372036854775807", "9999999999999999", " 1", "0x1", "١"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseMillis(text)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Error(err)
			}
			return
		}
		if again, err := parseMillis(Millis(at)); err != nil || !again.Equal(at) || at.Unix() < 0 {
			t.Errorf("%q was read as %v, and told as %q", text, at, Millis(at))
		}
	})
}

// FuzzReference: an order is referred to only by a positive number, or by a text that is kept unchanged.
func FuzzReference(f *testing.F) {
	for _, text := range []string{"7", `"7"`, `"7.500900.AAAA"`, "1.5", "null", " null", "[7]", `{"a":7}`, `"\u0037"`, "9223372036854775808"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r reference
		if json.Unmarshal(data, &r) != nil {
			return
		}
		if n, numeric := r.number(); numeric && n < 1 {
			t.Errorf("%s is order %d", data, n)
		}
		var text string
		if json.Unmarshal(data, &text) == nil && strings.TrimSpace(string(data)) != "null" && text != string(r) {
			t.Errorf("%s was read as %q, not as %q", data, r, text)
		}
	})
}
