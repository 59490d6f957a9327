package edge

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// plain is the body of a route that answered a string in the seed.
type plain interface{ Plain() string }

// represent is how a client requests the shop's object instead of the seed's string (RFC 7240, section 4.2).
const represent = "return=representation"

// asPreferred answers a route of the seed as the seed did, unless the client prefers the shop's object.
func asPreferred(ctx huma.Context, _ string, body any) (any, error) {
	p, is := body.(plain)
	if !is {
		return body, nil
	}
	ctx.AppendHeader("Vary", "Prefer")
	var prefer []string
	ctx.EachHeader(func(name, value string) {
		if strings.EqualFold(name, "Prefer") {
			prefer = append(prefer, value)
		}
	})
	if !representation(prefer) {
		return p.Plain(), nil
	}
	ctx.SetHeader("Preference-Applied", represent)
	return body, nil
}

// representation reports whether Prefer headers request the object. Of duplicate preferences the first counts.
func representation(prefer []string) bool {
	for preference := range strings.SplitSeq(strings.Join(prefer, ","), ",") {
		preference, _, _ = strings.Cut(preference, ";")
		name, value, _ := strings.Cut(preference, "=")
		if strings.EqualFold(strings.TrimSpace(name), "return") {
			return strings.EqualFold(strings.Trim(value, " \t\""), "representation")
		}
	}
	return false
}

// tellForms documents both forms of an answer of asPreferred.
func tellForms(doc *huma.OpenAPI, op *huma.Operation) {
	answer := op.Responses["200"]
	if answer == nil || answer.Content["application/json"] == nil {
		return
	}
	media := answer.Content["application/json"]
	if !hasPlain(doc, media.Schema) {
		return
	}
	text := &huma.Schema{Type: huma.TypeString, Description: "What happened, in the seed's form"}
	media.Schema = &huma.Schema{OneOf: []*huma.Schema{text, media.Schema}}
	answer.Headers = map[string]*huma.Param{"Preference-Applied": {
		Schema: &huma.Schema{Type: huma.TypeString}, Description: "With the object: " + represent,
	}}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Prefer", In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Example: represent,
		Description: "With return=representation (RFC 7240) the answer is the object; without, it is the string that the seed answers",
	})
}

func hasPlain(doc *huma.OpenAPI, s *huma.Schema) bool {
	return s.Ref != "" && doc.Components.Schemas.TypeFromRef(s.Ref).Implements(reflect.TypeFor[plain]())
}

// tellInvalid documents invalid input as 400, for which the library uses 422. An operation with another 422 lists it
// among its own errors.
func tellInvalid(_ *huma.OpenAPI, op *huma.Operation) {
	listed := 0
	for _, status := range op.Errors {
		if status == http.StatusUnprocessableEntity {
			listed++
		}
	}
	if listed < 2 {
		delete(op.Responses, "422")
		op.Errors = slices.DeleteFunc(op.Errors, func(status int) bool { return status == http.StatusUnprocessableEntity })
	}
}
