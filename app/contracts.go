package app

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
)

// Contracts returns the contract files that are made from the code, by their path in the tree: the JSON Schemas of the
// events, the AsyncAPI document, and the OpenAPI documents of both listeners.
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
	doc, err := event.AsyncAPI()
	if err := keep("event/asyncapi.json", doc, err); err != nil {
		return nil, err
	}
	for path, add := range map[string]func(huma.API){"app/openapi-public.yaml": publicRoutes, "app/openapi-private.yaml": privateRoutes} {
		api := newAPI(http.NewServeMux(), "ACME webshop")
		add(api)
		doc, err := api.OpenAPI().YAML()
		if err := keep(path, doc, err); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// publicRoutes and privateRoutes add the routes of services that are not connected to anything.
func publicRoutes(api huma.API)  { new(system).unconnected().publicAPI(api) }
func privateRoutes(api huma.API) { new(system).unconnected().privateAPI(api) }
