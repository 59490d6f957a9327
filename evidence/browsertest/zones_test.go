//go:build browser

package browsertest

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
)

// zones returns the names of all time zones in Go's own data.
func zones(t *testing.T) (names []string) {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib/time/zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	for _, f := range data.File {
		names = append(names, f.Name)
	}
	return names
}

// TestTimeZonesThatPassAreKnownToTheBrowser: with an unknown one, pages could show no times.
func TestTimeZonesThatPassAreKnownToTheBrowser(t *testing.T) {
	t.Parallel()
	var pass []string
	for _, name := range zones(t) {
		text := strings.Replace(string(rules.Default), "America/New_York", name, 1)
		if _, err := rules.Check([]byte(text), app.Providers, time.Now()); err == nil {
			pass = append(pass, name)
		}
	}
	p := start(t).visit(desktop, "en-US")
	unknown := js[string](p, `%s.split(",").filter((timeZone) => {
		try { return !new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longGeneric" }).format(0); } catch { return true; }
	}).join(" ")`, strings.Join(pass, ","))
	if len(pass) < 300 || unknown != "" {
		t.Errorf("of %d time zones that pass, the browser does not know %s", len(pass), unknown)
	}
}
