package address

import (
	"regexp"
	"strings"

	data "github.com/Boostport/address"
)

// usual is where city, region and postal code stand in countries whose way of writing is not known.
const usual = "%C, %S %Z"

// placed matches city, region and postal code in the library's formats, with what is between the one before and it.
var placed = regexp.MustCompile(`([^%]*)%([CSZ])|%.`)

// Place writes city, region and postal code in one line, in the order that a country writes them: "Springfield, IL 62701" in the
// United States, "06700 Ciudad de México, CMX" in Mexico. Missing ones are left out.
func Place(country, city, region, postalCode string) string {
	format, parts := usual, map[string]string{"C": city, "S": region, "Z": postalCode}
	if known := data.GetCountry(country).Format; country != "" && hasAll(known, parts) {
		format = known
	}
	var line strings.Builder
	for _, found := range placed.FindAllStringSubmatch(format, -1) {
		part := parts[found[2]] // as it was typed
		if strings.TrimSpace(part) == "" {
			continue
		}
		if line.Len() > 0 {
			line.WriteString(between(found[1]))
		}
		line.WriteString(part)
	}
	return line.String()
}

// hasAll reports whether a format has a place for each part that there is.
func hasAll(format string, parts map[string]string) bool {
	for name, part := range parts {
		if part != "" && !strings.Contains(format, "%"+name) {
			return false
		}
	}
	return true
}

// between is what separates two parts in one line.
func between(separator string) string {
	if strings.TrimSpace(separator) == "" {
		return " "
	}
	return strings.TrimSpace(separator) + " "
}
