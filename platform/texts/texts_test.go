package texts_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"acme.example/webshop/platform/texts"
)

// TestWhatLanguagesLack: a language that lacks a text, or fills in others than English, is refused by name.
func TestWhatLanguagesLack(t *testing.T) {
	const english = `{"a": "Order {id} of {name}", "n.one": "{n} plant", "n.other": "{n} plants", "time": "{hour12} {half}"}`
	for other, want := range map[string]string{
		`{"a": "{name}: {id}", "n.other": "{n}", "time": "{hour}"}`:                                 "",
		`{"a": "{name}: {id}", "n.one": "{n}", "n.few": "{n}", "n.other": "{n}", "time": "{hour}"}`: "",
		`{"a": "{name}", "n.other": "{n}", "time": "{hour}"}`:                                       `words/xx.json: "a" fills in "{name}", in English "{id} {name}"`,
		`{"a": " ", "n.other": "{n}", "time": "{hour}"}`:                                            `words/xx.json has no "a"`,
		`{"a": "{name}: {id}", "n.one": "{n}", "time": "{hour}"}`:                                   `words/xx.json has no "n.other"`,
		`{"a": "{name}: {id}", "n.other": "{n}", "time": "{hour}", "b": "B"}`:                       `words/xx.json has "b", which English has not`,
		`{"a": "{name}: {id}", "n.other": "{n}", "time": "{hour}", "b.few": "B"}`:                   `words/xx.json has "b.few", which English has not`,
		`["a"]`: "words/xx.json: json: cannot unmarshal",
	} {
		files := fstest.MapFS{"words/en.json": {Data: []byte(english)}, "words/xx.json": {Data: []byte(other)}}
		c, err := texts.Load(files, "words", "time")
		if want == "" && (err != nil || !slices.Equal(texts.Languages(c), []string{"en", "xx"})) {
			t.Errorf("%s: %v, %v", other, texts.Languages(c), err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", other, err, want)
		}
	}
	if _, err := texts.Load(fstest.MapFS{"words/xx.json": {Data: []byte("{}")}}, "words"); err == nil || err.Error() != "words/en.json is missing" {
		t.Errorf("without English: %v", err)
	}
}

// TestFill: what is filled in is not filled in again, and a blank that nobody fills in is an error of Whole.
func TestFill(t *testing.T) {
	if got := texts.Fill("{a} {b} {a} {c}", "a", "{b}", "b", 7); got != "{b} 7 {b} {c}" {
		t.Error(got)
	}
	if got := texts.Fill("From {a}. To {b}.", "a", "1 p.m.", "b", 2); got != "From 1 p.m. To 2." {
		t.Error(got)
	}
	if got, err := texts.Whole("{a}!", "a", "x"); got != "x!" || err != nil {
		t.Error(got, err)
	}
	if got, err := texts.Whole("{a} {b}", "a", "x"); got != "" || err == nil {
		t.Error(got, err)
	}
}
