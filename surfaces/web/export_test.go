package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestExport has the files be what the shop itself serves.
func TestExport(t *testing.T) {
	e, err := Export()
	if err != nil {
		t.Fatal(err)
	}
	for path, name := range e.Pages {
		for _, language := range e.Languages {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.AddCookie(&http.Cookie{Name: "language", Value: language})
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Body.String() != string(e.Files[language+"/"+name]) {
				t.Errorf("%s in %s is not what %s is", path, language, name)
			}
		}
	}
	for name, content := range e.Files {
		folder, _, _ := strings.Cut(name, "/")
		if folder == "assets" {
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+name, nil))
			if w.Body.String() != string(content) {
				t.Errorf("%s is another file", name)
			}
		}
	}
	if len(e.Files["en/404.html"]) == 0 || len(e.Languages) < 2 {
		t.Errorf("%d files in %v", len(e.Files), e.Languages)
	}
}
