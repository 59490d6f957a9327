// Package textstest invents a language, to test that a further language takes further files only.
package textstest

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"testing/fstest"
)

// Language is the invented language: English in letters that nothing else in the shop has.
const Language = "xx"

var blank = regexp.MustCompile(`\{\w+\}`)

// Foreign writes a text in the invented language. Its blanks stay.
func Foreign(text string) string {
	var out strings.Builder
	at := 0
	for _, b := range blank.FindAllStringIndex(text, -1) {
		out.WriteString(strings.Map(wide, text[at:b[0]]) + text[b[0]:b[1]])
		at = b[1]
	}
	return out.String() + strings.Map(wide, text[at:])
}

// wide is the full-width form of a letter.
func wide(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'ａ'
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'Ａ'
	}
	return r
}

// English finds what is not in the invented language: words in plain letters.
var English = regexp.MustCompile(`[A-Za-z]{2,}`)

// File translates a file of texts. What browsers call the language stays a name that they can read.
func File(english []byte) ([]byte, error) {
	var texts map[string]string
	if err := json.Unmarshal(english, &texts); err != nil {
		return nil, err
	}
	for key, text := range texts {
		if !strings.HasSuffix(key, ".locale") {
			texts[key] = Foreign(text)
		}
	}
	return json.Marshal(texts)
}

// With returns files with the invented language beside the English texts of a folder.
func With(files fs.FS, folder string) (fs.FS, error) {
	all := fstest.MapFS{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		all[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	added, err := File(all[folder+"/en.json"].Data)
	maps.Copy(all, fstest.MapFS{folder + "/" + Language + ".json": {Data: added}})
	return all, err
}
