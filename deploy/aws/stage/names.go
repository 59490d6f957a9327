package main

import (
	"fmt"
	"strings"
)

// ref returns the value of Ref: a name, an ARN or an address, by type.
func (s *Stage) ref(id, kind string) (string, error) {
	switch kind {
	case "AWS::Serverless::Function", "AWS::Events::EventBus":
		return s.named(id, "webshop-"+id), nil
	case "AWS::Serverless::Api":
		return strings.ToLower(id), nil
	case "AWS::SecretsManager::Secret", "AWS::SNS::Topic":
		return s.attribute(id, kind, "Arn")
	}
	return id, nil
}

// named returns the name that the template gives a resource, or another.
func (s *Stage) named(id, other string) string {
	resources, _ := s.tree.Tree["Resources"].(map[string]any)
	r, _ := resources[id].(map[string]any)
	properties, _ := r["Properties"].(map[string]any)
	for _, key := range []string{"FunctionName", "Name"} {
		if name, err := s.tree.Resolve(properties[key]); err == nil && properties[key] != nil {
			return fmt.Sprint(name)
		}
	}
	return other
}

// arns are the forms of the stage's ARNs.
var arns = map[string]string{
	"AWS::Serverless::Function": "lambda:%s:%s:function:", "AWS::Events::EventBus": "events:%s:%s:event-bus/", "AWS::SQS::Queue": "sqs:%s:%s:",
	"AWS::SecretsManager::Secret": "secretsmanager:%s:%s:secret:", "AWS::SNS::Topic": "sns:%s:%s:", "AWS::Events::Rule": "events:%s:%s:rule/",
}

// attribute returns the value of Fn::GetAtt.
func (s *Stage) attribute(id, kind, attribute string) (string, error) {
	form, known := arns[kind]
	switch {
	case known && (attribute == "Arn" || attribute == "TopicArn"):
		name := s.named(id, id)
		if kind == "AWS::Serverless::Function" {
			name = s.named(id, "webshop-"+id)
		}
		if kind == "AWS::Events::Rule" {
			name = s.named("Bus", "webshop") + "/" + name
		}
		return "arn:aws:" + fmt.Sprintf(form, region, account) + name, nil
	case kind == "AWS::Events::EventBus" && attribute == "Name":
		return s.ref(id, kind)
	case kind == "AWS::SQS::Queue" && attribute == "QueueName":
		return id, nil
	case kind == "AWS::RDS::DBProxy" && attribute == "DBProxyArn":
		return "arn:aws:rds:" + region + ":" + account + ":db-proxy:prx-stage", nil
	case silent(kind):
		return strings.ToLower(id) + "." + strings.ToLower(attribute) + ".stage", nil
	}
	return "", fmt.Errorf("%s (%s) has no attribute %s here", id, kind, attribute)
}
