package crash

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// passes counts the calls of At in the code, by name.
func passes(t *testing.T) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isAt(call.Fun) {
				found[name(t, path, call)]++
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isAt(called ast.Expr) bool {
	selector, ok := called.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "At" {
		return false
	}
	of, ok := selector.X.(*ast.Ident)
	return ok && of.Name == "crash"
}

func name(t *testing.T, path string, call *ast.CallExpr) string {
	t.Helper()
	if literal, ok := call.Args[0].(*ast.BasicLit); ok {
		if name, err := strconv.Unquote(literal.Value); err == nil {
			return name
		}
	}
	t.Errorf("%s: a crash point must be named by a literal", path)
	return ""
}

func TestTheTableAndTheCodeHaveTheSamePoints(t *testing.T) {
	found := passes(t)
	for _, p := range Points {
		if found[p.Name] != 1 {
			t.Errorf("the code passes %s at %d places, want 1", p.Name, found[p.Name])
		}
		delete(found, p.Name)
	}
	for name := range found {
		t.Errorf("the point %s is not in the table", name)
	}
}

func TestANormalBuildHasNoPoints(t *testing.T) {
	if Built {
		t.Skip("built with the tag crashpoints")
	}
	if cost := testing.AllocsPerRun(10, func() { At("store.before-commit") }); cost != 0 {
		t.Errorf("a point costs %v allocations", cost)
	}
}
