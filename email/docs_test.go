package email

import (
	"os"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/event"
)

// TestEveryEventAndMailIsInTheDocs: docs/events.md names each event, and for each mail the subscriber that sends it.
func TestEveryEventAndMailIsInTheDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for _, name := range event.Types {
		wanted["`"+string(name)+"`"] = true
	}
	for _, kind := range kinds {
		if slices.Contains(papers, kind) {
			continue // no subscriber of an event sends it
		}
		of, _, _ := strings.Cut(string(kind), ".") // a mail in other words has the same subscriber
		wanted["| `email."+of+"` |"] = true
	}
	for text := range wanted {
		if !strings.Contains(string(page), text) {
			t.Errorf("docs/events.md has no %s", text)
		}
	}
}
