// Package texts loads what customers read: one JSON file of texts for each language, such as words/en.json, with the same keys in
// each. A further language is a further file.
//
// It guarantees: every language has every text, with the same {blanks} to fill in; a text that depends on a number has the forms
// that its language needs. A file that breaks this is an error when the program starts.
package texts

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Fallback is the language of last resort. Its texts are the measure of the others.
const Fallback = "en"

// Catalogue is texts by language, then by key.
type Catalogue map[string]map[string]string

// Load loads the JSON files of a folder. The keys in own are of texts whose blanks are each language's own.
func Load(files fs.FS, folder string, own ...string) (Catalogue, error) {
	names, err := fs.Glob(files, folder+"/*.json")
	if err != nil {
		return nil, err
	}
	c := Catalogue{}
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
	if c[Fallback] == nil {
		return nil, fmt.Errorf("%s/%s.json is missing", folder, Fallback)
	}
	return c, c.check(folder, own)
}

// Languages lists the languages of a catalogue.
func Languages[T any](c map[string]T) []string { return slices.Sorted(maps.Keys(c)) }

// check returns how the languages differ from English.
func (c Catalogue) check(folder string, own []string) error {
	var wrong []error
	for _, language := range Languages(c) {
		texts, file := c[language], folder+"/"+language+".json"
		for _, key := range slices.Sorted(maps.Keys(c[Fallback])) {
			text, has := texts[key]
			switch want := c[Fallback][key]; {
			case !has && Form.MatchString(key) && !strings.HasSuffix(key, ".other"): // this language may do without
			case strings.TrimSpace(text) == "":
				wrong = append(wrong, fmt.Errorf("%s has no %q", file, key))
			case !slices.Contains(own, key) && blanks(text) != blanks(want):
				wrong = append(wrong, fmt.Errorf("%s: %q fills in %q, in English %q", file, key, blanks(text), blanks(want)))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if c[Fallback][Form.ReplaceAllString(key, ".other")] == "" && c[Fallback][key] == "" {
				wrong = append(wrong, fmt.Errorf("%s has %q, which English has not", file, key))
			}
		}
	}
	return errors.Join(wrong...)
}

// Form matches the end of the key of a text that depends on a number: the plural forms of all languages, as CLDR names them.
var Form = regexp.MustCompile(`\.(zero|one|two|few|many|other)$`)

var blank = regexp.MustCompile(`\{\w+\}`)

func blanks(text string) string {
	found := blank.FindAllString(text, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

// Fill fills in the blanks of a text, given as names and values in turn. Blanks that are not given stay. A value that ends with a full
// stop, as p.m. does, ends its sentence too.
func Fill(text string, given ...any) string {
	filled, _ := fill(text, given)
	return filled
}

// Whole is Fill, and an error for a blank that is not given.
func Whole(text string, given ...any) (string, error) {
	filled, missing := fill(text, given)
	if missing != "" {
		return "", fmt.Errorf("{%s} of %q is not filled in", missing, text)
	}
	return filled, nil
}

// fill fills in a text, and returns the name of the first blank that is not given; "" for none. Each mail is made of some forty texts, so
// it reads the text once, without an expression.
func fill(text string, given []any) (filled, missing string) {
	var out strings.Builder
	for {
		before, rest, opens := strings.Cut(text, "{")
		name, after, closes := strings.Cut(rest, "}")
		if !opens || !closes {
			if out.Len() == 0 {
				return text, missing
			}
			out.WriteString(text)
			return out.String(), missing
		}
		out.WriteString(before)
		value, has := valueOf(name, given)
		switch {
		case has:
			out.WriteString(value)
			if strings.HasSuffix(value, ".") {
				after = strings.TrimPrefix(after, ".")
			}
		case word(name):
			missing = cmp.Or(missing, name)
			fallthrough
		default: // braces that are no blank stay, with what is in them
			out.WriteString("{")
			after = rest
		}
		text = after
	}
}

func valueOf(name string, given []any) (string, bool) {
	for i := 0; i+1 < len(given); i += 2 {
		if given[i] == name {
			if text, is := given[i+1].(string); is {
				return text, true
			}
			return fmt.Sprint(given[i+1]), true
		}
	}
	return "", false
}

// word reports whether braces with a text in them are a blank.
func word(text string) bool { return text != "" && blank.MatchString("{"+text+"}") }
