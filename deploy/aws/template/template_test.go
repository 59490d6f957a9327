package template_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/deploy/aws/template"
)

const (
	folder = ".."
	file   = folder + "/template.yaml"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestMade fails if the generated parts of the template differ from the code.
func TestMade(t *testing.T) {
	text := read(t, file)
	made, err := template.Generate(text, read(t, "../../../app/openapi-public.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), string(made)); diff != "" {
		t.Errorf("%s is not what the code says (- file, + code); run make generate:\n%s", file, diff)
	}
}

func TestMadePartsHaveTheirPlaces(t *testing.T) {
	text, openapi := string(read(t, file)), read(t, "../../../app/openapi-public.yaml")
	for name, c := range map[string]struct{ old, new string }{
		"a place is gone":         {"  # made by make generate: rules\n", ""},
		"a place has no end":      {"  # end of rules\n", ""},
		"a place for nothing":     {"# made by make generate: rules", "# made by make generate: roles"},
		"two places for one part": {"  # end of rules\n", "  # end of rules\n  # made by make generate: rules\n  # end of rules\n"},
	} {
		if _, err := template.Generate([]byte(strings.Replace(text, c.old, c.new, 1)), openapi); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// deployed are parameters of a real deployment, where the defaults are empty.
var deployed = []string{
	"PublicDomain=shop.example.com", "Certificate=arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
}

// TestValid runs AWS's own validator, with warnings as errors.
func TestValid(t *testing.T) {
	if said, err := validate(t, "template.yaml"); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

func validate(t *testing.T, path string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", append([]string{"validate.mjs", path}, deployed...)...)
	command.Dir = folder
	said, err := command.CombinedOutput()
	if err != nil && strings.Contains(string(said), "ERR_MODULE_NOT_FOUND") {
		t.Fatal("the validator is not installed: run make setup")
	}
	return string(said), err
}

const faulty = `
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueNama: orders}
Outputs:
  Queue: {Value: !GetAtt Queue.Arm}
`

// TestValidFindsFaults tests the test.
func TestValidFindsFaults(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(broken, []byte(faulty), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := validate(t, broken); err == nil || !strings.Contains(said, "'Arm'") || !strings.Contains(said, "QueueNama") {
		t.Errorf("it found: %s", said)
	}
}

// TestEachFunctionHasItsProgram: "aws cloudformation package" uploads what a function's own properties name, and leaves Globals as they are.
func TestEachFunctionHasItsProgram(t *testing.T) {
	tree, err := template.Parse(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	in := func(of any, keys ...string) any {
		for _, key := range keys {
			fields, _ := of.(map[string]any)
			of = fields[key]
		}
		return of
	}
	if in(tree, "Globals", "Function", "CodeUri") != nil {
		t.Error("Globals name a program, which nothing uploads")
	}
	n := 0
	resources, _ := in(tree, "Resources").(map[string]any)
	for name, r := range resources {
		if in(r, "Type") != "AWS::Serverless::Function" {
			continue
		}
		if code, _ := in(r, "Properties", "CodeUri").(string); code == "" {
			t.Errorf("%s has no program", name)
		}
		n++
	}
	if n != len(functions.All) {
		t.Errorf("%d functions, want %d", n, len(functions.All))
	}
}
