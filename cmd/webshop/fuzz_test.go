package main

import (
	"strings"
	"testing"
)

// FuzzConfigFile: the error about a file that cannot be read has none of its values, which may be secrets.
func FuzzConfigFile(f *testing.F) {
	for _, more := range []string{"", "  a: [", "link-secret: [a, b]\n", "- x", "private-token: y\n", "a: &a\n  b: *a\n", "? [", "!!int x: y\n", "\t", "<<: 5\n"} {
		f.Add(more)
	}
	const secret = "RECOGNIZABLE"
	f.Fuzz(func(t *testing.T, more string) {
		for _, text := range []string{"private-token: " + secret + "\n" + more, more + "\nprivate-token: " + secret + "\n", "private-token: " + secret + more} {
			if _, err := loadConfig(strings.NewReader(text)); err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}
