package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strings"
)

// catalogue holds the shop's texts: by language, then by key.
type catalogue map[string]map[string]string

func loadTexts(files fs.FS) (catalogue, error) {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return nil, err
	}
	c := catalogue{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var texts map[string]string
		if err := json.Unmarshal(data, &texts); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c[strings.TrimSuffix(path.Base(name), ".json")] = texts
	}
	if c["en"] == nil {
		return nil, fmt.Errorf("texts/en.json is missing")
	}
	return c, nil
}

// plural matches the end of the key of a text that depends on a number.
var plural = regexp.MustCompile(`\.(one|other)$`)

// spoken returns the texts that scripts use, of a file of texts. The others are in the pages already. A script names a key in
// full, as a literal.
func spoken(files fs.FS, content []byte) ([]byte, error) {
	names, err := fs.Glob(files, "js/*.js")
	if err != nil {
		return nil, err
	}
	var scripts strings.Builder
	for _, name := range names {
		script, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		scripts.Write(script)
	}
	var texts map[string]string
	if err := json.Unmarshal(content, &texts); err != nil {
		return nil, err
	}
	maps.DeleteFunc(texts, func(key, _ string) bool {
		return !strings.Contains(scripts.String(), `"`+plural.ReplaceAllString(key, "")+`"`) && !strings.Contains(scripts.String(), `"`+key+`"`)
	})
	return json.Marshal(texts)
}

// text returns a text; a missing one is an error.
func (c catalogue) text(language, key string) (string, error) {
	if s := c[language][key]; s != "" {
		return s, nil
	}
	return "", fmt.Errorf("texts/%s.json has no %q", language, key)
}
