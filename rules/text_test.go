//go:build !race

// The race detector multiplies the memory that is measured here, so make test runs it without.

package rules

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// filled is a text repeated until it is as long as rules may be, or has as many marks, of which it has some.
func filled(text string, itsMarks int) string {
	return strings.Repeat(text, min(MaxText/len(text), (maxMarks-100)/max(itsMarks, 1)))
}

func numbered(form string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

// hostile are texts that take a YAML parser much more memory than they have, as large as they may be.
func hostile() map[string]string {
	bomb := "a0: &a0 [x, x]\n"
	for i := range 30 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	return map[string]string{
		"20 KB of brackets": strings.Repeat("[", 20_000), "brackets": filled("[", 1), "braces": filled("{", 1), "maps": filled("{a: ", 2),
		"closed": filled("[", 2) + filled("]", 2), "dashes": filled("- ", 1), "lines of dashes": filled(strings.Repeat("- ", maxDepth-1)+"\n", maxDepth),
		"question marks": filled("? ", 1), "anchors": filled("&a ", 1), "aliases": filled("*a ", 1), "tags": filled("!!a ", 2), "laughs": bomb,
		"merges": "a: &a { b: 1 }\nc: { <<: *a }\n", "keys": numbered("a%d: 1\n", maxMarks/2), "maps of keys": numbered("a%d:\n"+numbered("  a%d: 1\n", maxKeys), 100),
		"flow keys": "{" + numbered("a%d: 1,", maxMarks/2-2) + "}", "list": "[" + filled("a,", 1) + "]", "lists": "[" + filled("[],", 3) + "]", "sequence": filled("- a\n", 2),
		"comments": filled("#\n", 2), "documents": filled("---\n", 4), "lines": filled("\n", 1), "quote": "a: \"" + filled("\\n", 1), "quotes": "a: '" + filled("''", 2) + "'",
		"block": "a: |\n" + filled(" x\n", 1), "percents": filled("%\n", 2), "at": filled("@\n", 1), "tabs": filled("a\t\n", 1), "letters": strings.Repeat("x", MaxText),
		"spaces": strings.Repeat(" ", MaxText), "too many marks": strings.Repeat("[", MaxText), "too long": strings.Repeat("x", MaxText+1),
		"long key": strings.Repeat("x", MaxText/2) + ": 1", "long keys": "catalog: [{" + numbered(strings.Repeat("y", 1000)+"%d: 1,", 400) + "}]",
		"one long line": "catalog: [" + filled("{sku: A},", 4) + "]", "markets": "markets:\n" + numbered(" M%d: {}\n", maxKeys),
	}
}

// mostMemory is what one text may take to be refused, in all, whatever the garbage collector takes back meanwhile.
const mostMemory = 256 << 20

// TestNoTextTakesMuchMemory, when it is checked; and when it is read as stored, no nesting does.
func TestNoTextTakesMuchMemory(t *testing.T) {
	for name, text := range hostile() {
		var err error
		if took := allocated(func() { _, err = check(text) }); took > mostMemory || err == nil {
			t.Errorf("%s: %d MB for %d bytes: %.100v", name, took>>20, len(text), err)
		}
		if err != nil && len(err.Error()) > 64<<10 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
	for _, name := range []string{"brackets", "braces", "maps", "dashes", "closed"} {
		var err error
		if took := allocated(func() { _, err = Parse([]byte(hostile()[name])) }); took > mostMemory || err == nil {
			t.Errorf("%s, stored: %d MB: %.100v", name, took>>20, err)
		}
	}
}

func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
