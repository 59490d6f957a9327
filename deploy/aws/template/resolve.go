package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Stack is a template with the values of its references.
type Stack struct {
	Tree       map[string]any
	Parameters map[string]string // the given ones; others have their defaults
	Pseudo     map[string]string // AWS::Region, AWS::StackName, …
	// Ref and GetAtt return the value of a reference to a resource.
	Ref    func(id, kind string) (string, error)
	GetAtt func(id, kind, attribute string) (string, error)
}

// noValue is the value of !Ref AWS::NoValue: the property is omitted.
type noValue struct{}

// Resolve returns a value with every intrinsic function replaced by its result. An unknown function is an error.
func (s *Stack) Resolve(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		if name, argument, ok := intrinsic(v); ok {
			return s.call(name, argument)
		}
		return s.object(v)
	case []any:
		return s.list(v)
	}
	return v, nil
}

// intrinsic distinguishes a function from a mapping.
func intrinsic(m map[string]any) (name string, argument any, ok bool) {
	if len(m) != 1 {
		return "", nil, false
	}
	for name, argument = range m {
	}
	return name, argument, name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::")
}

func (s *Stack) object(m map[string]any) (any, error) {
	all := make(map[string]any, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value, err := s.Resolve(m[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if _, none := value.(noValue); !none {
			all[key] = value
		}
	}
	return all, nil
}

func (s *Stack) list(l []any) (any, error) {
	all := make([]any, 0, len(l))
	for i, element := range l {
		value, err := s.Resolve(element)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		if _, none := value.(noValue); !none {
			all = append(all, value)
		}
	}
	return all, nil
}

// call returns the result of an intrinsic function.
func (s *Stack) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return s.ref(fmt.Sprint(argument))
	case "Condition":
		return s.condition(fmt.Sprint(argument))
	case "Fn::If":
		return s.choose(argument)
	case "Fn::Sub":
		return s.sub(argument)
	}
	value, err := s.Resolve(argument)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	list, _ := value.([]any)
	f, known := calls[name]
	if !known {
		return nil, fmt.Errorf("%s is not understood", name)
	}
	return f(s, list, value)
}

// calls are the functions whose arguments are resolved before the call.
var calls = map[string]func(s *Stack, list []any, value any) (any, error){
	"Fn::GetAtt": func(s *Stack, list []any, _ any) (any, error) { return s.attribute(list) },
	"Fn::GetAZs": func(s *Stack, _ []any, _ any) (any, error) {
		return []any{s.Pseudo["AWS::Region"] + "a", s.Pseudo["AWS::Region"] + "b"}, nil
	},
	"Fn::FindInMap": func(s *Stack, list []any, _ any) (any, error) { return s.find(list) },
	"Fn::Join":      func(_ *Stack, list []any, _ any) (any, error) { return join(list) },
	"Fn::Select":    func(_ *Stack, list []any, _ any) (any, error) { return pick(list) },
	"Fn::Split":     func(_ *Stack, list []any, _ any) (any, error) { return split(list) },
	"Fn::Equals": func(_ *Stack, list []any, _ any) (any, error) {
		return len(list) == 2 && fmt.Sprint(list[0]) == fmt.Sprint(list[1]), nil
	},
	"Fn::Not": func(_ *Stack, list []any, _ any) (any, error) { return len(list) == 1 && list[0] == false, nil },
	"Fn::And": func(_ *Stack, list []any, _ any) (any, error) { return !slices.Contains(list, any(false)), nil },
	"Fn::Or":  func(_ *Stack, list []any, _ any) (any, error) { return slices.Contains(list, any(true)), nil },
}

// find looks up the template's mappings.
func (s *Stack) find(list []any) (any, error) {
	var value any = s.Tree["Mappings"]
	for _, key := range list {
		m, _ := value.(map[string]any)
		value = m[fmt.Sprint(key)]
	}
	if value == nil || len(list) != 3 {
		return nil, fmt.Errorf("Fn::FindInMap: there is nothing at %v", list)
	}
	return value, nil
}

func (s *Stack) attribute(list []any) (any, error) {
	if len(list) != 2 {
		return nil, fmt.Errorf("Fn::GetAtt takes a resource and an attribute")
	}
	id, attribute := fmt.Sprint(list[0]), fmt.Sprint(list[1])
	kind, err := s.Kind(id)
	if err != nil {
		return nil, err
	}
	return s.GetAtt(id, kind, attribute)
}

