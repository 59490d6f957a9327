package order

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// OrgNumber is an organization number: digits, "" for none. In JSON it is read from a number or a string (the seed
// sends numbers, which cannot hold leading zeros or all of 20 digits) and 0 is none.
type OrgNumber string

// maxExact is the largest whole number that every JSON reader holds exactly (RFC 8259, section 6).
const maxExact = 1<<53 - 1

// UnmarshalJSON keeps the digits as they were sent. Whatever is not digits is kept too, for the rules to refuse.
func (n *OrgNumber) UnmarshalJSON(data []byte) error {
	text := string(data)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	if text == "0" || text == "null" {
		text = ""
	}
	*n = OrgNumber(text)
	return nil
}

// Number is the number where JSON can hold it exactly, else a string of digits; 0 for none.
func (n OrgNumber) Number() any {
	if n == "" {
		return int64(0)
	}
	number, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil || number > maxExact || strconv.FormatInt(number, 10) != string(n) {
		return string(n)
	}
	return number
}

// Schema tells the JSON Schema of the two forms.
func (OrgNumber) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeInteger}, {Type: huma.TypeString, MaxLength: new(64)}}, Nullable: true}
}
