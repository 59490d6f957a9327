package app_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// maxUnkeyed is how many fields a named struct may have and still be written without their names.
const maxUnkeyed = 3

// TestLiteralsNameTheirFields: a composite literal of a struct with many fields names them. go vet checks the structs of
// other packages; this checks those of the same package. Generated files and anonymous structs are exempt.
func TestLiteralsNameTheirFields(t *testing.T) {
	files := gotoken.NewFileSet()
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil {
			name := filepath.Dir(path) + " " + file.Name.Name
			packages[name] = append(packages[name], file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, syntax := range packages {
		for _, literal := range unkeyed(syntax) {
			t.Errorf("%s: the literal does not name its fields", strings.TrimPrefix(files.Position(literal.Pos()).String(), "../"))
		}
	}
}

// unkeyed returns the literals of a package's own structs that should name their fields and do not.
func unkeyed(files []*ast.File) (found []*ast.CompositeLit) {
	types := map[string]ast.Expr{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				types[spec.Name.Name] = spec.Type
			}
			return true
		})
	}
	for _, file := range files {
		if ast.IsGenerated(file) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.CompositeLit); ok && literal.Type != nil {
				found = append(found, unkeyedIn(types, literal, literal.Type)...)
			}
			return true
		})
	}
	return found
}

// unkeyedIn returns the unkeyed literals of a literal of a type: itself, and its elements that leave out their type.
func unkeyedIn(types map[string]ast.Expr, literal *ast.CompositeLit, typ ast.Expr) (found []*ast.CompositeLit) {
	if pointer, ok := typ.(*ast.StarExpr); ok {
		typ = pointer.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		typ = types[name.Name]
		if fields, ok := typ.(*ast.StructType); ok && fields.Fields.NumFields() > maxUnkeyed && lacksKeys(literal) {
			return []*ast.CompositeLit{literal}
		}
	}
	var key, element ast.Expr
	switch typ := typ.(type) {
	case *ast.ArrayType:
		element = typ.Elt
	case *ast.MapType:
		key, element = typ.Key, typ.Value
	}
	visit := func(e, typ ast.Expr) {
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil && typ != nil {
			found = append(found, unkeyedIn(types, inner, typ)...)
		}
	}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			visit(pair.Key, key)
			e = pair.Value
		}
		visit(e, element)
	}
	return found
}

func lacksKeys(literal *ast.CompositeLit) bool {
	if len(literal.Elts) == 0 {
		return false
	}
	_, keyed := literal.Elts[0].(*ast.KeyValueExpr)
	return !keyed
}

// TestUnkeyedLiteralsAreFound tests the test.
func TestUnkeyedLiteralsAreFound(t *testing.T) {
	const source = `package p
type four struct{ a, b, c, d int }
type three struct{ a, b, c int }
var fine = []any{four{}, four{a: 1}, three{1, 2, 3}, []four{{a: 1}}, struct{ a, b, c, d int }{1, 2, 3, 4}}
var wrong = []any{four{1, 2, 3, 4}, &four{1, 2, 3, 4}, []four{{1, 2, 3, 4}}, map[string]*four{"": {1, 2, 3, 4}}, [][]four{{{1, 2, 3, 4}}}}
`
	file, err := parser.ParseFile(gotoken.NewFileSet(), "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if found := unkeyed([]*ast.File{file}); len(found) != 5 {
		t.Errorf("%d of 5 literals were found", len(found))
	}
}
