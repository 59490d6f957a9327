package app

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/edge"
)

// Contracts returns the contract files generated from the code, by path in the tree: the JSON Schemas of the events and
// the rules, the AsyncAPI document, and the OpenAPI documents of both listeners.
func Contracts() (map[string][]byte, error) {
	files := map[string][]byte{}
	keep := func(path string, doc []byte, err error) error {
		files[path] = doc
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
	for _, t := range event.Types {
		schema, err := event.SchemaJSON(t)
		if err := keep("event/schemas/"+event.SchemaFile(t), schema, err); err != nil {
			return nil, err
		}
	}
	schema, err := rules.SchemaJSON(Providers)
	if err := keep(rules.SchemaFile, schema, err); err != nil {
		return nil, err
	}
	doc, err := event.AsyncAPI()
	if err := keep("event/asyncapi.json", doc, err); err != nil {
		return nil, err
	}
	services := new(system).unconnected() // only their routes are needed
	for _, api := range []struct {
		path, title string
		add         func(huma.API)
	}{
		{"app/openapi-public.yaml", publicTitle, services.publicAPI},
		{"app/openapi-private.yaml", privateTitle, services.privateAPI},
	} {
		made := edge.NewAPI(http.NewServeMux(), api.title, Version)
		api.add(made)
		doc, err := made.OpenAPI().YAML()
		if err := keep(api.path, doc, err); err != nil {
			return nil, err
		}
	}
	return files, nil
}
