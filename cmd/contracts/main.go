// Command contracts writes the contract files generated from the code, and the generated parts of the AWS template. make
// generate runs it; tests fail if the files and the code differ.
package main

import (
	"fmt"
	"os"

	"acme.example/webshop/app"
	"acme.example/webshop/deploy/aws/template"
	"acme.example/webshop/event"
)

const (
	onAWS  = "deploy/aws/template.yaml"
	events = "docs/events.md"
)

func main() {
	files, err := app.Contracts()
	if err == nil {
		files[onAWS], err = templated(files["app/openapi-public.yaml"])
	}
	if err == nil {
		files[events], err = tabled()
	}
	for path, doc := range files {
		if err == nil {
			err = os.WriteFile(path, doc, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "contracts:", err)
		os.Exit(1)
	}
}

// tabled returns the page about events with the table of subscribers.
func tabled() ([]byte, error) {
	text, err := os.ReadFile(events)
	if err != nil {
		return nil, err
	}
	return event.WithTable(text)
}

// templated returns the AWS template with its generated parts.
func templated(openapi []byte) ([]byte, error) {
	text, err := os.ReadFile(onAWS)
	if err != nil {
		return nil, err
	}
	return template.Generate(text, openapi)
}
