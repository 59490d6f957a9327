package approval

import (
	"cmp"
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
)

// PrivateRoutes adds the routes for a person's decision.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "reviews", Method: "GET", Path: "/reviews", Summary: "The orders that wait for a review, oldest first",
		Description: "At most 500.", Errors: []int{400, 503},
	}, s.getReviews)
	for _, verdict := range []struct {
		id, summary string
		passed      bool
	}{{"approve", "Let an order pass its review", true}, {"refuse", "Refuse an order that is in review: it is cancelled, and its money given back", false}} {
		huma.Register(api, huma.Operation{
			OperationID: verdict.id, Method: "POST", Path: "/" + verdict.id, Summary: verdict.summary,
			Description: "The first decision counts. The same again changes nothing; another one is refused. Above an amount that the rules set, two operators must approve: the first one's yes is kept, and waits for the second.", Errors: []int{400, 404, 409, 503},
		}, func(ctx context.Context, in *decisionInput) (*decisionOutput, error) {
			return s.decide(ctx, in, verdict.passed)
		})
	}
}

type reviewsInput struct {
	Step string `query:"step" maxLength:"40" default:"approval" doc:"The review that they wait for"`
}

type reviewsOutput struct {
	Body struct {
		Reviews []waiting `json:"reviews"`
	}
}

// waiting is an order as its reviewer sees it.
type waiting struct {
	OrderID      int64     `json:"orderId"`
	Since        time.Time `json:"since"`
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	CustomerType string    `json:"customerType"`
	Market       string    `json:"market"`
	Products     string    `json:"products" doc:"SKUs separated by commas, one for each piece"`
	TotalPrice   int64     `json:"totalPrice" doc:"Minor units of the catalog's currency"`
	Currency     string    `json:"currency" doc:"The market's, ISO 4217"`
	Amount       int64     `json:"amount" doc:"The price in minor units of the currency"`
	TestID       int64     `json:"testId"`
	Steps        []string  `json:"steps" doc:"All reviews of the order"`
	Two          bool      `json:"two" doc:"It takes two persons to pass it"`
	ApprovedBy   string    `json:"approvedBy,omitempty" doc:"Of two persons, who passed it first; it waits for the second"`
}

func (s *Service) getReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	open, err := s.Waiting(ctx, in.Step)
	out := &reviewsOutput{}
	out.Body.Reviews = []waiting{}
	for _, o := range open {
		out.Body.Reviews = append(out.Body.Reviews, seen(o, in.Step))
	}
	return out, err
}

func seen(o event.OpenReview, step string) waiting {
	r := o.Request
	return waiting{
		OrderID: r.OrderID, Since: o.Since, Name: r.Name, Email: r.Email, CustomerType: r.CustomerType, Market: r.Market,
		Products: r.Products, TotalPrice: o.CatalogTotal, Currency: r.Currency, Amount: r.TotalPrice, TestID: r.TestID, Steps: r.Steps,
		Two: o.Two, ApprovedBy: o.Approved(step),
	}
}

type decisionInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		OrderID int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Step    string   `json:"step,omitempty" maxLength:"40" default:"approval" doc:"The review that is decided: approval, or another one that does not end by itself"`
		Note    string   `json:"note,omitempty" maxLength:"200" doc:"Why; kept with the order, for operators only"`
	}
}

type decisionOutput struct {
	Body struct {
		Status  string `json:"status" example:"SUCCESS"`
		OrderID int64  `json:"orderId"`
		Waits   string `json:"waits,omitempty" example:"approved by ann, waits for a second person" doc:"Of an order that two must approve, after the first has"`
	}
}

func (s *Service) decide(ctx context.Context, in *decisionInput, passed bool) (*decisionOutput, error) {
	if err := s.Decide(ctx, in.Body.OrderID, in.Body.Step, passed, in.Body.Note); err != nil {
		return nil, err
	}
	out := &decisionOutput{}
	out.Body.Status, out.Body.OrderID = "SUCCESS", in.Body.OrderID
	if !passed {
		return out, nil
	}
	first, err := s.First(ctx, in.Body.OrderID, cmp.Or(in.Body.Step, Step))
	if first != "" {
		out.Body.Waits = "approved by " + first + ", waits for a second person"
	}
	return out, err
}
