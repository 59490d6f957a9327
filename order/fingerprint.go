package order

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
)

// The first fields of Draft, which all releases have had, and those that were then added together, and until when a field that is
// set needs all fields before it.
const (
	oldest = 12
	second = 14
	third  = 16
)

// fingerprint tells requests apart: it is a hash of a draft's fields, each with its name. All releases must hash the same
// text, since fingerprints are stored and copies of two releases may run at a time. So a field is added at the end of Draft or
// of Address, and is left out unless it is set, as in the releases that do not have it.
func (d Draft) fingerprint() string {
	v := reflect.ValueOf(d)
	var added strings.Builder
	writeSet(&added, v, third)
	n := third
	for added.Len() == 0 && n > oldest && v.Field(n-1).IsZero() {
		n--
	}
	if n > oldest {
		n = max(n, second)
	}
	var text strings.Builder
	text.WriteString("order.Draft{_:struct {}{}")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&text, ", %s:%#v", v.Type().Field(i).Name, v.Field(i))
	}
	text.WriteString(added.String() + "}")
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:16])
}

// writeSet writes the fields of a struct from a place on that are set.
func writeSet(text *strings.Builder, v reflect.Value, from int) {
	for i := from; i < v.NumField(); i++ {
		switch f := v.Type().Field(i); {
		case f.Tag.Get("json") == "-": // not part of the request
		case f.Anonymous:
			writeSet(text, v.Field(i), 0)
		case !v.Field(i).IsZero():
			fmt.Fprintf(text, ", %s:%#v", f.Name, v.Field(i))
		}
	}
}
