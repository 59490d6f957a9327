// Package supply tests the commands of the supply chain: make sbom, make reproduce and make vulncheck.
package supply

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// run runs a script of tools/ and returns its output and its status.
func run(t *testing.T, env []string, script string, args ...string) (string, int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "../"+script, args...)
	command.Env = append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// TestSBOMListsWhatIsInTheBinary compares it with the modules that Go itself names for the last commit.
func TestSBOMListsWhatIsInTheBinary(t *testing.T) {
	folder := t.TempDir()
	if out, status := run(t, nil, "sbom.sh", folder, "webshop"); status != 0 {
		t.Fatal(out)
	}
	text, err := os.ReadFile(filepath.Join(folder, "webshop.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	listed, withLicence := components(t, text)
	inside := modules(t)
	for m := range inside {
		if !listed[m] {
			t.Errorf("the SBOM lacks %s", m)
		}
	}
	if len(inside) < 50 || len(listed) != len(inside)+1 { // one more: Go's own library
		t.Errorf("%d modules in the binary, %d components in the SBOM", len(inside), len(listed))
	}
	if withLicence < len(inside)-3 { // it does not detect goose's
		t.Errorf("only %d of %d have a licence", withLicence, len(inside))
	}
}

// components returns the modules of an SBOM, and how many of them have a licence.
func components(t *testing.T, text []byte) (listed map[string]bool, withLicence int) {
	var bom struct {
		BOMFormat, SpecVersion string
		Components             []struct {
			Name, Version string
			Evidence      struct{ Licenses []any }
		}
	}
	if err := json.Unmarshal(text, &bom); err != nil || bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" {
		t.Fatalf("%v: %s %s", err, bom.BOMFormat, bom.SpecVersion)
	}
	listed = map[string]bool{}
	for _, c := range bom.Components {
		listed[c.Name+"@"+c.Version] = true
		if len(c.Evidence.Licenses) > 0 {
			withLicence++
		}
	}
	return listed, withLicence
}

// modules returns the modules of the last commit's shop.
func modules(t *testing.T) map[string]bool {
	const script = `git -C ../.. archive HEAD | tar -x -C "$0" && go -C "$0" list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}{{end}}{{end}}' ./cmd/webshop`
	command := exec.Command("sh", "-c", script, t.TempDir())
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range strings.Fields(string(out)) {
		all[m] = true
	}
	return all
}

// TestTwoBuildsAreTheSameBytes tests the command with a small program; the shop takes minutes without a cache.
func TestTwoBuildsAreTheSameBytes(t *testing.T) {
	out, status := run(t, nil, "reproduce.sh", "./cmd/lambda/pack")
	sums := regexp.MustCompile(`(?m)^[0-9a-f]{64} `).FindAllString(out, -1)
	if status != 0 || len(sums) != 2 || sums[0] != sums[1] {
		t.Errorf("status %d: %s", status, out)
	}
}
