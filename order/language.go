package order

import (
	"slices"

	"golang.org/x/text/language"
)

// maxAccept bounds what is read of an Accept-Language.
const maxAccept = 200

// reads is the language of a draft's customer: the one that was chosen, else the browser's; "" for the market's.
func (s *Service) reads(d Draft) string {
	if slices.Contains(s.Languages, d.Language) {
		return d.Language
	}
	tags, _, err := language.ParseAcceptLanguage(d.Accept[:min(len(d.Accept), maxAccept)])
	if err != nil {
		return "" // no browser sends such a thing
	}
	for _, tag := range tags {
		if base, _ := tag.Base(); slices.Contains(s.Languages, base.String()) {
			return base.String()
		}
	}
	return ""
}
