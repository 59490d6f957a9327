// Package examples has changes of the rules as a shop would make them, each of data alone: a market, a customer type, an
// offer, a review. Each is only what it adds: the tests lay it over the built-in rules and buy by it, and docs/extending.md
// shows it.
package examples

import (
	"embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml
var files embed.FS

// Over lays examples over rules, each over what came before: a list or a text takes the place of the one there, and what
// has names is added to. It returns the rules that this makes, as YAML.
func Over(rules []byte, names ...string) ([]byte, error) {
	all, err := read(rules)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := files.ReadFile(name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("examples: %w", err)
		}
		more, err := read(text)
		if err != nil {
			return nil, fmt.Errorf("examples: %s: %w", name, err)
		}
		lay(all, more)
	}
	return yaml.Marshal(all)
}

func read(text []byte) (all map[string]any, err error) { return all, yaml.Unmarshal(text, &all) }

func lay(under, over map[string]any) {
	for key, value := range over {
		below, named := under[key].(map[string]any)
		if above, also := value.(map[string]any); named && also {
			lay(below, above)
			continue
		}
		under[key] = value
	}
}
