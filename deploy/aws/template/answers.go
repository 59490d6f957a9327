package template

import (
	"encoding/json"
	"fmt"

	"acme.example/webshop/platform/fault"
)

// gatewayAnswer is the gateway's own answer to an error, as a problem like all others of the shop.
type gatewayAnswer struct {
	kind   string
	status int
	code   fault.Code
	detail string // "" is the gateway's own message
}

// gatewayAnswers are the gateway's own answers. Those with 503 mean that the outcome is unknown: an instance died, or was too
// slow. With its Idempotency-Key the request may be repeated, so they say when.
var gatewayAnswers = []gatewayAnswer{
	{kind: "BAD_REQUEST_BODY", status: 400, code: fault.Invalid, detail: "the body does not fit what this address takes"},
	{kind: "BAD_REQUEST_PARAMETERS", status: 400, code: fault.Invalid, detail: ""},
	{kind: "MISSING_AUTHENTICATION_TOKEN", status: 404, code: fault.NotFound, detail: "there is nothing at this address"},
	{kind: "REQUEST_TOO_LARGE", status: 413, code: fault.TooLarge, detail: "the body is too large"},
	{kind: "THROTTLED", status: 429, code: fault.TooMany, detail: "the shop is asked too often; try again in a second"},
	{kind: "DEFAULT_5XX", status: 503, code: fault.Unavailable, detail: "the shop did not answer; try again in a second"},
	{kind: "INTEGRATION_FAILURE", status: 503, code: fault.Unavailable, detail: "the shop did not answer; try again in a second"},
	{kind: "INTEGRATION_TIMEOUT", status: 503, code: fault.Unavailable, detail: "the shop did not answer in time; try again in a second"},
}

// gatewayResponses returns those answers in SAM's form.
func gatewayResponses() fields {
	all := fields{}
	for _, a := range gatewayAnswers {
		headers := fields{
			item("Content-Type", "'application/problem+json'"), item("Cache-Control", "'no-store'"),
			item("Access-Control-Allow-Origin", sub("'${CorsOrigin}'")),
		}
		if a.status == 429 || a.status == 503 {
			headers = append(headers, item("Retry-After", "'1'"))
		}
		all = append(all, item(a.kind, fields{
			item("StatusCode", a.status), item("ResponseParameters", fields{item("Headers", headers)}),
			item("ResponseTemplates", fields{item("application/json", a.body())}),
		}))
	}
	return fields{item("GatewayResponses", all)}
}

// body returns the problem, into which the gateway inserts its own message, with quotes.
func (a gatewayAnswer) body() string {
	p := fault.ProblemOf(fault.New(a.code, "%s", "DETAIL"))
	detail := "$context.error.messageString"
	if a.detail != "" {
		text, _ := json.Marshal(a.detail) // a text: this cannot fail
		detail = string(text)
	}
	title, _ := json.Marshal(p.Title)
	return fmt.Sprintf(`{"type":%q,"title":%s,"status":%d,"detail":%s}`, p.Type, title, a.status, detail)
}
