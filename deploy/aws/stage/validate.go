package main

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// check is the request validation of a method: its required parameters, and the model of its body.
type check struct {
	query, header []string
	model         *jsonschema.Resolved // nil: any body
	needsBody     bool
}

// refuses returns what is wrong with a request, as API Gateway would: it checks bodies of the model's type only.
func (c check) refuses(r *http.Request, body []byte) (kind, message string) {
	for _, name := range c.query {
		if !r.URL.Query().Has(name) {
			return "BAD_REQUEST_PARAMETERS", "Missing required request parameters: [" + name + "]"
		}
	}
	for _, name := range c.header {
		if r.Header.Get(name) == "" {
			return "BAD_REQUEST_PARAMETERS", "Missing required request parameters: [" + name + "]"
		}
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); c.model == nil || kind != "application/json" && kind != "" {
		return "", ""
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil || c.model.Validate(value) != nil {
		return "BAD_REQUEST_BODY", "Invalid request body"
	}
	return "", ""
}

// operation is the part of a method in an API's definition that the stage uses.
type operation struct {
	OperationID string
	Summary     string
	Parameters  []struct {
		Name, In string
		Required bool
		Schema   any
	}
	RequestBody *struct {
		Required bool
		Content  map[string]struct{ Schema any }
	}
	Responses   any
	Integration struct {
		Type, URI, HTTPMethod, PassthroughBehavior string
		TimeoutInMillis                            whole
		RequestTemplates                           map[string]string
		Responses                                  map[string]struct {
			StatusCode         whole
			ResponseParameters map[string]string
			ResponseTemplates  map[string]string
		}
	} `json:"x-amazon-apigateway-integration"`
	Validator string `json:"x-amazon-apigateway-request-validator"`
}

// validation returns a method's check, as far as its validator goes.
func (d definition) validation(op operation) (c check, err error) {
	validator, ok := d.Validators[op.Validator]
	if op.Validator == "" {
		return c, nil
	}
	if !ok {
		return c, fmt.Errorf("there is no request validator %q", op.Validator)
	}
	for _, p := range op.Parameters {
		if !p.Required || !validator.ValidateRequestParameters {
			continue
		}
		switch p.In {
		case "query":
			c.query = append(c.query, p.Name)
		case "header":
			c.header = append(c.header, p.Name)
		}
	}
	if op.RequestBody == nil || !validator.ValidateRequestBody {
		return c, nil
	}
	c.needsBody = op.RequestBody.Required
	c.model, err = d.model(op.RequestBody.Content["application/json"].Schema)
	return c, err
}

// model compiles the schema of a body, with all the models that it refers to.
func (d definition) model(schema any) (*jsonschema.Resolved, error) {
	text := encode(map[string]any{"allOf": []any{schema}, "$defs": d.Components.Schemas})
	var s jsonschema.Schema
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "#/components/schemas/", "#/$defs/")), &s); err != nil {
		return nil, err
	}
	return s.Resolve(nil)
}

// definition is the part of an API's OpenAPI document that the stage uses.
type definition struct {
	OpenAPI    string
	Info       any
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]any }
	Policy     struct {
		Version   string
		Statement []struct {
			Effect, Principal, Action, Resource string
			Condition                           struct {
				IpAddress struct {
					Networks []string `json:"aws:SourceIp"`
				}
			}
		}
	} `json:"x-amazon-apigateway-policy"`
	Validators map[string]struct{ ValidateRequestBody, ValidateRequestParameters bool } `json:"x-amazon-apigateway-request-validators"`
}
