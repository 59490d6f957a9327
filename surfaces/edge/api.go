package edge

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"acme.example/webshop/platform/fault"
)

// NewAPI returns an API on a mux whose errors are all problems (fault.Problem).
func NewAPI(mux *http.ServeMux, title, version string) huma.API {
	setProblems.Do(problems)
	config := huma.DefaultConfig(title, version)
	config.CreateHooks = nil // no "$schema" in answers
	config.DocsPath = ""     // the page would load scripts from elsewhere
	config.SchemasPath = ""
	// ReadBody has read the body already; the library's read deadline would cut off requests that take longer.
	config.OnAddOperation = append(config.OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) { op.BodyReadTimeout = -1 })
	config.OnAddOperation = append(config.OnAddOperation, tellInvalid, tellForms)
	config.Transformers = append(config.Transformers, asPreferred)
	jsonFormat := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	config.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	return humago.New(mux, config)
}

// fieldMark separates field and detail in the text of an error, since the library keeps only the text.
const fieldMark = "\x00"

// unmarshal decodes JSON, and describes a wrong type in the client's terms.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s%smust be of another type; it is a %s", wrong.Field, fieldMark, wrong.Value)
	}
	if _, first := v.(*any); first && err == nil { // the library decodes a body twice, first to check it
		return fault.DistinctNames(data)
	}
	return err
}

var setProblems sync.Once

// problems makes the HTTP library answer with fault.Problem, and leaves internal causes to the log (Logged). The library
// has one setting for the whole process.
func problems() {
	huma.NewError = func(status int, message string, causes ...error) huma.StatusError {
		return problemOf(status, message, causes...)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, causes ...error) huma.StatusError {
		p := problemOf(status, message, causes...)
		if p.Status >= http.StatusInternalServerError && ctx != nil {
			note(ctx.Context(), errors.Join(causes...))
		}
		return p
	}
}

// codes are the codes of the library's own errors.
var codes = map[int]fault.Code{
	http.StatusBadRequest:            fault.Malformed,
	http.StatusRequestEntityTooLarge: fault.TooLarge,
	http.StatusUnprocessableEntity:   fault.Invalid,
	http.StatusNotFound:              fault.NotFound,
}

func problemOf(status int, message string, causes ...error) *fault.Problem {
	for _, cause := range causes {
		if _, ours := errors.AsType[*fault.Error](cause); ours {
			return fault.ProblemOf(cause)
		}
	}
	code, known := codes[status]
	switch {
	case !known && status < http.StatusInternalServerError:
		code = fault.Malformed
	case !known:
		return fault.ProblemOf(errors.Join(causes...))
	}
	e := fault.New(code, "%s", message)
	for _, cause := range causes {
		e.Fields = append(e.Fields, fieldOf(cause))
	}
	return fault.ProblemOf(e)
}

// fieldOf converts the library's detail to a field, without the value that was sent.
func fieldOf(cause error) fault.Field {
	detailer, ok := cause.(huma.ErrorDetailer)
	if !ok {
		return fault.Field{Name: "body", Detail: cause.Error()}
	}
	detail := detailer.ErrorDetail()
	if field, text, marked := strings.Cut(detail.Message, fieldMark); marked {
		return fault.Field{Name: cmp.Or(field, "body"), Detail: text}
	}
	name := detail.Location
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		name = strings.TrimPrefix(name, prefix)
	}
	if missing, ok := strings.CutPrefix(detail.Message, "expected required property "); ok {
		field := strings.TrimSuffix(missing, " to be present")
		name = strings.TrimPrefix(strings.TrimPrefix(name, "body")+"."+field, ".")
		return fault.Field{Name: name, Detail: "must be given"}
	}
	return fault.Field{Name: name, Detail: detail.Message}
}

// CloseMethods refuses the methods that the API's paths do not have.
func CloseMethods(mux *http.ServeMux, api huma.API) {
	for _, suffix := range []string{".json", ".yaml", "-3.0.json", "-3.0.yaml"} {
		mux.Handle("/openapi"+suffix, OtherMethods("GET, HEAD, OPTIONS"))
	}
	for path, item := range api.OpenAPI().Paths {
		methods := map[string]bool{http.MethodOptions: true}
		for method, operation := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete,
		} {
			if operation != nil {
				methods[method] = true
			}
		}
		mux.Handle(path, OtherMethods(strings.Join(slices.Sorted(maps.Keys(methods)), ", ")))
	}
}

// OtherMethods refuses the methods that an address does not have. OPTIONS is answered as in the seed.
func OtherMethods(allowed string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		if r.Method == http.MethodOptions {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `"OK"`) // the client may have gone
			return
		}
		fault.Write(w, fault.New(fault.NotAllowed, "%s is not one of: %s", r.Method, allowed))
	})
}

// Handle serves a path for some methods, and refuses all others.
func Handle(mux *http.ServeMux, path string, h http.Handler, methods ...string) {
	for _, method := range methods {
		mux.Handle(method+" "+path, h)
	}
	mux.Handle(path, OtherMethods(strings.Join(append(methods, http.MethodOptions), ", ")))
}
