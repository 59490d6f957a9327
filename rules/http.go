package rules

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/database"
)

// Routes adds the routes for operators.
func (r *Admin) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "listRules", Method: "GET", Path: "/rules", Summary: "The versions of the shop's rules, and which is active",
	}, r.list)
	huma.Register(api, huma.Operation{
		OperationID: "showRules", Method: "GET", Path: "/rules/versions/{version}", Summary: "One version, with its text", Errors: []int{404},
	}, r.show)
	huma.Register(api, huma.Operation{
		OperationID: "checkRules", Method: "POST", Path: "/rules/check", Summary: "Check rules, and tell all that is wrong, with the lines",
		Description: "Nothing is stored.", Errors: []int{400}, MaxBodyBytes: MaxBody,
	}, r.check)
	huma.Register(api, huma.Operation{
		OperationID: "tryRules", Method: "POST", Path: "/rules/try", Summary: "What would differ if the last orders had been made under other rules",
		Description: "Each real order is made again from what its customer asked for, at its time, in memory. Nothing is stored.",
		Errors:      []int{400, 404}, MaxBodyBytes: MaxBody,
	}, r.try)
	huma.Register(api, huma.Operation{
		OperationID: "activateRules", Method: "POST", Path: "/rules/activate", Summary: "Activate rules: a text as a new version, or a version that is kept",
		Description: "They are in force everywhere within a second. When the active version is another one than expected, nothing is done.",
		Errors:      []int{400, 404, 409}, MaxBodyBytes: MaxBody,
	}, r.activate)
	huma.Register(api, huma.Operation{
		OperationID: "rollbackRules", Method: "POST", Path: "/rules/rollback", Summary: "Activate what was active before; once more goes back further",
		Errors: []int{409},
	}, r.rollback)
}

// MaxBody bounds a request that brings rules: their text in JSON.
const MaxBody = 2 * MaxText

// Listed is the rules as they are listed.
type Listed struct {
	Active      int64              `json:"active" doc:"The version in force; 0: none"`
	Format      int                `json:"format" doc:"The newest form of rules that this process reads"`
	Versions    []ListedVersion    `json:"versions" doc:"The newest first, at most 1000"`
	Activations []ListedActivation `json:"activations" doc:"The newest first, at most 1000"`
	Readers     []ListedReader     `json:"readers" doc:"The processes that go by the rules now"`
}

// ListedVersion is one version.
type ListedVersion struct {
	Version   int64     `json:"version"`
	Format    int64     `json:"format" doc:"The form of its text"`
	Author    string    `json:"author"`
	Note      string    `json:"note"`
	CreatedAt time.Time `json:"createdAt"`
	Text      string    `json:"text,omitempty" doc:"The rules; only when one version is shown"`
}

// ListedActivation says when a version became active.
type ListedActivation struct {
	Version int64     `json:"version"`
	Author  string    `json:"author"`
	At      time.Time `json:"at"`
}

// ListedReader is a process.
type ListedReader struct {
	Name   string `json:"name"`
	Format int64  `json:"format" doc:"The newest form that it reads"`
}

func listed(v database.RulesVersion) ListedVersion {
	return ListedVersion{Version: v.Version, Format: v.Format, Author: v.Author, Note: v.Note, CreatedAt: v.CreatedAt, Text: v.Text}
}

type listOutput struct{ Body Listed }

func (r *Admin) list(ctx context.Context, _ *struct{}) (*listOutput, error) {
	versions, err := r.Store.ListRules(ctx, maxListed)
	if err != nil {
		return nil, err
	}
	activations, err := r.Store.Activations(ctx, maxListed)
	if err != nil {
		return nil, err
	}
	readers, err := r.Store.RulesReaders(ctx, r.Now())
	if err != nil {
		return nil, err
	}
	l := Listed{Format: Format, Versions: []ListedVersion{}, Activations: []ListedActivation{}, Readers: []ListedReader{}}
	for _, v := range versions {
		l.Versions = append(l.Versions, listed(v))
	}
	for _, a := range activations {
		l.Activations = append(l.Activations, ListedActivation{a.Version, a.Author, a.At})
	}
	for _, r := range readers {
		l.Readers = append(l.Readers, ListedReader{r.Name, r.Format})
	}
	if len(activations) > 0 {
		l.Active = activations[0].Version
	}
	return &listOutput{l}, nil
}

