package order

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"acme.example/webshop/address"
)

// AddressRules are what a market asks of the address of delivery of a real order.
type AddressRules struct {
	address.Format
	Always bool // whether orders without a required field are refused; if not, only the shop's own pages ask for it
	Zones  address.Zones
}

// addressText is an optional text of an address.
type addressText struct {
	name, value string
	most        int // characters
}

func addressTexts(a Address) []addressText {
	return []addressText{
		{"line2", a.Line2, 200}, {"postalCode", a.PostalCode, 20}, {"region", a.Region, 100}, {"neighborhood", a.Neighborhood, 100},
		{"country", a.Country, 2}, {"company", a.Company, 200}, {"deliveryNotes", a.DeliveryNotes, 500},
		{"recipientName", a.RecipientName, 200}, {"recipientPhone", a.RecipientPhone, 40}, {"giftMessage", a.GiftMessage, 500},
	}
}

// checkAddressTexts checks what may be left out.
func (d Draft) checkAddressTexts(wrong *problems) {
	for _, f := range addressTexts(d.Address) {
		if fault := textFault(f.value); fault != "" {
			wrong.add(f.name, "%s", fault)
		} else if utf8.RuneCountInString(f.value) > f.most {
			wrong.add(f.name, "must have at most %d characters", f.most)
		}
	}
	if d.TestID == 0 && d.RecipientPhone != "" && !phonePattern.MatchString(d.RecipientPhone) {
		wrong.add("recipientPhone", phoneRule)
	}
}

// plain is a real order's draft with its telephone numbers and postal code as they are stored, so that what a keyboard or a
// copied text brings with them does no harm. A number that is not understood stays as it was typed.
func (r *Rules) plain(d Draft) Draft {
	d.OrgNumber = d.OrgNumber.Plain()
	if d.TestID != 0 {
		return d
	}
	rules := r.Markets[d.Market].Address
	d.Phone, d.RecipientPhone = plainPhone(d.Phone, rules), plainPhone(d.RecipientPhone, rules)
	if rules == nil {
		return d
	}
	d.PostalCode, _ = rules.ReadPostalCode(d.PostalCode)
	return d
}

// extension is how people write the extension of a telephone number.
var extension = regexp.MustCompile(`(?i) *(?:ext\.?|x|#) *([0-9]{1,7})$`)

// plainPhone is a telephone number as E.164 has it, where the country's numbers are known; another one is in the characters of a keyboard.
func plainPhone(typed string, rules *AddressRules) string {
	if rules != nil {
		if read, ok := address.Phone(typed, rules.Country); ok {
			return read
		}
	}
	return extension.ReplaceAllString(strings.TrimSpace(address.Plain(typed)), " ext. $1")
}

// checkAddress checks an address against the rules of its market, and returns it as it is stored. A test order's is taken as it is.
func (r *Rules) checkAddress(d Draft, wrong *problems) Address {
	rules, a := r.Markets[d.Market].Address, d.Address
	if rules == nil || d.TestID != 0 {
		return a
	}
	if a.Country != "" && a.Country != rules.Country {
		wrong.add("country", "must be %s: that is where %s is delivered to", rules.Country, d.Market)
	}
	rules.checkRequired(a, wrong)
	if a.PostalCode != "" {
		rules.checkPostalCode(a.PostalCode, wrong)
	}
	if a.Region != "" {
		var known bool
		if a.Region, known = rules.ReadRegion(a.Region); !known {
			wrong.add("region", "must be a state or region of %s, by its name or code", rules.Country)
		}
	}
	return a
}

// Jurisdiction is where an address is, of the parts of the market that tax in their own ways; "" where there are none.
func (m Market) Jurisdiction(a Address) string {
	if m.Address != nil {
		a.Region, _ = m.Address.ReadRegion(a.Region)
	}
	return m.Taxed.Of(a.Region, a.PostalCode)
}

// Country is the country whose addresses a market has, "" where its rules name none.
func (m Market) Country() string {
	if m.Address == nil {
		return ""
	}
	return m.Address.Country
}

func (m *AddressRules) checkRequired(a Address, wrong *problems) {
	for _, f := range addressTexts(a) {
		if m.Always && slices.Contains(m.Required, f.name) && strings.TrimSpace(f.value) == "" {
			wrong.add(f.name, "must not be empty")
		}
	}
}

func (m *AddressRules) checkPostalCode(code string, wrong *problems) {
	if _, possible := m.ReadPostalCode(code); !possible {
		wrong.add("postalCode", "must be a postal code of %s", m.Country)
	} else if _, deliverable := m.Zones.Of(code); !deliverable {
		wrong.add("postalCode", "we do not deliver to this postal code yet")
	}
}

// Zone returns the zone of deliveries of a postal code in a market, "" where it has none or it is not known, and whether there is
// delivery to it.
func (r *Rules) Zone(market, postalCode string) (zone string, deliverable bool) {
	if rules := r.Markets[market].Address; rules != nil {
		return rules.Zones.Of(postalCode)
	}
	return "", true
}
