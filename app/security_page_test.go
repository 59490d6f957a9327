package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPage: each test that the page names exists, and each of the ten risks has one.
func TestSecurityPage(t *testing.T) {
	page := string(read(t, "../docs/security.md"))
	there := testsOfTheTree(t)
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
	for _, m := range named.FindAllStringSubmatch(page, -1) {
		if !there[m[1]] {
			t.Errorf("the page names %s, which is not there", m[1])
		}
	}
	for i := range 10 {
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^\| API%d .*$`, i+1)).FindString(page)
		if !named.MatchString(line) {
			t.Errorf("no test shows what is done about API%d: %q", i+1, line)
		}
	}
}

// testsOfTheTree returns the names of all tests and fuzz targets.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range declared.FindAllStringSubmatch(string(read(t, path)), -1) {
			names[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
