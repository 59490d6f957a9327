package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/database"
)

// comparedOrders is how many of the newest orders a look at the ledger compares it with. The audit compares all.
const comparedOrders = 10_000

// Ledger serves the ledger over HTTP.
type Ledger struct{ Store database.Ledger }

// Routes adds the route.
func (l Ledger) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "ledger", Method: "GET", Path: "/ledger", Summary: "What the shop has, is owed and earned, by account and currency",
		Description: "Of real orders. Faults are entries that are missing or wrong among the newest 10,000 orders.",
	}, l.get)
}

type ledgerOutput struct {
	Body struct {
		Balances []balance     `json:"balances"`
		Faults   []ledgerFault `json:"faults" doc:"At most 100"`
	}
}

type balance struct {
	Account  string `json:"account" example:"receivable"`
	Currency string `json:"currency" example:"USD"`
	Balance  int64  `json:"balance" doc:"Debits less credits, in minor units"`
}

type ledgerFault struct {
	OrderID int64  `json:"orderId"`
	Kind    string `json:"kind" doc:"payment, sale, reversal, refund, tax:NAME or tax-reversal:NAME"`
	What    string `json:"what"`
}

func (l Ledger) get(ctx context.Context, _ *struct{}) (*ledgerOutput, error) {
	balances, err := l.Store.Balances(ctx)
	if err != nil {
		return nil, err
	}
	faults, err := l.Store.LedgerFaults(ctx, comparedOrders)
	if err != nil {
		return nil, err
	}
	out := &ledgerOutput{}
	out.Body.Balances, out.Body.Faults = []balance{}, []ledgerFault{}
	for _, b := range balances {
		out.Body.Balances = append(out.Body.Balances, balance{string(b.Account), string(b.Amount.Currency), b.Amount.Minor})
	}
	for _, f := range faults {
		out.Body.Faults = append(out.Body.Faults, ledgerFault{f.OrderID, string(f.Kind), f.What})
	}
	return out, nil
}
