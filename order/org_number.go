package order

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// OrgNumber is the number of an organization, such as a tax id: digits, or what its market writes, "" for none. In JSON it is read from a number or a string (the seed
// sends numbers, which cannot hold leading zeros or all of 20 digits) and 0 is none.
type OrgNumber string

// maxExact is the largest whole number that every JSON reader holds exactly (RFC 8259, section 6).
const maxExact = 1<<53 - 1

var (
	// orgNumberForm is that of every number that is stored. Fields of events have it, too.
	orgNumberForm = regexp.MustCompile(`^[0-9A-ZÑ&]{4,20}$`)
	betweenParts  = regexp.MustCompile(`[\p{Z}\p{Pd}]+`)
	partOfNumber  = regexp.MustCompile(`^[0-9A-ZÑ&]+$`)
)

// Plain is the number as it is stored and compared: in capitals, without the spaces and hyphens between its parts, so that the EIN
// 12-3456789 is 123456789. Whatever is not made of letters and digits stays as it is, for the rules to refuse.
func (n OrgNumber) Plain() OrgNumber {
	text := strings.ToUpper(strings.TrimSpace(string(n)))
	parts := betweenParts.Split(text, -1)
	for _, part := range parts {
		if !partOfNumber.MatchString(part) {
			return n
		}
	}
	return OrgNumber(strings.Join(parts, ""))
}

var (
	onlyDigits    = regexp.MustCompile(`^[0-9]+$`)
	errOneDigit   = errors.New("is one digit again and again, which is no organization's number")
	errNoOrgChars = errors.New("must be 4 to 20 letters and digits; spaces and hyphens may be between them")
)

// check tells what is wrong with the number of a draft.
func (n *OrgNumbers) check(d Draft) error {
	number := string(d.OrgNumber)
	form, own := n.Markets[d.Market]
	switch {
	case own && !orgNumberForm.MatchString(number):
		return errNoOrgChars
	case own:
		return form.check(number)
	case !onlyDigits.MatchString(number) || len(number) < n.Min || len(number) > n.Max:
		return fmt.Errorf("must be %d to %d digits", n.Min, n.Max)
	case d.TestID == 0 && strings.Count(number, number[:1]) == len(number):
		return errOneDigit
	}
	return nil
}

// UnmarshalJSON keeps the number as it was sent. Whatever is none is kept too, for the rules to refuse.
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

// Number is the number where JSON can hold it exactly, else a string; 0 for none.
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
