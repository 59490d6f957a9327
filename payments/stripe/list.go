package stripe

import (
	"context"
	"errors"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/form"

	"acme.example/webshop/money"
)

const (
	perPage  = 100 // how much of a list Stripe gives at once, at most
	maxPages = 10  // how many pages are looked through for one entry
)

// page asks for a page of a list.
func (a *account) page(ctx context.Context, path string, asked api.ListParamsContainer, list api.LastResponseSetter, meta *api.ListMeta) error {
	values, params := new(form.Values), asked.GetListParams().ToParams()
	form.AppendTo(values, asked)
	params.Context = ctx
	if err := a.api.CallRaw(http.MethodGet, path, a.key, []byte(values.Encode()), params, list); err != nil {
		return a.failed(err)
	}
	if meta.URL == "" {
		return a.partner.Unclear(errors.New("answered with something else than a list"))
	}
	return nil
}

// Session is a payment as the account has it.
type Session struct {
	Reference string // the session's
	Key       string // of the payment; "" for one that is not the shop's
	Status    string // Stripe's: open, complete, expired
	Paid      bool
	Amount    money.Amount
	Created   time.Time
}

// GivenBack is a refund as the account has it.
type GivenBack struct {
	Reference  string
	PaymentKey string
	Key        string // "" for one that was made by hand
	Status     string // Stripe's: pending, requires_action, succeeded, failed, canceled
	Amount     money.Amount
	Created    time.Time
}

// Movement is an entry of the account's balance, e.g. a charge, a refund or a payout, in the account's own currency.
type Movement struct {
	Reference    string // the entry's
	Type, Source string // Stripe's: what it is, and of which object
	Amount, Fee  money.Amount
	Created      time.Time
}

// Page asks for a page of a list: what was created from a time on and before another, after the last one of the page before ("" for
// the first page), the newest first.
type Page struct {
	Test         bool
	From, Before time.Time
	After        string // a Reference
}

func (p Page) params() (api.ListParams, *api.RangeQueryParams) {
	params := api.ListParams{Limit: api.Int64(perPage)}
	if p.After != "" {
		params.StartingAfter = &p.After
	}
	return params, &api.RangeQueryParams{GreaterThanOrEqual: p.From.Unix(), LesserThan: p.Before.Unix()}
}

// Sessions lists sessions, and whether there are more.
func (p *Provider) Sessions(ctx context.Context, of Page) (all []Session, more bool, err error) {
	a, err := p.account(of.Test)
	if err != nil {
		return nil, false, err
	}
	list, asked := new(api.CheckoutSessionList), new(api.CheckoutSessionListParams)
	asked.ListParams, asked.CreatedRange = of.params()
	err = a.page(ctx, sessions, asked, list, &list.ListMeta)
	for _, s := range list.Data {
		all = append(all, Session{
			Reference: s.ID, Key: s.Metadata[keyName], Status: string(s.Status), Paid: s.PaymentStatus == api.CheckoutSessionPaymentStatusPaid,
			Amount: amountOf(s.AmountTotal, s.Currency), Created: time.Unix(s.Created, 0).UTC(),
		})
	}
	return all, list.HasMore, err
}

// Refunds lists refunds, and whether there are more.
func (p *Provider) Refunds(ctx context.Context, of Page) (all []GivenBack, more bool, err error) {
	a, err := p.account(of.Test)
	if err != nil {
		return nil, false, err
	}
	list, asked := new(api.RefundList), new(api.RefundListParams)
	asked.ListParams, asked.CreatedRange = of.params()
	err = a.page(ctx, refunds, asked, list, &list.ListMeta)
	for _, r := range list.Data {
		all = append(all, GivenBack{
			Reference: r.ID, PaymentKey: r.Metadata[keyName], Key: r.Metadata[refundName], Status: string(r.Status),
			Amount: amountOf(r.Amount, r.Currency), Created: time.Unix(r.Created, 0).UTC(),
		})
	}
	return all, list.HasMore, err
}

// Movements lists entries of the balance, and whether there are more.
func (p *Provider) Movements(ctx context.Context, of Page) (all []Movement, more bool, err error) {
	a, err := p.account(of.Test)
	if err != nil {
		return nil, false, err
	}
	list, asked := new(api.BalanceTransactionList), new(api.BalanceTransactionListParams)
	asked.ListParams, asked.CreatedRange = of.params()
	err = a.page(ctx, "/v1/balance_transactions", asked, list, &list.ListMeta)
	for _, m := range list.Data {
		one := Movement{
			Reference: m.ID, Type: string(m.Type), Amount: amountOf(m.Amount, m.Currency), Fee: amountOf(m.Fee, m.Currency),
			Created: time.Unix(m.Created, 0).UTC(),
		}
		if m.Source != nil {
			one.Source = m.Source.ID
		}
		all = append(all, one)
	}
	return all, list.HasMore, err
}
