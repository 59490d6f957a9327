package order

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
)

// The first fields of Draft, which all releases have had, and those that were then added together.
const (
	oldest = 12
	second = 14
)

// fingerprint tells requests apart: it is a hash of a draft's fields, each with its name. All releases must hash the same
// text, since fingerprints are stored and copies of two releases may run at a time. So a field is added at the end of Draft,
// and fields at the end that are not set are left out, as in the releases that do not have them.
func (d Draft) fingerprint() string {
	v := reflect.ValueOf(d)
	n := v.NumField()
	for n > oldest && v.Field(n-1).IsZero() {
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
	text.WriteString("}")
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:16])
}
