package address

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone returns a telephone number in the form of E.164, with its extension as in "+12125550100 ext. 12", and whether it was
// understood. A number without a country's code is one of the country.
func Phone(typed, country string) (string, bool) {
	number, err := phonenumbers.Parse(Plain(typed), country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", false
	}
	extension := number.GetExtension()
	number.Extension = nil
	text := phonenumbers.Format(number, phonenumbers.E164)
	if extension != "" {
		text += " ext. " + extension
	}
	return strings.TrimSpace(text), true
}
