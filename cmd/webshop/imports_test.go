package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportTellsByItsExitCode: all rows read, some not, and no import possible.
func TestImportTellsByItsExitCode(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(t.TempDir(), "orders.sql")
	rows := "INSERT INTO Orders VALUES (7,'Ann','ann@example.com','1','s','c','B2C','US','BB001',15000,'1614621600','DELIVERY_BOOKED','0',0)"
	for _, c := range []struct {
		text    string
		options []string
		code    int
		want    string
	}{
		{rows + ";", []string{"--dry-run"}, 0, "questionable  row 1 (line 1, order 7): DeliveryTime is 1614621600, which is taken as seconds: 2021-03-01T18:00:00Z"},
		{rows + ";", nil, 0, "Imported: 1 new, 0 changed, 0 unchanged, 0 in conflict."},
		{rows + ",(8);", nil, 1, "wrong         row 2 (line 1, order 8): it has 1 values, and the table 14 columns"},
		{rows + ",(8);", []string{"--skip-bad"}, 1, "Imported: 0 new, 0 changed, 1 unchanged, 0 in conflict."},
		{rows, nil, 2, "it is cut off"},
		{rows + ";", []string{"--database-url", "postgres://nobody@127.0.0.1:1/none"}, 2, "postgres"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, code := run(t, nil, append([]string{"import", file, "--data-dir", folder}, c.options...)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit code %d, want %d: %s", c.options, code, c.code, out)
		}
	}
	if out, code := run(t, nil, "audit", "--offline", "--data-dir", folder); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}
