// Package template reads the shop's CloudFormation template (deploy/aws/template.yaml), resolves its intrinsic functions
// as CloudFormation would, and generates the parts that follow from the code: routes, rules, permissions and schemas. It
// knows nothing of AWS but the file.
package template
