package template

import (
	"encoding/json"
	"strings"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
)

// ruleResources returns the rule of each subscription, and the permission to call its function.
func ruleResources() (all fields) {
	for _, sub := range event.Subscriptions {
		f, ok := functions.Hears(sub.Subscriber)
		if !ok {
			panic("template: no function hears " + sub.Subscriber) // every test run finds it
		}
		name := ruleName(sub.Subscriber)
		all = append(all, item(name, ruleResource(sub, f)), item(name+"Permission", permission(f, "events.amazonaws.com", getAtt(name, "Arn"))))
	}
	return all
}

// ruleName returns the logical id of a subscriber's rule, e.g. EmailOrderCreated.
func ruleName(subscriber string) string {
	service, kind, _ := strings.Cut(subscriber, ".")
	return upper(service) + kind
}

func ruleResource(s event.Subscription, f functions.Function) fields {
	transformer := functions.Transformer(s)
	return fields{item("Type", "AWS::Events::Rule"), item("Properties", fields{
		item("Name", sub(functions.RuleName("${AWS::StackName}", s.Subscriber))), item("Description", s.Subscriber+": "+s.Does),
		item("EventBusName", ref("Bus")), item("EventPattern", functions.Pattern(s)),
		item("Targets", []any{fields{
			item("Id", f.Name), item("Arn", getAtt(resourceName(f), "Arn")),
			item("InputTransformer", fields{item("InputPathsMap", transformer.InputPathsMap), item("InputTemplate", transformer.InputTemplate)}),
			item("RetryPolicy", fields{item("MaximumRetryAttempts", 8), item("MaximumEventAgeInSeconds", 900)}),
			item("DeadLetterConfig", fields{item("Arn", getAtt("DeadLetters", "Arn"))}),
		}}),
	})}
}

func permission(f functions.Function, principal string, source any) fields {
	return fields{item("Type", "AWS::Lambda::Permission"), item("Properties", fields{
		item("Action", "lambda:InvokeFunction"), item("FunctionName", ref(resourceName(f))), item("Principal", principal), item("SourceArn", source),
	})}
}

// permissionResources let each API call the functions of its routes.
func permissionResources() (all fields) {
	for _, f := range functions.All {
		all = append(all, apiPermissions(f, "PublicApi", f.Public)...)
		all = append(all, apiPermissions(f, "PrivateApi", f.Private)...)
	}
	return all
}

func apiPermissions(f functions.Function, api string, routes []functions.Route) (all fields) {
	for _, r := range routes {
		path := bracket.ReplaceAllString(r.Path, "*")
		source := sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api + "}/*/" + r.Method + path)
		all = append(all, item(api+upper(strings.ToLower(r.Method))+identifier(r.Path), permission(f, "apigateway.amazonaws.com", source)))
	}
	return all
}

// identifier makes a logical id, of letters and digits, from a path.
func identifier(path string) (id string) {
	for _, word := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/{}+-", r) }) {
		id += upper(word)
	}
	return id
}

// schemaResources describe the detail of each event in EventBridge's registry.
func schemaResources() (all fields) {
	for _, t := range event.Types {
		if event.Silent(t) {
			continue
		}
		content, err := detailSchema(t)
		if err != nil {
			panic("template: " + err.Error()) // every test run finds it
		}
		all = append(all, item(string(t)+"Schema", fields{item("Type", "AWS::EventSchemas::Schema"), item("Properties", fields{
			item("RegistryName", getAtt("Registry", "RegistryName")), item("SchemaName", functions.Source(t)+"@"+string(t)),
			item("Type", "JSONSchemaDraft4"), item("Description", "The detail of "+string(t)+": CloudEvents 1.0 in JSON"), item("Content", content),
		})}))
	}
	return all
}

// detailSchema returns the JSON Schema of an event's detail: its CloudEvents attributes around the payload. The registry
// accepts draft 4, which can express the shop's schemas.
func detailSchema(t event.Type) (string, error) {
	text, err := event.SchemaJSON(t)
	if err != nil {
		return "", err
	}
	var data map[string]any
	if err := json.Unmarshal(text, &data); err != nil {
		return "", err
	}
	delete(data, "$schema")
	delete(data, "$id")
	words := map[string]any{"type": "string"}
	detail := map[string]any{
		"$schema": "http://json-schema.org/draft-04/schema#", "id": event.SchemaURI(t), "title": string(t), "type": "object",
		"required": []string{"specversion", "id", "source", "type", "subject", "time", "data"},
		"properties": map[string]any{
			"specversion": map[string]any{"enum": []string{"1.0"}}, "id": words, "source": words, "type": map[string]any{"enum": []string{string(t)}},
			"subject": words, "time": map[string]any{"type": "string", "format": "date-time"}, "datacontenttype": words, "dataschema": words,
			"traceparent": words, functions.SubscriberAttribute: words, functions.SendAttribute: map[string]any{"type": "integer"}, "data": data,
		},
	}
	out, err := json.MarshalIndent(detail, "", " ")
	return string(out), err
}
