package check_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// stages reads the Dockerfile as docker build does.
func stages(t *testing.T) []instructions.Stage {
	t.Helper()
	file, err := os.Open(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheImageIsEmptyAndItsUserHasNoRights(t *testing.T) {
	all := stages(t)
	image := all[len(all)-1]
	var user, entry string
	for _, command := range image.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.EntrypointCommand:
			entry = strings.Join(c.CmdLine, " ")
		case *instructions.RunCommand:
			t.Error("nothing can run in an empty image")
		}
	}
	if image.BaseName != "scratch" || user != "65532:65532" || entry != "/webshop" {
		t.Errorf("from %q, user %q, entrypoint %q", image.BaseName, user, entry)
	}
}

// TestTheImagesBinaryIsStatic runs the build's own commands on what .dockerignore includes.
func TestTheImagesBinaryIsStatic(t *testing.T) {
	source, out := buildContext(t), t.TempDir()
	for _, command := range stages(t)[0].Commands {
		if run, ok := command.(*instructions.RunCommand); ok {
			line := strings.ReplaceAll(strings.Join(run.CmdLine, " "), "/out", out)
			build := exec.Command("sh", "-c", line)
			build.Dir = source
			if text, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, text)
			}
		}
	}
	binary, err := elf.Open(filepath.Join(out, "webshop"))
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	if slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("the binary needs a dynamic linker, which an empty image does not have")
	}
	if text, err := exec.Command(filepath.Join(out, "webshop"), "version").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// buildContext returns a copy of what docker build would send.
func buildContext(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join(repository, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	listing := exec.Command("git", "ls-files", "-co", "--exclude-standard", "-z")
	listing.Dir = repository
	files, err := listing.Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range strings.Split(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		if skip, err := ignored.MatchesOrParentMatches(name); err != nil || skip {
			continue
		}
		link(t, folder, name)
	}
	return folder
}

func link(t *testing.T, folder, name string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, name))
	if os.IsNotExist(err) {
		return // deleted, and not committed yet
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o750)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
