package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are the licences that demand no more than a notice, or the changes to the licensed files themselves.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "Unlicense"}

// The table is between these two lines of the page.
const (
	begin = "<!-- made by make generate -->\n"
	end   = "<!-- end -->\n"
)

// module is a module in go.mod. The shop, its tests and its tools use only these.
type module struct {
	Path, Version, Dir string
}

// modules lists the modules in go.mod, with the folder of each.
func modules() ([]module, error) {
	var file struct{ Require []module }
	text, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		return nil, fmt.Errorf("go mod edit: %w", err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	folders, err := folders()
	for i, m := range file.Require {
		file.Require[i].Dir = folders[m.Path+"@"+m.Version]
	}
	return file.Require, err
}

// folders returns where each module is, by path and version; missing ones are fetched.
func folders() (map[string]string, error) {
	text, err := exec.Command("go", "mod", "download", "-json").Output()
	if err != nil {
		return nil, fmt.Errorf("go mod download: %w", err)
	}
	all := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var m module
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[m.Path+"@"+m.Version] = m.Dir
	}
}

// table returns the table of the modules of each licence, or an error with the modules that may not be used.
func table(all []module) (string, error) {
	var wrong []error
	under := map[string][]string{}
	for _, m := range all {
		found, err := licences(m.Dir)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", m.Path, err))
		}
		licence := strings.Join(found, ", ")
		under[licence] = append(under[licence], "`"+m.Path+"`")
	}
	var out strings.Builder
	fmt.Fprintln(&out, "| licence | modules |\n| --- | --- |")
	for _, licence := range slices.Sorted(maps.Keys(under)) {
		fmt.Fprintf(&out, "| %s | %s |\n", licence, strings.Join(slices.Sorted(slices.Values(under[licence])), ", "))
	}
	return out.String(), errors.Join(wrong...)
}

// licences returns the licences in a module's folder. If there are several, all must be allowed.
func licences(folder string) (found []string, err error) {
	var files []string
	for _, pattern := range []string{"[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*", "COPYING*", "UNLICENSE*"} {
		more, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, match := range licensecheck.Scan(text).Match {
			if !match.IsURL && !slices.Contains(found, match.ID) {
				found = append(found, match.ID)
			}
		}
	}
	slices.Sort(found)
	return found, check(found)
}

func check(found []string) error {
	if len(found) == 0 {
		return errors.New("has no licence that is known")
	}
	for _, id := range found {
		if !slices.Contains(allowed, id) {
			return fmt.Errorf("has the licence %s, which is not one of: %s", id, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// fill replaces what is between the two lines.
func fill(page, table string) (string, error) {
	before, rest, hasBegin := strings.Cut(page, begin)
	_, after, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		return "", errors.New("the page has no room for the table")
	}
	return before + begin + "\n" + table + "\n" + end + after, nil
}
