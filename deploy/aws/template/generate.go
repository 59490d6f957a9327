package template

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"acme.example/webshop/surfaces/web"
)

// The lines around a generated part, each with the part's name.
const (
	begin = "# made by make generate: "
	end   = "# end of "
)

// Generate returns a template with all generated parts renewed. The OpenAPI document is the public listener's. A part
// without a place in the template, or a place without a part, is an error.
func Generate(text, openapi []byte) ([]byte, error) {
	parts, err := parts(openapi)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	inside := ""
	for line := range strings.Lines(string(text)) {
		bare := strings.TrimSpace(line)
		switch name, starts := strings.CutPrefix(bare, begin); {
		case starts:
			made, ok := parts[name]
			if !ok || inside != "" {
				return nil, fmt.Errorf("template: there is no part %q, it has two places, or it begins in another part", name)
			}
			delete(parts, name)
			inside = name
			out.WriteString(line)
			if err := write(&out, line[:strings.Index(line, "#")], made); err != nil {
				return nil, fmt.Errorf("template: %s: %w", name, err)
			}
		case inside == "":
			out.WriteString(line)
		case bare == end+inside:
			inside = ""
			out.WriteString(line)
		}
	}
	if inside != "" || len(parts) > 0 {
		return nil, fmt.Errorf("template: the part %q does not end, or there is no place for some of %d", inside, len(parts))
	}
	return out.Bytes(), nil
}

// write writes a part with an indentation.
func write(out *bytes.Buffer, indent string, part any) error {
	text, err := yaml.MarshalWithOptions(part, yaml.IndentSequence(true), yaml.UseLiteralStyleIfMultiline(true))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) != "" {
			out.WriteString(indent)
		}
		out.WriteString(line)
	}
	return nil
}

// item is an entry of an ordered mapping.
func item(key string, value any) yaml.MapItem { return yaml.MapItem{Key: key, Value: value} }

type fields = yaml.MapSlice

// parts returns all generated parts, by name.
func parts(openapi []byte) (map[string]any, error) {
	public, err := publicAPI(openapi)
	if err != nil {
		return nil, err
	}
	pages, err := web.Export()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"functions": functionResources(), "rules": ruleResources(), "permissions of APIs": permissionResources(),
		"schemas": schemaResources(), "alarms": alarmResources(),
		"the public API": public, "the private API": privateAPI(),
		"answers of the public gateway": gatewayResponses(), "answers of the private gateway": gatewayResponses(),
		"routes to the API": behaviours(), "the choice of a page": fields{item("FunctionCode", pageFunction(pages))},
		"headers of pages": pageHeaders(pages),
	}, nil
}

// sub returns a text with references.
func sub(text string) fields { return fields{item("Fn::Sub", text)} }

func getAtt(id, attribute string) fields { return fields{item("Fn::GetAtt", []string{id, attribute})} }

func ref(id string) fields { return fields{item("Ref", id)} }
