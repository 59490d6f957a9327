package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// Audit serves the findings of the background audit.
type Audit struct {
	Known func(context.Context) (Audited, error)
}

// Routes adds the route.
func (a Audit) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "audit", Method: "GET", Path: "/audit", Summary: "When the audit last looked, and what it found",
		Description: "It goes on by itself, a few orders at a time, and looks at what the database says. 'webshop audit' asks the partners and the mails too.",
	}, a.get)
}

type auditOutput struct{ Body Audited }

func (a Audit) get(ctx context.Context, _ *struct{}) (*auditOutput, error) {
	known, err := a.Known(ctx)
	if known.Found == nil {
		known.Found = []AuditFinding{}
	}
	return &auditOutput{known}, err
}
