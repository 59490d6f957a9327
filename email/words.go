package email

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"acme.example/webshop/platform/texts"
)

//go:embed words
var wordFiles embed.FS

// language is the texts of one language by key. Keys that begin with an event's name belong to its mail.
type language map[string]string

// languages are all languages of mails: the files in words.
var languages = func() map[string]language {
	all, err := loadWords(wordFiles)
	if err != nil {
		panic("email: " + err.Error()) // such a binary was never tested
	}
	return all
}()

// loadWords loads the languages. The hours of a day are written in each language's own way.
func loadWords(files fs.FS) (map[string]language, error) {
	c, err := texts.Load(files, "words", "time")
	all := map[string]language{}
	for name, words := range c {
		all[name] = words
	}
	return all, err
}

// Languages lists the languages of mails, so that a shop with a market in another one does not start.
func Languages() []string { return texts.Languages(languages) }

// word returns a text with its blanks filled in, given as names and values in turn. An unknown key and a blank that is not given
// are errors, so that no incomplete mail is sent.
func (l language) word(key string, blanks ...any) (string, error) {
	text, ok := l[key]
	if !ok {
		return "", fmt.Errorf("email: there is no text for %q", key)
	}
	whole, err := texts.Whole(text, blanks...)
	if err != nil {
		return "", fmt.Errorf("email: %s: %w", key, err)
	}
	return whole, nil
}

// when writes a day and a time of day.
func (l language) when(at time.Time, year bool) string {
	return texts.Fill(l["date.and-time"], "date", l.day(at, year), "time", l.clock(at))
}

// day writes a day.
func (l language) day(at time.Time, year bool) string {
	key := "date"
	if year {
		key = "date.with-year"
	}
	return texts.Fill(l[key], "day", at.Day(), "year", at.Year(),
		"weekday", l["weekday."+strings.ToLower(at.Weekday().String())], "month", l["month."+strings.ToLower(at.Month().String())])
}

// clock writes a time of day.
func (l language) clock(at time.Time) string {
	half := "am"
	if at.Hour() >= 12 {
		half = "pm"
	}
	return texts.Fill(l["time"], "hour", at.Hour(), "hour12", (at.Hour()+11)%12+1, "minute", at.Format("04"), "half", l[half])
}
