package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
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

// text returns a text; a missing one is an error.
func (c catalogue) text(language, key string) (string, error) {
	if s := c[language][key]; s != "" {
		return s, nil
	}
	return "", fmt.Errorf("texts/%s.json has no %q", language, key)
}
