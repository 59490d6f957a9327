package fraud

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/callbacks"
)

// PublicRoutes adds the partner's callback.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "screeningCallback", Method: "POST", Path: "/callbacks/screening", Summary: "The fraud check says whether an order passes",
		Description: "Signed as by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. Coming twice changes nothing.",
		Errors:      []int{400, 401, 404, 409}, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *callbacks.Callback) (*struct{}, error) {
		return nil, s.calledBack(ctx, in)
	})
}
