package order

import (
	"slices"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestATextThatIsAMessageOfItsOwnIsRefused, in each field that stands in a mail, and the field is named.
func TestATextThatIsAMessageOfItsOwnIsRefused(t *testing.T) {
	rules := someRules(t)
	for name, text := range map[string]string{
		"a link": "You won https://evil.example/x", "in capitals": "HTTPS://EVIL.EXAMPLE", "another scheme": "ftp://evil.example",
		"without a scheme": "see www.evil.example", "in wide letters": "ｗｗｗ．evil.example", "a scheme alone": "http:evil.example", "a mail link": "mailto:x@evil.example",
		"a wide colon": "https：//evil.example", "line separator": "Ann\u2028You won", "paragraph separator": "Ann\u2029You won",
		"right to left": "Ann \u202egnp.exe", "isolate": "Ann\u2066x\u2069", "mark": "Ann\u200f", "Arabic mark": "Ann\u061c", "zero width alone": "\u200b",
		"zero width inside": "A\u200bnn", "byte order mark": "\ufeffAnn", "soft hyphen": "An\u00adn", "word joiner": "An\u2060n", "joiner in Latin": "A\u200dnn",
		"non-joiner in Latin": "A\u200cnn", "joiner at the beginning": "\u200dक", "joiner at the end": "क\u200d", "two joiners": "क\u200d\u200dष",
		"tags": "Ann\U000e0041", "interlinear": "A\ufff9nn", "line end": "Ann\nBcc: x", "NUL": "A\x00nn", "next line": "A\u0085nn", "no UTF-8": "A\xff",
		"Hangul filler alone": "\u3164", "Braille blank alone": "\u2800 \u2800", "variation selector alone": "\ufe0f", "a wide space alone": "\u3000",
	} {
		for field, change := range texts(text) {
			_, err := accept(rules, good(change))
			if e, ok := err.(*fault.Error); !ok || e.Code != fault.Invalid || !slices.ContainsFunc(e.Fields, func(f fault.Field) bool { return f.Name == field }) {
				t.Errorf("%s, %s is %q: %v", name, field, text, err)
			}
		}
	}
}

// TestRealNamesPass: of people, firms, streets and cities of the world.
func TestRealNamesPass(t *testing.T) {
	rules := someRules(t)
	for _, text := range []string{
		"Siobhán O'Brien", "Renée L’Écuyer", "Zoë Smith-Jones", "José de la O", "Null Sørensen Jr.", "Nguyễn Thị Hương", "𠮷田 Akira", "Þóra Guðmundsdóttir",
		"علی\u200cرضا رضایی", "نی\u200cنی", "क्\u200dष", "ශ්\u200dරී ලංකා", "শ্র\u200d্যা", "മോഹന്\u200dലാല്\u200dക", "עדה", "李小龍", "김철수", "Ελένη", "Юлия", "ქეთევან", "ប្រុស", "e\u0301 u\u0308",
		"Ann 👩🏽‍🌾", "❤️‍🔥 Café", "Smith & Sons, Inc.", "C/O Ann: 2nd floor", "Awww Ltd", "Wwwater St. 5", "Unit 4/5, c/o: Bob", "Http Street 1", "Calle 5 de Mayo #12-B",
		"\u00a0Ann", "St. Mary's // rear", "ᠮᠣᠩᠭᠣᠯ",
	} {
		for field, change := range texts(text) {
			if _, err := accept(rules, good(change)); err != nil {
				t.Errorf("%s is %q: %v", field, text, err)
			}
		}
	}
}

// texts are the changes that put a text into each field that stands in mails.
func texts(text string) map[string]func(*Draft) {
	return map[string]func(*Draft){
		"name":   func(d *Draft) { d.Name = text },
		"street": func(d *Draft) { d.Street = text },
		"city":   func(d *Draft) { d.City = text },
	}
}
