package address

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	data "github.com/Boostport/address"
)

// usual is where city, region and postal code stand in countries whose way of writing is not known.
var usual = piecesOf("%C, %S %Z")

// placed matches city, region and postal code in the library's formats, with what is between the one before and it.
var placed = regexp.MustCompile(`([^%]*)%([CSZ])|%.`)

// piece is a part of a line: "C" for the city, "S" for the region, "Z" for the postal code.
type piece struct{ before, name string }

func piecesOf(format string) []piece {
	var pieces []piece
	for _, found := range placed.FindAllStringSubmatch(format, -1) {
		if name := found[2]; name != "" {
			pieces = append(pieces, piece{between(found[1]), name})
		}
	}
	return pieces
}

// lines are the pieces by country. The library puts all that it knows of a country together for each question, which took more than
// the rest of a mail, so each is asked for once.
var lines = sync.OnceValue(func() map[string][]piece {
	all := map[string][]piece{}
	for _, country := range data.ListCountries("en") {
		all[country.Code] = piecesOf(data.GetCountry(country.Code).Format)
	}
	return all
})

// Place writes city, region and postal code in one line, in the order that a country writes them: "Springfield, IL 62701" in the
// United States, "06700 Ciudad de México, CMX" in Mexico. Missing ones are left out.
func Place(country, city, region, postalCode string) string {
	parts := map[string]string{"C": city, "S": region, "Z": postalCode}
	pieces := lines()[country]
	if !haveAll(pieces, parts) {
		pieces = usual
	}
	var line strings.Builder
	for _, p := range pieces {
		part := parts[p.name] // as it was typed
		if strings.TrimSpace(part) == "" {
			continue
		}
		if line.Len() > 0 {
			line.WriteString(p.before)
		}
		line.WriteString(part)
	}
	return line.String()
}

// haveAll reports whether there is a piece for each part that there is.
func haveAll(pieces []piece, parts map[string]string) bool {
	for name, part := range parts {
		if part != "" && !slices.ContainsFunc(pieces, func(p piece) bool { return p.name == name }) {
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
