package order

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestFinal(t *testing.T) {
	want := []Status{Delivered, PaymentDeclined, Cancelled}
	if got := FinalStatuses(); !slices.Equal(got, want) {
		t.Errorf("final are %v, want %v", got, want)
	}
	if Status("SHIPPED").Final() {
		t.Error("a status that does not exist is final")
	}
	if all := slices.Concat(OpenStatuses(), FinalStatuses()); len(all) != len(Statuses) || len(all) != len(next) {
		t.Errorf("the lists have %d statuses, Statuses %d and the machine %d", len(all), len(Statuses), len(next))
	}
}

// TestRegistryOfStatuses: files that cannot take the list from this package name all of it.
func TestRegistryOfStatuses(t *testing.T) {
	for file, want := range map[string][]Status{
		"../surfaces/graphql/schema.graphql": Statuses,
		"../evidence/audit/rules.go":         Statuses, // shares no code with what it checks
		"../surfaces/web/js/steps.js":        Statuses, // the words for customers
		"../rules/rules.schema.json":         OpenStatuses(),
		"../docs/architecture.md":            Statuses,
		"../app/openapi-public.yaml":         Statuses,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, status := range want {
			if !strings.Contains(string(text), string(status)) {
				t.Errorf("%s does not mention %s", file, status)
			}
		}
	}
}