type showInput struct {
	Version int64 `path:"version" minimum:"1"`
}

type showOutput struct{ Body ListedVersion }

func (r *Admin) show(ctx context.Context, in *showInput) (*showOutput, error) {
	v, err := r.Store.RulesOf(ctx, in.Version)
	if err != nil {
		return nil, err
	}
	return &showOutput{listed(v)}, nil
}

type checkInput struct {
	Body struct {
		Text string `json:"text" doc:"The rules, as YAML"`
	}
}

// Checked says what rules hold that are in order.
type Checked struct {
	Format        int      `json:"format"`
	Products      int      `json:"products"`
	Markets       int      `json:"markets"`
	CustomerTypes int      `json:"customerTypes"`
	Warnings      []string `json:"warnings,omitempty" doc:"What is valid and may not be meant, each with its line"`
}

type checkOutput struct{ Body Checked }

func (r *Admin) check(_ context.Context, in *checkInput) (*checkOutput, error) {
	set, err := r.Check(in.Body.Text)
	if err != nil {
		return nil, err
	}
	o := set.Orders
	return &checkOutput{Checked{Format: set.Format, Products: len(o.Catalog), Markets: len(o.Markets), CustomerTypes: len(o.CustomerTypes), Warnings: set.Warnings}}, nil
}

type tryInput struct {
	Body struct {
		Text    string `json:"text,omitempty" doc:"Rules, as YAML; or:"`
		Version int64  `json:"version,omitempty" minimum:"0" doc:"A version that is kept"`
		Last    int    `json:"last" minimum:"1" maximum:"10000" doc:"How many orders, the newest"`
	}
}

type tryOutput struct{ Body Trial }

func (r *Admin) try(ctx context.Context, in *tryInput) (*tryOutput, error) {
	t, err := r.Try(ctx, in.Body.Text, in.Body.Version, in.Body.Last)
	if err != nil {
		return nil, err
	}
	return &tryOutput{t}, nil
}

type activateInput struct {
	Body struct {
		Text    string `json:"text,omitempty" doc:"New rules, as YAML; or:"`
		Version int64  `json:"version,omitempty" minimum:"0" doc:"A version that is kept"`
		Expect  int64  `json:"expect" minimum:"0" doc:"The version that is active now, as far as you know"`
		Note    string `json:"note,omitempty" maxLength:"500" doc:"Of new rules: why"`
	}
}

// Activated says what is in force now.
type Activated struct {
	Version  int64     `json:"version"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
	Warnings []string  `json:"warnings,omitempty" doc:"What of them is valid and may not be meant, each with its line"`
}

type activateOutput struct{ Body Activated }

func activated(a database.RulesActivation, warnings []string, err error) (*activateOutput, error) {
	if err != nil {
		return nil, err
	}
	return &activateOutput{Activated{Version: a.Version, Author: a.Author, At: a.At, Warnings: warnings}}, nil
}

func (r *Admin) activate(ctx context.Context, in *activateInput) (*activateOutput, error) {
	b := in.Body
	return activated(r.Activate(ctx, b.Text, b.Version, b.Expect, b.Note))
}

type rollbackInput struct {
	Body struct {
		Expect int64 `json:"expect" minimum:"0" doc:"The version that is active now, as far as you know"`
	}
}

func (r *Admin) rollback(ctx context.Context, in *rollbackInput) (*activateOutput, error) {
	a, err := r.Rollback(ctx, in.Body.Expect)
	return activated(a, nil, err)
}
