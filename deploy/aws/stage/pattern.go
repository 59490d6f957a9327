package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// matches reports whether an event matches a pattern of EventBridge. A pattern that the stage does not know is an error.
func matches(pattern map[string]any, event map[string]any) (bool, error) {
	for name, want := range pattern {
		ok, err := field(name, want, event)
		if !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func field(name string, want any, event map[string]any) (bool, error) {
	if name == "$or" {
		return anyOf(want, event)
	}
	value, there := event[name]
	switch want := want.(type) {
	case map[string]any:
		inner, _ := value.(map[string]any) // a missing one has no fields
		return matches(want, inner)
	case []any:
		return oneOf(want, value, there)
	}
	return false, fmt.Errorf("event pattern: %s must be a list or an object", name)
}

func anyOf(want any, event map[string]any) (bool, error) {
	list, ok := want.([]any)
	if !ok {
		return false, fmt.Errorf("event pattern: $or takes a list")
	}
	for _, one := range list {
		pattern, _ := one.(map[string]any)
		if ok, err := matches(pattern, event); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// oneOf reports whether a value, or one of its elements, matches one of the alternatives.
func oneOf(want []any, value any, there bool) (bool, error) {
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	for _, w := range want {
		for _, v := range values {
			if ok, err := fits(w, v, there); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

func fits(want, value any, there bool) (bool, error) {
	rule, ok := want.(map[string]any)
	if !ok {
		return there && reflect.DeepEqual(number(want), number(value)), nil
	}
	text, isText := value.(string)
	for name, argument := range rule {
		switch name {
		case "exists":
			return there == (argument == true), nil
		case "prefix":
			return isText && strings.HasPrefix(text, fmt.Sprint(argument)), nil
		case "suffix":
			return isText && strings.HasSuffix(text, fmt.Sprint(argument)), nil
		}
		return false, fmt.Errorf("event pattern: %q is not understood", name)
	}
	return false, nil
}

// number converts numbers of all types to one.
func number(v any) any {
	switch v := v.(type) {
	case uint64:
		return float64(v)
	case int64:
		return float64(v)
	case int:
		return float64(v)
	}
	return v
}

// transformer is an input transformer of a target.
type transformer struct {
	InputPathsMap map[string]string
	InputTemplate string
}

// apply returns the target's input for an event. Within quotes a value is inserted as text, otherwise as JSON.
func (t transformer) apply(text []byte, rule string) ([]byte, error) {
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, err
	}
	values := map[string]any{"aws.events.event": event, "aws.events.event.json": json.RawMessage(text), "aws.events.rule-name": rule}
	for name, path := range t.InputPathsMap {
		values[name] = at(event, path)
	}
	out := t.InputTemplate
	for name, value := range values {
		plain := fmt.Sprint(value)
		if value == nil {
			plain = ""
		}
		quoted := string(encode(plain))
		out = strings.ReplaceAll(out, `"<`+name+`>"`, quoted)
		out = strings.ReplaceAll(out, `<`+name+`>`, string(encode(value)))
	}
	if !json.Valid([]byte(out)) {
		return nil, fmt.Errorf("input transformer: the template does not make JSON: %.200s", out)
	}
	return []byte(out), nil
}

// at follows a path such as $.detail.data.
func at(v any, path string) any {
	for _, name := range strings.Split(strings.TrimPrefix(path, "$."), ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}
