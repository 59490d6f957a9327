package rules

import (
	"fmt"
	"slices"
)

// spoken requires every text in the language of each market. In a language that no market has, the English text stands in.
func (c *checker) spoken(f form) {
	var languages []string
	for _, m := range f.Markets {
		languages = append(languages, m.Language)
	}
	slices.Sort(languages)
	for _, language := range slices.Compact(languages) {
		for path, text := range f.texts() {
			_, has := text[language]
			c.require(has || text == nil, path, "has no text for %q", language)
		}
	}
}

// texts are all texts for customers, by their paths.
func (f form) texts() map[string]map[string]string {
	all := map[string]map[string]string{}
	for i, p := range f.Catalog {
		at := fmt.Sprintf("catalog[%d]", i)
		all[at+".name"], all[at+".description"] = p.Name, p.Description
		for fact, text := range p.Facts {
			all[at+".facts."+fact] = text
		}
	}
	for name, t := range f.CustomerTypes {
		at := "customerTypes." + name
		all[at+".label"] = t.Label
		for i, d := range t.Details {
			at := fmt.Sprintf("%s.details[%d]", at, i)
			all[at+".label"], all[at+".hint"] = d.Label, d.Hint
		}
	}
	for name, o := range f.Offers {
		all["offers."+name+".label"] = o.Label
	}
	for name, m := range f.Markets {
		m.Tax.texts("markets."+name+".tax", all)
		for i, e := range m.Charges {
			all[fmt.Sprintf("markets.%s.charges[%d].label", name, i)] = e.Label
		}
	}
	return all
}
