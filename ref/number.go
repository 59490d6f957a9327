package ref

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Number is an order's number as clients of the seed send it: a JSON number, or a string of its digits. 0 is none.
type Number int64

// UnmarshalJSON accepts either form.
func (n *Number) UnmarshalJSON(data []byte) error {
	text := string(data)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil || number < 1 {
		return &json.UnmarshalTypeError{Value: "number that no order has", Type: reflect.TypeFor[Number]()}
	}
	*n = Number(number)
	return nil
}

// Schema returns the JSON Schema of the two forms.
func (Number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(math.MaxInt32))},
		{Type: huma.TypeString, Pattern: "^[0-9]{1,10}$"},
	}}
}
