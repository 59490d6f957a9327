// Package check_test proves what can be proved of the deployment files without a container engine: they match their
// schemas, all names in them exist, so do the flags and variables, and only the services reach PostgreSQL. The stage
// (package deploy) runs what compose.yaml describes as plain processes.
package check_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

const (
	repository = "../.."
	deployment = ".."
)

// settings returns the environment variables of a webshop command.
func settings(t *testing.T, command string) map[string]bool {
	t.Helper()
	help := exec.Command("go", "run", "./cmd/webshop", command, "-h")
	help.Dir = repository
	text, err := help.CombinedOutput()
	if err != nil {
		t.Fatalf("%s -h: %v\n%s", command, err, text)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\$(WEBSHOP_[A-Z_]+)`).FindAllSubmatch(text, -1) {
		known[string(m[1])] = true
	}
	return known
}

var commands sync.Map

// knows reports whether a command has a setting of that name.
func knows(t *testing.T, command, variable string) bool {
	t.Helper()
	known, _ := commands.LoadOrStore(command, sync.OnceValue(func() map[string]bool { return settings(t, command) }))
	return known.(func() map[string]bool)()[variable]
}

// copied returns a copy of the deployment files with a newcomer's secrets.
func copied(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(deployment)); err != nil {
		t.Fatal(err)
	}
	for _, secrets := range []string{"secrets", "kubernetes/trial/secrets"} {
		if err := os.RemoveAll(filepath.Join(folder, secrets)); err != nil {
			t.Fatal(err)
		}
		if text, err := exec.Command(filepath.Join(folder, "secrets.sh"), filepath.Join(folder, secrets)).CombinedOutput(); err != nil {
			t.Fatalf("secrets.sh: %v\n%s", err, text)
		}
	}
	return folder
}

// services lists the services of the registry.
func services(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "event/services.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile(`\{Name: "([a-z]+)"`).FindAllSubmatch(text, -1) {
		names = append(names, string(row[1]))
	}
	if len(names) == 0 {
		t.Fatal("event/services.go has no services")
	}
	return names
}
