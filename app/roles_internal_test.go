package app

import (
	"os"
	"strings"
	"testing"

	"acme.example/webshop/platform/login"
)

// TestRolesAreDocumented: docs/operating.md has the role of each row of both tables.
func TestRolesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[login.Role]string{}
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			rows[login.Role(strings.Trim(cells[1], " `"))] += cells[2]
		}
	}
	for _, table := range []map[string][]login.Role{needed, mutations} {
		for what, roles := range table {
			named := strings.TrimSuffix(what, "/")
			if named != what {
				named += "/…"
			}
			if role := roles[0]; role != login.Anyone && !strings.HasSuffix(what, "/database") && !strings.Contains(rows[role], "`"+named+"`") {
				t.Errorf("docs/operating.md does not say that %s takes %s", named, role)
			}
		}
	}
}
