// Package examples has changes of the rules as a shop would make them, each of data alone: more plants, a market, a customer
// type, an offer, a review. Each is only what it adds: "webshop rules print --with" lays it over the built-in rules, and the
// tests buy by it.
package examples

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml
var files embed.FS

// known are the names of the examples.
func known() (all []string) {
	entries, _ := files.ReadDir(".") // embedded: this cannot fail
	for _, entry := range entries {
		all = append(all, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	return all
}

// Over lays examples over rules, each over what came before: a list or a text takes the place of the one there, and what
// has names is added to; a product's name is its SKU. It returns the rules that this makes, as YAML.
func Over(rules []byte, names ...string) ([]byte, error) {
	var more [][]byte
	for _, name := range names {
		text, err := files.ReadFile(name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("there is no example %q of rules: %s", name, strings.Join(known(), ", "))
		}
		more = append(more, text)
	}
	return Lay(rules, more...)
}

// Lay lays YAML over rules as Over does.
func Lay(rules []byte, more ...[]byte) ([]byte, error) {
	all, err := read(rules)
	for i := 0; err == nil && i < len(more); i++ {
		var over map[string]any
		if over, err = read(more[i]); err == nil {
			lay(all, over)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("examples: %w", err)
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
		if key == "catalog" {
			value = products(under[key], value)
		}
		under[key] = value
	}
}

// products are those of a catalog with others over them.
func products(under, over any) any {
	all, listed := under.([]any)
	more, also := over.([]any)
	if !listed || !also {
		return over
	}
	for _, product := range more {
		same := func(p any) bool { return skuOf(p) == skuOf(product) }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i] = product
			continue
		}
		all = append(all, product)
	}
	return all
}

func skuOf(product any) any {
	fields, _ := product.(map[string]any)
	return fields["sku"]
}
