package web

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestBrokenFiles shows that a tree that does not fit together is refused at start.
func TestBrokenFiles(t *testing.T) {
	const texts = `{"a.b": "A"}`
	for want, change := range map[string]fstest.MapFS{
		"texts/en.json is missing":      {"texts/es.json": {Data: []byte(texts)}},
		"unexpected end of JSON":        {"texts/en.json": {Data: []byte("{")}},
		`texts/en.json has no "c.d"`:    {"texts/en.json": {Data: []byte(texts)}, "pages/index.html": {Data: []byte(`{{t "c.d"}}`)}},
		"js/a.js: open js/b.js":         {"pages/index.html": {Data: []byte(`"/assets/js/a.js"`)}, "js/a.js": {Data: []byte(`import "/assets/js/b.js"`)}},
		"js/a.js refers to itself":      {"pages/index.html": {Data: []byte(`"/assets/js/a.js"`)}, "js/a.js": {Data: []byte(`import "/assets/js/a.js"`)}},
		"no content type for this kind": {"pages/index.html": {Data: []byte(`"/assets/js/a.exe"`)}, "js/a.exe": {}},
	} {
		tree := fstest.MapFS{layout: {Data: []byte(`{{template "index.html" .}}`)}}
		if change["texts/es.json"] == nil {
			tree["texts/en.json"] = &fstest.MapFile{Data: []byte(texts)}
		}
		for name, file := range change {
			tree[name] = file
		}
		if _, err := newContent(tree); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := newContent(files); err != nil {
			b.Fatal(err)
		}
	}
}
