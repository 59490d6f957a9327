package event

import (
	"encoding/json"
	"maps"
	"slices"
)

// Subject returns where an event type is published on the bus.
func Subject(t Type) string { return "webshop.event." + string(t) }

// object is a JSON object.
type object = map[string]any

// AsyncAPI describes all events, where they are published and who subscribes, as an AsyncAPI 3 document in JSON. The
// payloads' schemas are in files beside it.
func AsyncAPI() ([]byte, error) {
	channels, operations, messages := object{}, object{}, object{}
	for _, t := range Types {
		if Silent(t) {
			continue
		}
		name := string(t)
		channels[name] = object{
			"address":  Subject(t),
			"messages": object{name: object{"$ref": "#/components/messages/" + name}},
		}
		operations["publish."+name] = operation("send", name, "Stated by "+sources[t]+".")
		messages[name] = message(t)
	}
	for _, s := range Subscriptions {
		operations[s.Subscriber] = operation("receive", string(s.Type), "Its receipt may take "+s.Deadline.String()+".")
	}
	doc, err := json.MarshalIndent(object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "ACME webshop events", "version": "1.0.0",
			"description": "The five facts that drive an order, as CloudEvents 1.0 in the NATS binding's binary mode. Delivery is at least once; subscribers keep receipts.",
			"license":     object{"name": "MIT"},
		},
		"defaultContentType": "application/json",
		"channels":           channels,
		"operations":         operations,
		"components":         object{"messages": messages, "schemas": object{"CloudEventsHeaders": headersSchema()}},
	}, "", "  ")
	return append(doc, '\n'), err
}

func operation(action, channel, summary string) object {
	return object{
		"action": action, "summary": summary,
		"channel":  object{"$ref": "#/channels/" + channel},
		"messages": []any{object{"$ref": "#/channels/" + channel + "/messages/" + channel}},
	}
}

func message(t Type) object {
	return object{
		"name": string(t), "contentType": "application/json",
		"headers": object{"$ref": "#/components/schemas/CloudEventsHeaders"},
		"payload": object{
			"schemaFormat": "application/schema+json;version=draft-2020-12",
			"schema":       object{"$ref": "schemas/" + SchemaFile(t)},
		},
	}
}

// SchemaFile returns the name of a type's schema file.
func SchemaFile(t Type) string { return string(t) + ".schema.json" }

// headersSchema describes the message headers, as in an envelope.
func headersSchema() object {
	properties := object{}
	names := slices.Sorted(maps.Keys(Envelope{TraceParent: "x"}.Headers()))
	for _, name := range names {
		properties[name] = object{"type": "string"}
	}
	required := slices.DeleteFunc(names, func(name string) bool { return name == "ce-traceparent" })
	return object{"type": "object", "properties": properties, "required": required}
}

// SchemaJSON returns the JSON Schema of an event type as stored in a file.
func SchemaJSON(t Type) ([]byte, error) {
	doc, err := json.MarshalIndent(Schema(t), "", "  ")
	return append(doc, '\n'), err
}
