package template_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"acme.example/webshop/deploy/aws/template"
)

// recorder replaces aws, make and go: it records how it was called, and answers as a stack would.
const recorder = `#!/bin/sh
echo "$(basename "$0") $*" >>"$RECORD"
case "$*" in
lambda) mkdir -p bin && echo zip >bin/lambda-arm64.zip && echo zip >bin/lambda-amd64.zip ;;
*describe-stacks*) echo "$*" | sed "s/.*OutputKey=='\([A-Za-z]*\)'.*/the-\1/" ;;
esac
`

// TestDeploy runs deploy.sh with that replacement, and checks which commands it calls in which order.
func TestDeploy(t *testing.T) {
	tree, record := t.TempDir(), filepath.Join(t.TempDir(), "record")
	for name, content := range map[string]string{
		"deploy/aws/deploy.sh": string(read(t, folder+"/deploy.sh")), "deploy/aws/template.yaml": string(read(t, file)),
		"tools/aws": recorder, "tools/make": recorder, "tools/go": recorder,
	} {
		path := filepath.Join(tree, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), filepath.Join(tree, "deploy/aws/deploy.sh"), "shop", "uploads", "AlarmMail=me@example.com")
	command.Env = append(os.Environ(), "PATH="+tree+"/tools:"+os.Getenv("PATH"), "RECORD="+record, "ARCH=amd64")
	if said, err := command.CombinedOutput(); err != nil || !strings.Contains(string(said), "The shop is at the-PublicUrl") {
		t.Fatalf("%v: %s", err, said)
	}
	calls := string(read(t, record))
	steps := regexp.MustCompile(`(?s)make lambda.*cloudformation package .*cloudformation deploy .*Architecture=x86_64 AlarmMail=me@example.com.*webshop pages .*` +
		`s3 sync bin/pages/assets s3://the-PagesBucket/assets .*s3 sync bin/pages s3://the-PagesBucket .*create-invalidation --distribution-id the-Distribution`)
	if !steps.MatchString(calls) {
		t.Errorf("it called:\n%s", calls)
	}
	named(t, calls)
}

// named checks that the script and the page about it only name parameters and outputs of the template.
func named(t *testing.T, calls string) {
	t.Helper()
	parsed, err := template.Parse(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	page := string(read(t, "../../../docs/aws.md"))
	for section, pattern := range map[string]string{"Outputs": `OutputKey=='(\w+)'`, "Parameters": `\b([A-Z][a-zA-Z]+)=`} {
		there, _ := parsed[section].(map[string]any)
		for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(calls+page, -1) {
			if there[found[1]] == nil && found[1] != "ARCH" && found[1] != "FLAGS" && found[1] != "OutputKey" {
				t.Errorf("the template has no %s in its %s", found[1], section)
			}
		}
	}
}
