package template_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/aws/template"
)

const file = "../../deploy/aws/template.yaml"

// TestMade fails when the code says something else than the parts of the template that are made from it.
func TestMade(t *testing.T) {
	openapi, err := os.ReadFile("../../app/openapi-public.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	made, err := template.Generate(text, openapi)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("MAKE") != "" {
		os.WriteFile(file, made, 0o644)
	}
	if diff := cmp.Diff(string(text), string(made)); diff != "" {
		t.Errorf("%s is not what the code says (- file, + code); run make generate:\n%s", file, diff)
	}
}
