package email

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// language is how mails speak in one language.
type language struct {
	words map[string]string                    // the texts by key; %s and %d stand for what differs
	when  func(at time.Time, year bool) string // a day and a time of day, as people write it
}

// languages holds all languages that mails are written in. Every language has the same keys, which a test holds.
var languages = map[string]language{
	"en": {english, whenInEnglish},
	"es": {spanish, whenInSpanish},
}

// Languages lists the languages that mails are written in, so that a shop with a market in another one does not start.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// word returns a text with its blanks filled. A key that the language does not have is an error: a mail with a hole in
// it is not sent.
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
