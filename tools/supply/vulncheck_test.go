package supply

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	notChecked = "vulncheck: not checked"
	made       = "GO-2026-9999" // made up for the tests
)

// TestWithoutTheDatabaseNothingFails: the database is off, refuses, or stops answering.
func TestWithoutTheDatabaseNothingFails(t *testing.T) {
	off := httptest.NewServer(nil)
	off.Close()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	defer refusing.Close()
	cut := holding("strconv", "ParseInt")
	delete(cut, "ID/"+made)
	stopping := httptest.NewServer(cut)
	defer stopping.Close()
	for name, url := range map[string]string{"off": off.URL, "refusing": refusing.URL, "stopping": stopping.URL} {
		out, status := run(t, []string{"VULNDB=" + url}, "vulncheck.sh", "./money")
		if status != 0 || !strings.HasPrefix(out, notChecked) || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: status %d: %s", name, status, out)
		}
	}
}

// TestAVulnerabilityFailsWhereItIsCalled: one is in a function that package money calls, another in one that it does not.
func TestAVulnerabilityFailsWhereItIsCalled(t *testing.T) {
	for name, c := range map[string]struct {
		symbol string
		status int
	}{
		"called":     {"ParseInt", 3},
		"not called": {"QuoteRune", 0},
	} {
		server := httptest.NewServer(holding("strconv", c.symbol))
		out, status := run(t, []string{"VULNDB=" + server.URL}, "vulncheck.sh", "./money")
		server.Close()
		if status != c.status || strings.Contains(out, notChecked) || (status != 0) != strings.Contains(out, made) {
			t.Errorf("%s: status %d: %s", name, status, out)
		}
	}
}

// database serves the content of Go's vulnerability database, by path.
type database map[string]any

func (d database) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	entry, ok := d[strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".json.gz")]
	if !ok {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	zip := gzip.NewWriter(w)
	defer zip.Close()
	_ = json.NewEncoder(zip).Encode(entry) // the script notices if it is cut off
}

// holding returns a database with one vulnerability, in a function of Go's library that no release has fixed.
func holding(path, symbol string) database {
	type list = []any
	type object = map[string]any
	const when = "2026-11-01T00:00:00Z"
	return database{
		"index/db":      object{"modified": when},
		"index/modules": list{object{"path": "stdlib", "vulns": list{object{"id": made, "modified": when}}}},
		"ID/" + made: object{
			"schema_version": "1.3.1", "id": made, "modified": when, "published": when, "summary": "Made up for a test", "details": "Made up for a test",
			"affected": list{object{
				"package":            object{"name": "stdlib", "ecosystem": "Go"},
				"ranges":             list{object{"type": "SEMVER", "events": list{object{"introduced": "0"}}}},
				"ecosystem_specific": object{"imports": list{object{"path": path, "symbols": list{symbol}}}},
			}},
			"database_specific": object{"url": "https://example.com/" + made, "review_status": "REVIEWED"},
		},
	}
}
