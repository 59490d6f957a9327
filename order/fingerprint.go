package order

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// fingerprint tells requests apart: it is a hash of their fields, each with its name. All releases must hash the same text,
// since fingerprints are stored and copies of two releases may run at a time. So a field that is added to Draft has to be
// left out here where it is not set, as the last three are.
func (d Draft) fingerprint() string {
	var text strings.Builder
	field := func(name string, value any) { fmt.Fprintf(&text, ", %s:%#v", name, value) }
	text.WriteString("order.Draft{_:struct {}{}")
	field("Name", d.Name)
	field("Email", d.Email)
	field("Phone", d.Phone)
	field("Street", d.Street)
	field("City", d.City)
	field("CustomerType", d.CustomerType)
	field("Market", d.Market)
	field("Products", d.Products)
	field("TotalPrice", d.TotalPrice)
	field("TestID", d.TestID)
	field("OrgNumber", d.OrgNumber)
	if d.Codes != nil || d.Details != nil || d.Currency != "" {
		field("Codes", d.Codes)
		field("Details", d.Details)
	}
	if d.Currency != "" {
		field("Currency", d.Currency)
	}
	text.WriteString("}")
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:16])
}
