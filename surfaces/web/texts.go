package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"strings"

	"acme.example/webshop/platform/texts"
)

// catalogue holds the shop's texts: by language, then by key.
type catalogue texts.Catalogue

func loadTexts(files fs.FS) (catalogue, error) {
	c, err := texts.Load(files, "texts")
	return catalogue(c), err
}

// tongue is a language that the customer may switch to, as the switch shows it.
type tongue struct {
	Language, Code, Name string
	Chosen               bool
}

// tongues are all languages, on a page in one of them.
func (c catalogue) tongues(chosen string) (all []tongue) {
	for _, language := range texts.Languages(c) {
		all = append(all, tongue{
			Language: language, Code: c[language]["language.code"], Name: c[language]["language.name"], Chosen: language == chosen,
		})
	}
	return all
}

// literal matches what a script may name a text with.
var literal = regexp.MustCompile(`"[a-zA-Z0-9._-]+"`)

// spoken returns the texts that scripts use, of a file of texts. The others are in the pages already. A script names a key in
// full, as a literal.
func spoken(files fs.FS, content []byte) ([]byte, error) {
	named, err := literals(files)
	if err != nil {
		return nil, err
	}
	var all map[string]string
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, err
	}
	maps.DeleteFunc(all, func(key, _ string) bool { return !named[key] && !named[texts.Form.ReplaceAllString(key, "")] })
	return json.Marshal(all)
}

// literals returns the words that the scripts have in quotes.
func literals(files fs.FS) (map[string]bool, error) {
	names, err := fs.Glob(files, "js/*.js")
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, name := range names {
		script, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		for _, quoted := range literal.FindAllString(string(script), -1) {
			found[strings.Trim(quoted, `"`)] = true
		}
	}
	return found, nil
}

// text returns a text; a missing one is an error.
func (c catalogue) text(language, key string) (string, error) {
	if s := c[language][key]; s != "" {
		return s, nil
	}
	return "", fmt.Errorf("texts/%s.json has no %q", language, key)
}