func (s *Stack) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return noValue{}, nil
	}
	if value, ok := s.Pseudo[name]; ok {
		return value, nil
	}
	if p, ok := s.section("Parameters")[name].(map[string]any); ok {
		return s.parameter(name, p)
	}
	kind, err := s.Kind(name)
	if err != nil {
		return nil, err
	}
	return s.Ref(name, kind)
}

// parameter returns the given value of a parameter, or its default.
func (s *Stack) parameter(name string, p map[string]any) (any, error) {
	value, given := s.Parameters[name]
	if !given {
		def, ok := p["Default"]
		if !ok {
			return nil, fmt.Errorf("the parameter %s has no default, and was not given", name)
		}
		value = fmt.Sprint(def)
	}
	if kind := fmt.Sprint(p["Type"]); kind == "CommaDelimitedList" {
		list := []any{}
		for _, one := range strings.Split(value, ",") {
			list = append(list, strings.TrimSpace(one))
		}
		return list, nil
	}
	return value, nil
}

// Kind returns the type of a resource.
func (s *Stack) Kind(id string) (string, error) {
	resource, ok := s.section("Resources")[id].(map[string]any)
	if !ok {
		return "", fmt.Errorf("there is no resource or parameter %s", id)
	}
	return fmt.Sprint(resource["Type"]), nil
}

func (s *Stack) section(name string) map[string]any {
	section, _ := s.Tree[name].(map[string]any)
	return section
}

func (s *Stack) condition(name string) (bool, error) {
	value, ok := s.section("Conditions")[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %s", name)
	}
	result, err := s.Resolve(value)
	holds, _ := result.(bool)
	return holds, err
}

func (s *Stack) choose(argument any) (any, error) {
	list, _ := argument.([]any)
	if len(list) != 3 {
		return nil, fmt.Errorf("Fn::If takes a condition and two values")
	}
	holds, err := s.condition(fmt.Sprint(list[0]))
	if err != nil {
		return nil, err
	}
	if holds {
		return s.Resolve(list[1])
	}
	return s.Resolve(list[2])
}

var variable = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

// sub replaces the variables of a text: its own ones, else references.
func (s *Stack) sub(argument any) (any, error) {
	text, own := argument, map[string]any{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text = list[0]
		resolved, err := s.Resolve(list[1])
		if err != nil {
			return nil, fmt.Errorf("Fn::Sub: %w", err)
		}
		own, _ = resolved.(map[string]any)
	}
	var failed error
	out := variable.ReplaceAllStringFunc(fmt.Sprint(text), func(found string) string {
		parts := variable.FindStringSubmatch(found)
		if parts[1] == "!" {
			return "${" + parts[2] + "}"
		}
		value, err := s.named(parts[2], own)
		if err != nil && failed == nil {
			failed = fmt.Errorf("Fn::Sub %q: %w", text, err)
		}
		return fmt.Sprint(value)
	})
	return out, failed
}

func (s *Stack) named(name string, own map[string]any) (any, error) {
	if value, ok := own[name]; ok {
		return value, nil
	}
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		return s.attribute([]any{id, attribute})
	}
	return s.ref(name)
}

func join(list []any) (any, error) {
	if len(list) != 2 {
		return nil, fmt.Errorf("Fn::Join takes a separator and a list")
	}
	elements, ok := list[1].([]any)
	if !ok {
		return nil, fmt.Errorf("Fn::Join takes a list")
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = fmt.Sprint(e)
	}
	return strings.Join(texts, fmt.Sprint(list[0])), nil
}

func pick(list []any) (any, error) {
	if len(list) != 2 {
		return nil, fmt.Errorf("Fn::Select takes an index and a list")
	}
	elements, _ := list[1].([]any)
	var i int
	if _, err := fmt.Sscan(fmt.Sprint(list[0]), &i); err != nil || i < 0 || i >= len(elements) {
		return nil, fmt.Errorf("Fn::Select: there is no element %v of %d", list[0], len(elements))
	}
	return elements[i], nil
}

func split(list []any) (any, error) {
	if len(list) != 2 {
		return nil, fmt.Errorf("Fn::Split takes a separator and a text")
	}
	parts := []any{}
	for _, part := range strings.Split(fmt.Sprint(list[1]), fmt.Sprint(list[0])) {
		parts = append(parts, part)
	}
	return parts, nil
}

// Holds reports whether a condition holds; nil always does.
func (s *Stack) Holds(name any) (bool, error) {
	if name == nil {
		return true, nil
	}
	return s.condition(fmt.Sprint(name))
}
