package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"acme.example/webshop/deploy/aws/functions"
)

var bracket = regexp.MustCompile(`\{[^}]*\}`)

// publicAPI returns the definition of the public REST API: the functions' routes, with the parameters and bodies of the
// shop's own OpenAPI document, as far as API Gateway can check them.
func publicAPI(openapi []byte) (fields, error) {
	var document map[string]any
	if err := yaml.Unmarshal(openapi, &document); err != nil {
		return nil, err
	}
	used := map[string]bool{}
	paths := fields{}
	for _, path := range sortedPaths(func(f functions.Function) []functions.Route { return f.Public }) {
		methods := fields{}
		for _, r := range path.routes {
			described, _ := dig(document, "paths", r.Path, strings.ToLower(r.Method)).(map[string]any)
			methods = append(methods, item(strings.ToLower(r.Method), publicOperation(r, described, used)))
		}
		methods = append(methods, item("options", preflight(path.routes)))
		paths = append(paths, item(path.path, methods))
	}
	return fields{item("DefinitionBody", fields{
		item("openapi", "3.0.1"), item("info", fields{item("title", sub("${AWS::StackName}")), item("version", "1.0.0")}),
		item("x-amazon-apigateway-request-validators", fields{item("all", fields{item("validateRequestBody", true), item("validateRequestParameters", true)})}),
		item("paths", paths), item("components", fields{item("schemas", models(document, used))}),
	})}, nil
}

// routed is a path with its routes, and the function of each.
type routed struct {
	path   string
	routes []route
}

type route struct {
	functions.Route
	f functions.Function
}

// sortedPaths returns the paths of all functions.
func sortedPaths(of func(functions.Function) []functions.Route) (all []routed) {
	paths := map[string][]route{}
	for _, f := range functions.All {
		for _, r := range of(f) {
			paths[r.Path] = append(paths[r.Path], route{r, f})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		all = append(all, routed{path, paths[path]})
	}
	return all
}

// integration calls a function. Its ARN is composed from its name, since the function itself needs the address of the
// API's front, and so is made after the API.
func integration(f functions.Function) fields {
	arn := "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-" + f.Name
	return fields{
		item("type", "aws_proxy"), item("httpMethod", "POST"),
		item("uri", sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"+arn+"/invocations")),
	}
}

func publicOperation(r route, described map[string]any, used map[string]bool) fields {
	op := fields{}
	if id, ok := described["operationId"]; ok {
		op = append(op, item("operationId", id))
	}
	if parameters := parametersOf(described); len(parameters) > 0 {
		op = append(op, item("parameters", parameters))
	}
	if schema := dig(described, "requestBody", "content", "application/json", "schema"); schema != nil {
		note(schema, used)
		content := fields{item("application/json", fields{item("schema", plainSchema(schema))})}
		op = append(op, item("requestBody", fields{item("required", true), item("content", content)}))
	}
	return append(op, item("x-amazon-apigateway-request-validator", "all"), item("x-amazon-apigateway-integration", integration(r.f)))
}

// parametersOf lists the parameters. API Gateway only checks that the required ones are there.
func parametersOf(described map[string]any) (all []fields) {
	list, _ := described["parameters"].([]any)
	for _, one := range list {
		p, _ := one.(map[string]any)
		all = append(all, fields{
			item("name", p["name"]), item("in", p["in"]), item("required", p["required"] == true), item("schema", fields{item("type", "string")}),
		})
	}
	return all
}

// preflight answers whether a page of another origin may call.
func preflight(routes []route) fields {
	methods := []string{}
	for _, r := range routes {
		methods = append(methods, r.Method)
	}
	headers := []yaml.MapItem{
		item("Access-Control-Allow-Origin", sub("'${CorsOrigin}'")), item("Access-Control-Allow-Methods", "'"+strings.Join(methods, ",")+"'"),
		item("Access-Control-Allow-Headers", "'Content-Type,Idempotency-Key,Prefer,Traceparent'"), item("Access-Control-Max-Age", "'600'"),
	}
	declared, given := fields{}, fields{}
	for _, h := range headers {
		declared = append(declared, item(fmt.Sprint(h.Key), fields{item("schema", fields{item("type", "string")})}))
		given = append(given, item("method.response.header."+fmt.Sprint(h.Key), h.Value))
	}
	return fields{
		item("responses", fields{item("200", fields{item("description", "what is allowed"), item("headers", declared)})}),
		item("x-amazon-apigateway-integration", fields{
			item("type", "mock"), item("requestTemplates", fields{item("application/json", `{"statusCode": 200}`)}),
			item("responses", fields{item("default", fields{
				item("statusCode", "200"), item("responseParameters", given), item("responseTemplates", fields{item("application/json", `"OK"`)}),
			})}),
		}),
	}
}

// privateAPI returns the definition of the private REST API. The functions check the token and the input; the gateway
// accepts only the operators' networks.
func privateAPI() fields {
	paths := fields{}
	for _, path := range sortedPaths(func(f functions.Function) []functions.Route { return f.Private }) {
		methods := fields{}
		for _, r := range path.routes {
			op := fields{item("x-amazon-apigateway-integration", integration(r.f))}
			if named := bracket.FindAllString(path.path, -1); len(named) > 0 {
				op = append(fields{item("parameters", pathParameters(named))}, op...)
			}
			methods = append(methods, item(strings.ToLower(r.Method), op))
		}
		paths = append(paths, item(path.path, methods))
	}
	networks := fields{item("IpAddress", fields{item("aws:SourceIp", ref("OperatorNetworks"))})}
	statement := fields{
		item("Effect", "Allow"), item("Principal", "*"), item("Action", "execute-api:Invoke"), item("Resource", "execute-api:/*"), item("Condition", networks),
	}
	return fields{item("DefinitionBody", fields{
		item("openapi", "3.0.1"), item("info", fields{item("title", sub("${AWS::StackName}, private side")), item("version", "1.0.0")}),
		item("x-amazon-apigateway-policy", fields{item("Version", "2012-10-17"), item("Statement", []any{statement})}),
		item("paths", paths),
	})}
}

func pathParameters(named []string) (all []fields) {
	for _, name := range named {
		all = append(all, fields{
			item("name", strings.Trim(name, "{}+")), item("in", "path"), item("required", true), item("schema", fields{item("type", "string")}),
		})
	}
	return all
}

// Policies of CloudFront in every account.
const (
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allButHost      = "b689b0a8-53d0-40ab-baf2-68738e2966ac" // AllViewerExceptHostHeader
)

// behaviours returns the paths that CloudFront sends to the API; all others are pages.
func behaviours() fields {
	list := []any{}
	for _, path := range sortedPaths(func(f functions.Function) []functions.Route { return f.Public }) {
		list = append(list, fields{
			item("PathPattern", bracket.ReplaceAllString(path.path, "*")), item("TargetOriginId", "api"), item("ViewerProtocolPolicy", "https-only"),
			item("AllowedMethods", []string{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}), item("Compress", true),
			item("CachePolicyId", cachingDisabled), item("OriginRequestPolicyId", allButHost),
		})
	}
	return fields{item("CacheBehaviors", list)}
}

// dig follows names into mappings; nil if there is nothing.
func dig(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}
