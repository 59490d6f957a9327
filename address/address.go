// Package address knows how countries write addresses and telephone numbers, and which postal codes belong to which zone of
// deliveries. What it knows of countries is the data of kept libraries; zones are the shop's own rules.
package address

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	data "github.com/Boostport/address"
	"golang.org/x/text/unicode/norm"
)

// The fields of an address that a country may need besides street and city, in the order in which a form asks for them.
const (
	Neighborhood = "neighborhood"
	PostalCode   = "postalCode"
	Region       = "region"
)

// Fields are all of them.
var Fields = []string{Neighborhood, PostalCode, Region}

// names are the library's names of the fields.
var names = map[string]data.Field{Neighborhood: data.DependentLocality, PostalCode: data.PostCode, Region: data.AdministrativeArea}

// Format is what a country's addresses are like.
type Format struct {
	Country  string
	Required []string // which of Fields every address there has
	Pattern  string   // that a whole postal code is of; "": no form is known
	Regions  []Choice // nil: any text is a region
}

// Choice is a region: its code, which is stored, and its name.
type Choice struct {
	Code string `json:"code" doc:"As it is in an order" example:"NY"`
	Name string `json:"name" example:"New York"`
}

// FormatOf returns the format of a country by its ISO 3166-1 code, with more fields that are required of it.
func FormatOf(country string, also ...string) (Format, error) {
	if !slices.ContainsFunc(data.ListCountries("en"), func(c data.CountryListItem) bool { return c.Code == country }) {
		return Format{}, fmt.Errorf("address: there is no country %q", country)
	}
	known := data.GetCountry(country)
	f := Format{Country: country, Pattern: strings.TrimSuffix(strings.TrimPrefix(known.PostCodeRegex.Regex, "^"), "$")}
	for _, name := range Fields {
		if slices.Contains(known.Required, names[name]) || slices.Contains(also, name) {
			f.Required = append(f.Required, name)
		}
	}
	if _, err := whole(f.Pattern); err != nil {
		return Format{}, fmt.Errorf("address: postal codes of %s: %w", country, err)
	}
	for _, area := range known.AdministrativeAreas[known.DefaultLanguage] {
		f.Regions = append(f.Regions, Choice{area.ID, area.Name})
	}
	return f, nil
}

// ReadPostalCode returns a postal code as it is stored, and whether it can be one of the country.
func (f Format) ReadPostalCode(typed string) (string, bool) {
	code := strings.ToUpper(strings.Join(strings.Fields(Plain(typed)), " "))
	if f.Pattern == "" {
		return code, true
	}
	form, err := whole(f.Pattern)
	return code, err == nil && form.MatchString(code)
}

// forms keeps the compiled patterns: at most one set for each country.
var forms sync.Map

func whole(pattern string) (*regexp.Regexp, error) {
	if form, has := forms.Load(pattern); has {
		return form.(*regexp.Regexp), nil
	}
	form, err := regexp.Compile("^(?:" + pattern + ")$")
	if err == nil {
		forms.Store(pattern, form)
	}
	return form, err
}

// ReadRegion returns the code of a region that was given by its code or its name, and whether the country has it.
func (f Format) ReadRegion(typed string) (string, bool) {
	typed = strings.TrimSpace(Plain(typed))
	for _, r := range f.Regions {
		if alike(r.Code, typed) || alike(r.Name, typed) {
			return r.Code, true
		}
	}
	return typed, f.Regions == nil
}

// alike compares names without case and accents.
func alike(a, b string) bool { return bare(a) == bare(b) }

func bare(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text)))
}

// Plain returns a typed number or code with the plain forms of its characters: wide digits, typographic hyphens and spaces as
// those of a keyboard, and without marks that only say in which direction to write.
func Plain(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r), r == '\u2212':
			return '-'
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, norm.NFKC.String(typed))
}
