package template

import (
	"maps"
	"slices"
	"strings"
)

const models3 = "#/components/schemas/"

// note marks the models that a schema refers to.
func note(schema any, used map[string]bool) {
	switch s := schema.(type) {
	case map[string]any:
		if name, ok := strings.CutPrefix(text(s["$ref"]), models3); ok {
			used[name] = true
		}
		for _, inner := range s {
			note(inner, used)
		}
	case []any:
		for _, inner := range s {
			note(inner, used)
		}
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// models returns the schemas that are used, and those that they use.
func models(document map[string]any, used map[string]bool) fields {
	all := map[string]any{}
	for grown := true; grown; {
		grown = false
		for _, name := range slices.Sorted(maps.Keys(used)) {
			if _, there := all[name]; there {
				continue
			}
			schema := dig(document, "components", "schemas", name)
			note(schema, used)
			all[name], grown = plainSchema(schema), true
		}
	}
	sorted := fields{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, item(name, all[name]))
	}
	return sorted
}

// understood are the keywords of JSON Schema that API Gateway's models know and the shop uses. Descriptions are for
// readers of the shop's own document; examples and formats are not accepted.
var understood = map[string]bool{
	"type": true, "properties": true, "required": true, "$ref": true, "oneOf": true, "items": true, "enum": true,
	"minimum": true, "maximum": true, "maxLength": true, "minLength": true, "pattern": true, "additionalProperties": true,
}

// plainSchema returns a schema with API Gateway's keywords only. A list of types (OpenAPI 3.1) is removed: the function
// itself checks such a property.
func plainSchema(schema any) any {
	s, ok := schema.(map[string]any)
	if !ok {
		return schema
	}
	if _, many := s["type"].([]any); many {
		return fields{}
	}
	out := fields{}
	for _, word := range slices.Sorted(maps.Keys(s)) {
		if !understood[word] || word == "additionalProperties" && s[word] == true {
			continue
		}
		out = append(out, item(word, plainWord(word, s[word])))
	}
	return out
}

func plainWord(word string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		if word != "properties" {
			return plainSchema(v)
		}
		all := fields{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, item(name, plainSchema(v[name])))
		}
		return all
	case []any:
		if word != "oneOf" {
			return v
		}
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = plainSchema(one)
		}
		return all
	}
	return value
}
