package template_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/deploy/aws/template"
)

const small = `
Parameters:
  Name: {Type: String, Default: shop}
  Networks: {Type: CommaDelimitedList, Default: "10.0.0.0/8, 127.0.0.1/32"}
  Given: {Type: String}
Conditions:
  Is: !Equals [!Ref Name, shop]
  Not: !Not [!Condition Is]
  Both: !And [!Condition Is, !Condition Not]
  Either: !Or [!Condition Is, !Condition Not]
Mappings:
  Zones: {north: {Letter: n}}
Resources:
  Queue: {Type: "AWS::SQS::Queue"}
`

func TestResolve(t *testing.T) {
	for text, want := range map[string]any{
		`!Ref Name`:         "shop",
		`!Ref Given`:        "given",
		`!Ref Networks`:     []any{"10.0.0.0/8", "127.0.0.1/32"},
		`!Ref Queue`:        "ref:Queue",
		`!GetAtt Queue.Arn`: "Queue:Arn",
		`!Sub "${Name}-${Queue.Arn}-${AWS::Region}"`:            "shop-Queue:Arn-us-east-1",
		`!Sub "${!Literal} ${Name}"`:                            "${Literal} shop",
		`!Sub ["${a}${Name}", {a: !Ref Given}]`:                 "givenshop",
		`!If [Is, yes, no]`:                                     "yes",
		`!If [Not, yes, no]`:                                    "no",
		`!If [Both, 1, 2]`:                                      uint64(2),
		`!If [Either, 1, 2]`:                                    uint64(1),
		`!FindInMap [Zones, north, Letter]`:                     "n",
		`!Join [",", [a, !Ref Name]]`:                           "a,shop",
		`!Select [1, !Split [":", "a:b"]]`:                      "b",
		`{a: !Ref "AWS::NoValue", b: [!Ref "AWS::NoValue", 1]}`: map[string]any{"b": []any{uint64(1)}},
	} {
		got, err := resolve(t, text)
		if err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%s: %v, %v", text, err, cmp.Diff(want, got))
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, text := range []string{
		`!Ref Nothing`, `!GetAtt Nothing.Arn`, `!Sub "${Nothing}"`, `!If [Nothing, 1, 2]`, `!Select [3, [1]]`, `!FindInMap [Zones, south, Letter]`, `!Base64 a`, `!ImportValue a`,
	} {
		if got, err := resolve(t, text); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func resolve(t *testing.T, text string) (any, error) {
	t.Helper()
	tree, err := template.Parse([]byte(small + "Value: " + text))
	if err != nil {
		t.Fatal(err)
	}
	s := template.Stack{
		Tree: tree, Parameters: map[string]string{"Given": "given"}, Pseudo: map[string]string{"AWS::Region": "us-east-1"},
		Ref:    func(id, _ string) (string, error) { return "ref:" + id, nil },
		GetAtt: func(id, _, attribute string) (string, error) { return id + ":" + attribute, nil },
	}
	return s.Resolve(tree["Value"])
}
