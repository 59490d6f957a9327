package graphql_test

import (
	"os"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// schemaIn reads a schema from a file.
func schemaIn(t *testing.T, file string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: file, Input: read(t, file)})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOperationsOfTheEarlierRelease: tools send the same queries as before, with variables of the types that they know.
func TestOperationsOfTheEarlierRelease(t *testing.T) {
	text := read(t, "testdata/operations_earlier.graphql")
	doc, errs := gqlparser.LoadQueryWithRules(schemaIn(t, "schema.graphql"), text, rules.NewDefaultRules())
	for _, err := range errs {
		t.Error(err)
	}
	if want := strings.Count("\n"+text, "\nquery ") + strings.Count(text, "\nmutation "); doc == nil || len(doc.Operations) != want || want < 10 {
		t.Errorf("read %v of %d operations", doc, want)
	}
}

// TestEverythingOfTheSeedsSchemaIsThere: each type, field, argument and value. An argument accepts what the seed's did; a
// field has the same type, but may be non-null.
func TestEverythingOfTheSeedsSchemaIsThere(t *testing.T) {
	seed, ours := schemaIn(t, "testdata/seed.graphql"), schemaIn(t, "schema.graphql")
	compared := 0
	for name, theirs := range seed.Types {
		if theirs.BuiltIn {
			continue
		}
		compared++
		own := ours.Types[name]
		if own == nil || own.Kind != theirs.Kind {
			t.Errorf("%s %s is missing", theirs.Kind, name)
			continue
		}
		compareValues(t, theirs, own)
		compareFields(t, theirs, own)
	}
	if compared != 6 {
		t.Errorf("compared %d types", compared)
	}
}

func compareValues(t *testing.T, theirs, own *ast.Definition) {
	for _, value := range theirs.EnumValues {
		if own.EnumValues.ForName(value.Name) == nil {
			t.Errorf("%s.%s is missing", theirs.Name, value.Name)
		}
	}
}

func compareFields(t *testing.T, theirs, own *ast.Definition) {
	for _, f := range theirs.Fields {
		found := own.Fields.ForName(f.Name)
		switch {
		case strings.HasPrefix(f.Name, "__"):
		case found == nil:
			t.Errorf("%s.%s is missing", theirs.Name, f.Name)
		case theirs.Kind == ast.InputObject && !takes(found.Type, f.Type), theirs.Kind != ast.InputObject && !takes(f.Type, found.Type):
			t.Errorf("%s.%s is %s, in the seed %s", theirs.Name, f.Name, found.Type, f.Type)
		default:
			compareArguments(t, theirs.Name+"."+f.Name, f.Arguments, found.Arguments)
		}
	}
	for _, f := range own.Fields {
		if theirs.Kind == ast.InputObject && theirs.Fields.ForName(f.Name) == nil && required(f.Type, f.DefaultValue) {
			t.Errorf("%s.%s is required, which clients of the seed do not know", theirs.Name, f.Name)
		}
	}
}

func compareArguments(t *testing.T, field string, theirs, own ast.ArgumentDefinitionList) {
	for _, a := range theirs {
		if found := own.ForName(a.Name); found == nil || !takes(found.Type, a.Type) {
			t.Errorf("the argument %s of %s is missing or stricter than %s", a.Name, field, a.Type)
		}
	}
	for _, a := range own {
		if theirs.ForName(a.Name) == nil && required(a.Type, a.DefaultValue) {
			t.Errorf("%s requires %s, which clients of the seed do not know", field, a.Name)
		}
	}
}

func required(typ *ast.Type, byDefault *ast.Value) bool { return typ.NonNull && byDefault == nil }

// takes reports whether a place of one type accepts every value of another: the same type, and null only if allowed.
func takes(place, value *ast.Type) bool {
	if place.NonNull && !value.NonNull || place.NamedType != value.NamedType {
		return false
	}
	return place.Elem == nil || takes(place.Elem, value.Elem)
}
