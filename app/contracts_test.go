package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
)

// TestContracts fails if the contract files differ from the code.
func TestContracts(t *testing.T) {
	files, err := app.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), string(want)); diff != "" {
			t.Errorf("%s is not what the code says (- file, + code); run make generate:\n%s", path, diff)
		}
	}
}

// TestGenerated fails if the GraphQL code was not generated from the schema in the tree.
func TestGenerated(t *testing.T) {
	folder := t.TempDir()
	tree := filepath.Join(folder, "surfaces/graphql")
	for _, f := range []string{"go.mod", "go.sum"} {
		copyFile(t, filepath.Join("..", f), filepath.Join(folder, f))
	}
	for _, dependency := range []string{
		"surfaces/graphql", "books", "order", "address", "cutoff", "fraud", "approval", "delivery", "stock", "finance", "email", "callbacks", "event", "money", "photo", "ref", "pricing",
		"platform/database", "platform/fault", "platform/mailaddr", "platform/texts", "platform/crash", "platform/telemetry",
	} {
		copyTree(t, filepath.Join("..", dependency), filepath.Join(folder, dependency))
	}
	copyFile(t, "../payments/payments.go", filepath.Join(folder, "payments/payments.go")) // without the providers below it
	generate := exec.Command("go", "tool", "gqlgen", "generate", "--config", "gqlgen.yml")
	generate.Dir = tree
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, file := range []string{"generated.go", "models_generated.go"} {
		want := read(t, filepath.Join(tree, file))
		if diff := cmp.Diff(read(t, filepath.Join("../surfaces/graphql", file)), want); diff != "" {
			t.Errorf("%s is not what the schema says; run make generate:\n%s", file, diff)
		}
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(read(t, from)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
