package email

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// language is the texts of one language.
type language struct {
	words map[string]string                    // the texts by key; %s and %d are blanks
	when  func(at time.Time, year bool) string // formats a day and a time of day
}

// languages are all languages of mails. A test checks that all have the same keys.
var languages = map[string]language{
	"en": {english, whenInEnglish},
	"es": {spanish, whenInSpanish},
}

// Languages lists the languages of mails, so that a shop with a market in another one does not start.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// word returns a text with its blanks filled. An unknown key is an error, so that no incomplete mail is sent.
func (l language) word(key string, blanks ...any) (string, error) {
	text, ok := l.words[key]
	if !ok {
		return "", fmt.Errorf("email: there is no text for %q", key)
	}
	if len(blanks) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, blanks...), nil
}
