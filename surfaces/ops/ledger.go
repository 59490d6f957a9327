package ops

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
)

// comparedOrders is how many of the newest orders are compared with the ledger. The audit compares all.
const comparedOrders = 10_000

// Ledger serves the ledger over HTTP.
type Ledger struct {
	Store interface {
		database.Ledger
		Sale(ctx context.Context, orderID int64) (finance.Sale, error)
	}
	Corrections database.Corrections
}

// Routes adds the routes.
func (l Ledger) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "correctLedger", Method: "POST", Path: "/ledger/corrections", Summary: "Correct a wrong entry by another",
		Description: "What an entry lacks is entered between the same accounts in the same direction, what it has too much in the other. " +
			"Nothing is changed or taken away. The number makes a repeat harmless.",
		Errors: []int{400, 404, 409}, DefaultStatus: http.StatusNoContent,
	}, l.correct)
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

type correctInput struct {
	Body struct {
		OrderID int64  `json:"orderId" minimum:"1" maximum:"2147483647"`
		Kind    string `json:"kind" example:"sale" doc:"Of the entry that is wrong or missing"`
		Number  int    `json:"number" example:"1" doc:"Of the order's corrections of that kind, from 1. The same correction is not entered twice; another one of the number is 409"`
		Debit   string `json:"debit" example:"receivable" doc:"The account that the amount is debited to"`
		Credit  string `json:"credit" example:"revenue" doc:"The account that it is credited to"`
		Amount  int64  `json:"amount" minimum:"1" maximum:"2147483647" doc:"In minor units of the order's currency"`
		Reason  string `json:"reason" maxLength:"500" doc:"Why it is entered. It is kept with the name of who enters it"`
	}
}

func (l Ledger) correct(ctx context.Context, in *correctInput) (*struct{}, error) {
	b := in.Body
	sale, err := l.Store.Sale(ctx, b.OrderID)
	if err != nil {
		return nil, err
	}
	e, err := finance.Correction{
		Number: b.Number, Of: finance.Kind(b.Kind), Debit: finance.Account(b.Debit), Credit: finance.Account(b.Credit), Minor: b.Amount,
		Author: Who(ctx), Reason: b.Reason,
	}.Entry(sale)
	if err != nil {
		return nil, err
	}
	return nil, l.Corrections.Correct(ctx, e)
}
