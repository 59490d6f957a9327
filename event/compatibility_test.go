package event

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// released reads the schema that existing subscribers were built with. These files do not change; an incompatible version
// gets a folder and a schema URI of its own.
func released(t *testing.T, typ Type) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("released", "v1", SchemaFile(typ)))
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// TestOldSubscribersCanReadNewEvents fails for a change that a subscriber of a released version could not read.
func TestOldSubscribersCanReadNewEvents(t *testing.T) {
	for _, typ := range Types {
		old := released(t, typ)
		for _, problem := range unreadable(old, Schema(typ)) {
			t.Errorf("%s: %s", typ, problem)
		}
		resolved, err := old.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		var payload any
		if err := json.Unmarshal(wrapped(t, examples[typ]).Data, &payload); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(payload); err != nil {
			t.Errorf("%s of today is not valid for subscribers of v1: %v", typ, err)
		}
	}
}

// unreadable lists what a subscriber of the old schema could not read in events of the new one: a property that it needs
// and that may be missing, or have a value that it refuses.
func unreadable(old, now *jsonschema.Schema) (problems []string) {
	for _, name := range old.Required {
		if !slices.Contains(now.Required, name) {
			problems = append(problems, name+" may now be missing")
		}
	}
	for name, was := range old.Properties {
		is, there := now.Properties[name]
		switch {
		case !there:
			problems = append(problems, name+" is gone")
		case is.Type != was.Type || !slices.Equal(is.Types, was.Types):
			problems = append(problems, fmt.Sprintf("%s was %s and is %s", name, was.Type, is.Type))
		case was.Pattern != "" && is.Pattern != was.Pattern, looser(was.Minimum, is.Minimum, 1), looser(was.Maximum, is.Maximum, -1):
			problems = append(problems, name+" may now hold what was refused")
		}
	}
	slices.Sort(problems)
	return problems
}

// looser reports whether a bound was lifted or extended; sign is 1 for a minimum and -1 for a maximum.
func looser(was, is *float64, sign float64) bool {
	return was != nil && (is == nil || sign**is < sign**was)
}

// TestBreakingChangesAreFound tests the test: each of these changes must be refused.
func TestBreakingChangesAreFound(t *testing.T) {
	for name, change := range map[string]func(*jsonschema.Schema){
		"is gone": func(s *jsonschema.Schema) { delete(s.Properties, "email") },
		"may now be missing": func(s *jsonschema.Schema) {
			s.Required = slices.DeleteFunc(s.Required, func(n string) bool { return n == "email" })
		},
		"was integer and is string":     func(s *jsonschema.Schema) { s.Properties["orderId"].Type = "string" },
		"may now hold what was refused": func(s *jsonschema.Schema) { s.Properties["currency"].Pattern = "" },
	} {
		now := Schema(TypeOrderCreated).CloneSchemas()
		now.Required = slices.Clone(now.Required)
		change(now)
		if problems := unreadable(Schema(TypeOrderCreated), now); !strings.Contains(strings.Join(problems, ";"), name) {
			t.Errorf("a change that %s was not found: %v", name, problems)
		}
	}
	added := Schema(TypeOrderCreated).CloneSchemas()
	added.Properties["gift"] = &jsonschema.Schema{Type: "boolean"}
	added.Required = append(slices.Clone(added.Required), "gift")
	if problems := unreadable(Schema(TypeOrderCreated), added); len(problems) != 0 {
		t.Errorf("a property that is added is no breaking change: %v", problems)
	}
}
