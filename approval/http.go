package approval

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
)

// PrivateRoutes adds the routes by which a person decides.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "reviews", Method: "GET", Path: "/reviews", Summary: "The orders that wait for a review, oldest first",
		Description: "At most 500.", Errors: []int{422, 503},
	}, s.getReviews)
	for _, verdict := range []struct {
		id, summary string
		passed      bool
	}{{"approve", "Let an order pass its review", true}, {"refuse", "Refuse an order that is in review: it is cancelled, and its money given back", false}} {
		huma.Register(api, huma.Operation{
			OperationID: verdict.id, Method: "POST", Path: "/" + verdict.id, Summary: verdict.summary,
			Description: "The first decision counts. The same again changes nothing; another one is refused.", Errors: []int{400, 404, 409, 422, 503},
		}, func(ctx context.Context, in *decisionInput) (*decisionOutput, error) {
			return decided(in, s.Decide(ctx, in.Body.OrderID, in.Body.Step, verdict.passed, in.Body.Note))
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

// waiting is an order as who decides about it sees it.
type waiting struct {
	OrderID      int64     `json:"orderId"`
	Since        time.Time `json:"since"`
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	CustomerType string    `json:"customerType"`
	Market       string    `json:"market"`
	Products     string    `json:"products" doc:"SKUs separated by commas, one for each piece"`
	TotalPrice   int64     `json:"totalPrice" doc:"Minor units of the currency"`
	Currency     string    `json:"currency"`
	TestID       int64     `json:"testId"`
	Steps        []string  `json:"steps" doc:"All reviews of the order"`
}

func (s *Service) getReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	open, err := s.Waiting(ctx, in.Step)
	out := &reviewsOutput{}
	out.Body.Reviews = []waiting{}
	for _, o := range open {
		out.Body.Reviews = append(out.Body.Reviews, seen(o))
	}
	return out, err
}

func seen(o event.OpenReview) waiting {
	r := o.Request
	return waiting{
		OrderID: r.OrderID, Since: o.Since, Name: r.Name, Email: r.Email, CustomerType: r.CustomerType, Market: r.Market,
		Products: r.Products, TotalPrice: r.TotalPrice, Currency: r.Currency, TestID: r.TestID, Steps: r.Steps,
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
	}
}

func decided(in *decisionInput, err error) (*decisionOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &decisionOutput{}
	out.Body.Status, out.Body.OrderID = "SUCCESS", in.Body.OrderID
	return out, nil
}
