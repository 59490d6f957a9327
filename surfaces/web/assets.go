package web

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reference matches an asset's name in a file: a quoted literal.
var reference = regexp.MustCompile(`"/assets/([a-zA-Z0-9./_-]+)"`)

// remark matches a line of a script that is a comment.
var remark = regexp.MustCompile(`(?m)^[ \t]*//.*\n`)

// assets are the assets loaded so far. An asset is loaded after all that it refers to, because their hashed names are
// part of its content and so of its own hash.
type assets struct {
	*compressor
	files     fs.FS
	documents map[string]*document // by hashed path
	addresses map[string]string    // hashed path of each file; "" while it is being loaded
	modules   map[string][]string  // the scripts that each script imports, directly or not, as hashed paths
}

func newAssets(files fs.FS) (*assets, error) {
	p, err := newCompressor()
	return &assets{compressor: p, files: files, documents: map[string]*document{}, addresses: map[string]string{}, modules: map[string][]string{}}, err
}

// address loads a file, with all that it refers to, and returns its hashed path.
func (s *assets) address(name string) (string, error) {
	if address, known := s.addresses[name]; known {
		if address == "" {
			return "", fmt.Errorf("%s refers to itself, by itself or through others", name)
		}
		return address, nil
	}
	s.addresses[name] = ""
	content, err := fs.ReadFile(s.files, name)
	if err != nil {
		return "", err
	}
	content, err = s.rewrite(name, content)
	if err != nil {
		return "", err
	}
	doc, err := s.document(name, content)
	if err != nil {
		return "", err
	}
	extension := path.Ext(name)
	address := "/assets/" + strings.TrimSuffix(name, extension) + "." + doc.hash + extension
	s.addresses[name], s.documents[address] = address, doc
	return address, nil
}

// rewrite replaces references to assets by their hashed paths, and leaves the lines out that are comments of scripts. Drawings and texts have none; of the texts, only those that
// scripts use are left.
func (s *assets) rewrite(name string, content []byte) ([]byte, error) {
	switch path.Ext(name) {
	case ".svg":
		return content, nil
	case ".json":
		return spoken(s.files, content)
	case ".js":
		content = remark.ReplaceAll(content, nil)
	}
	var problems []error
	content = reference.ReplaceAllFunc(content, func(quoted []byte) []byte {
		target := string(reference.FindSubmatch(quoted)[1])
		address, err := s.address(target)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			return quoted
		}
		if path.Ext(target) == ".js" {
			s.imports(name, target)
		}
		return []byte(`"` + address + `"`)
	})
	return content, errors.Join(problems...)
}

// imports records that a file needs a script, and all that this script imports.
func (s *assets) imports(name, target string) {
	for _, address := range append([]string{s.addresses[target]}, s.modules[target]...) {
		if !slices.Contains(s.modules[name], address) {
			s.modules[name] = append(s.modules[name], address)
		}
	}
}
