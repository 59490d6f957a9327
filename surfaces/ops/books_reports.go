package ops

import (
	"context"
)

// Balanced is an account in a time.
type Balanced struct {
	Account  string `json:"account"`
	Currency string `json:"currency"`
	Debit    int64  `json:"debit" doc:"What came into it, in minor units"`
	Credit   int64  `json:"credit" doc:"What went out of it"`
	Balance  int64  `json:"balance" doc:"Debits less credits"`
	Own      int64  `json:"own" doc:"The balance in the company's currency"`
}

type balancesOutput struct {
	Body struct {
		Accounts []Balanced `json:"accounts"`
		Own      int64      `json:"own" doc:"The sum of all balances in the company's currency: zero"`
		Currency string     `json:"currency" doc:"That currency"`
	}
}

func (b Books) balances(ctx context.Context, in *struct{ Span }) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	totals, err := b.Store.BookTotals(ctx, from, to)
	if err != nil {
		return nil, err
	}
	company, err := b.Keeper.Company()
	out := balancesOutput{}
	out.Body.Accounts, out.Body.Currency = []Balanced{}, string(company.Currency)
	t := table{{"account", "currency", "debit", "credit", "balance", "balance in " + string(company.Currency)}}
	for _, a := range totals {
		l := Balanced{Account: string(a.Account), Currency: a.Currency, Debit: a.Debit, Credit: a.Credit, Balance: a.Debit - a.Credit, Own: a.Own}
		out.Body.Accounts, out.Body.Own = append(out.Body.Accounts, l), out.Body.Own+a.Own
		t = append(t, []string{l.Account, l.Currency, units(l.Debit, l.Currency), units(l.Credit, l.Currency), units(l.Balance, l.Currency), units(l.Own, out.Body.Currency)})
	}
	return report(in.As, "balances", t, out.Body, err)
}

// OwedTax is what is owed to an authority at a rate.
type OwedTax struct {
	Market    string `json:"market"`
	Authority string `json:"authority"`
	Treatment string `json:"treatment"`
	Rate      string `json:"rate" doc:"In percent"`
	Currency  string `json:"currency"`
	Base      int64  `json:"base" doc:"What the tax is computed of, in minor units"`
	Tax       int64  `json:"tax"`
	Own       int64  `json:"own" doc:"The tax in the company's currency"`
}

func (b Books) taxes(ctx context.Context, in *struct{ Span }) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	totals, err := b.Store.BookTotals(ctx, from, to)
	all, t := []OwedTax{}, table{{"market", "authority", "treatment", "rate", "currency", "base", "tax"}}
	for _, a := range totals {
		if !a.Account.IsTax() {
			continue
		}
		market, tax := a.Account.TaxOf()
		l := OwedTax{
			Market: market, Authority: tax.Name, Treatment: tax.Treatment, Rate: tax.Rate, Currency: a.Currency, Base: a.Base, Tax: a.Credit - a.Debit, Own: -a.Own,
		}
		all, t = append(all, l), append(t, []string{market, tax.Name, tax.Treatment, tax.Rate, a.Currency, units(l.Base, a.Currency), units(l.Tax, a.Currency)})
	}
	return report(in.As, "taxes", t, struct {
		Taxes []OwedTax `json:"taxes"`
	}{all}, err)
}
