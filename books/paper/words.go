package paper

import (
	"cmp"
	"embed"
	"strings"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/texts"
)

//go:embed words
var wordFiles embed.FS

// languages are the texts of all languages: the files in words.
var languages = func() texts.Catalogue {
	all, err := texts.Load(wordFiles, "words")
	if err != nil {
		panic("paper: " + err.Error()) // such a binary was never tested
	}
	return all
}()

// language is the texts of one language, by key.
type language map[string]string

func inLanguage(name string) (string, language) {
	if words, ok := languages[name]; ok {
		return name, words
	}
	return texts.Fallback, languages[texts.Fallback]
}

func (l language) say(key string, blanks ...any) string { return texts.Fill(l[key], blanks...) }

// day writes a date; "" for none.
func (l language) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.say("date", "day", t.Day(), "month", l["month."+strings.ToLower(t.Month().String())], "year", t.Year())
}

// number writes an amount without its currency.
func (l language) number(a money.Amount) string {
	number, negative := strings.CutPrefix(a.Decimal(), "-")
	whole, fraction, point := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + l["number.group"] + whole[i:]
	}
	if point {
		whole += l["number.point"] + fraction
	}
	if negative {
		return "−" + whole
	}
	return whole
}

// amount writes an amount with its currency.
func (l language) amount(a money.Amount) string {
	return l.say("amount", "number", l.number(a), "currency", a.Currency)
}

// taxName names a tax with its rate.
func (l language) taxName(t Tax) string {
	if t.Rate == "" {
		return cmp.Or(t.Name, t.Code)
	}
	return l.say("tax.name", "name", cmp.Or(t.Name, t.Code), "rate", t.Rate)
}
