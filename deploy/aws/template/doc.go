// Package template reads the CloudFormation template of the shop (deploy/aws/template.yaml), resolves its intrinsic
// functions as CloudFormation would, and makes the parts of it that follow from the code: routes, rules, permissions
// and schemas. It knows nothing of AWS but the file.
package template
