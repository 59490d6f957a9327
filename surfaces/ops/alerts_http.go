package ops

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Routes adds the list of alerts.
func (a *Alerts) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "listAlerts", Method: "GET", Path: "/alerts", Summary: "What is wrong with the shop, and what was lately",
		Description: "Alerts hold order numbers and no data of customers.",
	}, a.list)
}

// AlertList is the list of alerts as it is answered.
type AlertList struct {
	Open   []Alert   `json:"open" doc:"The most severe first"`
	Ended  []Alert   `json:"ended" doc:"Since the shop started, the newest first, at most 100"`
	Looked time.Time `json:"looked" doc:"When the rules were last evaluated, as they are each second"`
	Sure   bool      `json:"sure" doc:"Whether the rules have run for long enough since the start to say that nothing is wrong"`
}

type alertsOutput struct{ Body AlertList }

func (a *Alerts) list(context.Context, *struct{}) (*alertsOutput, error) {
	return &alertsOutput{a.List()}, nil
}
