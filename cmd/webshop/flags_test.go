package main

import (
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEveryFlagOfServeIsDocumented with the name of its variable.
func TestEveryFlagOfServeIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var serve serveCommand
	parser, err := kong.New(&serve, kong.DefaultEnvars("WEBSHOP"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 6 && strings.HasPrefix(cells[1], " `--") {
			documented[strings.TrimSpace(cells[1])+strings.TrimSpace(cells[2])] = true
		}
	}
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		row := "`--" + flag.Name + "``" + strings.Join(flag.Envs, "") + "`"
		if !documented[row] {
			t.Errorf("docs/configuration.md has no row for --%s, %v", flag.Name, flag.Envs)
		}
		delete(documented, row)
	}
	for row := range documented {
		t.Errorf("docs/configuration.md documents %s, which is no flag", row)
	}
}
