package event

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"acme.example/webshop/address"
)

// Address is what a delivery needs besides the customer's name, telephone number, street and city. All of it is optional, and
// the zero value stands for an order that has none of it.
type Address struct {
	Line2          string `json:"line2,omitempty" maxLength:"200" doc:"Second line of the address: apartment, suite, floor" example:"Apt. 4B"`
	PostalCode     string `json:"postalCode,omitempty" maxLength:"20" doc:"Postal code" example:"10001"`
	Region         string `json:"region,omitempty" maxLength:"100" doc:"State, province or region: its code where the country has codes, else its name" example:"NY"`
	Neighborhood   string `json:"neighborhood,omitempty" maxLength:"100" doc:"Neighborhood; in Mexico the colonia"`
	Country        string `json:"country,omitempty" maxLength:"2" doc:"ISO 3166-1 code of the country. Missing: the market's" example:"US"`
	Company        string `json:"company,omitempty" maxLength:"200" doc:"Company at the address"`
	DeliveryNotes  string `json:"deliveryNotes,omitempty" maxLength:"500" doc:"What the driver should know" example:"Ring twice"`
	RecipientName  string `json:"recipientName,omitempty" maxLength:"200" doc:"Who gets the delivery. Missing: the customer"`
	RecipientPhone string `json:"recipientPhone,omitempty" maxLength:"40" doc:"The recipient's telephone number"`
	GiftMessage    string `json:"giftMessage,omitempty" maxLength:"500" doc:"A message for the recipient"`
}

// Lines lays an address out for people, from the recipient to the city, as its country does; country is that of its market. Empty
// lines are left out.
func (a Address) Lines(street, city, country string) []string {
	place := address.Place(cmp.Or(a.Country, country), city, a.Region, a.PostalCode)
	lines := []string{a.RecipientName, a.Company, street, a.Line2, a.Neighborhood, place}
	return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
}

// describe gives the schema of an address the descriptions of its fields, and lets it have properties that a newer publisher adds.
func (Address) describe(s *jsonschema.Schema) {
	s.AdditionalProperties = nil
	for i := range reflect.TypeFor[Address]().NumField() {
		f := reflect.TypeFor[Address]().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		s.Properties[name].Description = f.Tag.Get("doc")
	}
}
