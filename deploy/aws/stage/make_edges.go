package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// makePermission records who may call a function. It is the only part of IAM that the stage checks.
func (s *Stage) makePermission(r resource) error {
	var p struct{ FunctionName, Action, Principal, SourceArn, SourceAccount string }
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	if p.Action != "lambda:InvokeFunction" {
		return fmt.Errorf("the action %q lets no one call", p.Action)
	}
	f := s.functionOf(p.FunctionName)
	if f == nil {
		return fmt.Errorf("there is no function %s", p.FunctionName)
	}
	s.allowed[f.id+" "+p.Principal+" "+p.SourceArn] = true
	return nil
}

// functionOf finds a function by its name or ARN.
func (s *Stage) functionOf(name string) *function {
	for _, f := range s.functions {
		if f.name == name || f.arn == name {
			return f
		}
	}
	return nil
}

// may reports whether a principal may call a function from a source. A * in the permission matches any text.
func (s *Stage) may(principal, source string, f *function) bool {
	for one := range s.allowed {
		parts := strings.SplitN(one, " ", 3)
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(parts[2]), `\*`, ".*") + "$"
		if parts[0] == f.id && parts[1] == principal && regexp.MustCompile(pattern).MatchString(source) {
			return true
		}
	}
	return false
}

func (s *Stage) makeRule(r resource) error {
	var p struct {
		Name, Description, EventBusName, State string
		EventPattern                           map[string]any
		Targets                                []struct {
			Arn, ID          string `json:"-"`
			TargetArn        string `json:"Arn"`
			TargetID         string `json:"Id"`
			InputTransformer *transformer
			RetryPolicy      struct{ MaximumRetryAttempts, MaximumEventAgeInSeconds whole }
			DeadLetterConfig struct{ Arn string }
		}
	}
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	b := s.events.buses[p.EventBusName]
	if b == nil || p.State == "DISABLED" {
		return fmt.Errorf("the rule is on no bus (%q), or disabled", p.EventBusName)
	}
	if _, err := matches(p.EventPattern, map[string]any{}); err != nil {
		return err
	}
	arn, _ := s.attribute(r.ID, r.Type, "Arn")
	one := &rule{name: p.Name, arn: arn, pattern: p.EventPattern}
	for _, t := range p.Targets {
		made := target{transform: t.InputTransformer, retries: int(t.RetryPolicy.MaximumRetryAttempts), maxAge: time.Duration(t.RetryPolicy.MaximumEventAgeInSeconds) * time.Second}
		if made.f = s.functionOf(t.TargetArn); made.f == nil || !s.may("events.amazonaws.com", arn, made.f) {
			return fmt.Errorf("the target %s is no function, or the rule may not call it", t.TargetArn)
		}
		if t.DeadLetterConfig.Arn != "" {
			var err error
			if made.dead, err = s.queueOf(t.DeadLetterConfig.Arn); err != nil {
				return err
			}
		}
		one.targets = append(one.targets, made)
	}
	b.rules = append(b.rules, one)
	return nil
}

// apiProperties are the known properties of a REST API.
type apiProperties struct {
	Name, Description, StageName, OpenApiVersion  string
	EndpointConfiguration, AccessLogSetting, Tags any
	TracingEnabled, FailOnWarnings, AlwaysDeploy  bool
	Auth                                          any
	Variables                                     map[string]string
	MethodSettings                                []struct {
		ResourcePath, HttpMethod, LoggingLevel    string
		ThrottlingRateLimit, ThrottlingBurstLimit whole
		MetricsEnabled, DataTraceEnabled          bool
	}
	GatewayResponses map[string]gatewayResponse
	DefinitionBody   definition
}

func (s *Stage) makeAPI(r resource) error {
	var p apiProperties
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	id, _ := s.ref(r.ID, r.Type)
	a := &restAPI{id: id, stage: p.StageName, variables: p.Variables, mux: http.NewServeMux(), answers: p.GatewayResponses}
	for _, m := range p.MethodSettings {
		if m.ThrottlingRateLimit > 0 && m.ResourcePath == "/*" && m.HttpMethod == "*" {
			a.limiter = rate.NewLimiter(rate.Limit(m.ThrottlingRateLimit), int(m.ThrottlingBurstLimit))
		}
	}
	for _, statement := range p.DefinitionBody.Policy.Statement {
		for _, network := range statement.Condition.IpAddress.Networks {
			n, err := netip.ParsePrefix(network)
			if err != nil {
				return err
			}
			a.networks = append(a.networks, n)
		}
	}
	for path, methods := range p.DefinitionBody.Paths {
		for method, op := range methods {
			if err := s.addRoute(a, p.DefinitionBody, path, strings.ToUpper(method), op); err != nil {
				return fmt.Errorf("%s %s: %w", method, path, err)
			}
		}
	}
	s.apis[r.ID] = a
	s.front.Handle("/"+id+"/", under("/"+id+"/"+p.StageName, a))
	return nil
}

var functionARN = regexp.MustCompile(`/functions/(arn:aws:lambda:[^/]+)/invocations$`)

func (s *Stage) addRoute(a *restAPI, d definition, path, method string, op operation) error {
	pattern := method + " " + strings.ReplaceAll(path, "+}", "...}")
	if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
		pattern, method = strings.ReplaceAll(path, "+}", "...}"), "*"
	}
	switch op.Integration.Type {
	case "mock":
		answer := op.Integration.Responses["default"]
		headers := map[string]string{}
		for name, value := range answer.ResponseParameters {
			headers[strings.TrimPrefix(name, "method.response.header.")] = value
		}
		a.mux.Handle(pattern, mock(int(answer.StatusCode), headers, answer.ResponseTemplates["application/json"]))
		return nil
	case "aws_proxy":
		return s.addProxy(a, d, path, method, pattern, op)
	}
	return fmt.Errorf("the integration %q is not understood", op.Integration.Type)
}

func (s *Stage) addProxy(a *restAPI, d definition, path, method, pattern string, op operation) error {
	found := functionARN.FindStringSubmatch(op.Integration.URI)
	if found == nil || s.functionOf(found[1]) == nil {
		return fmt.Errorf("%s is no function", op.Integration.URI)
	}
	f := s.functionOf(found[1])
	source := fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s%s", region, account, a.id, a.stage, method, path)
	if !s.may("apigateway.amazonaws.com", source, f) {
		return fmt.Errorf("the API may not call %s", f.id)
	}
	check, err := d.validation(op)
	a.mux.Handle(pattern, proxy{api: a, f: f, resource: path, check: check})
	return err
}
