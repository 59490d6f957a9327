package ops

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/stock"
)

// Counted returns the counts of the products that have one.
type Counted func(context.Context) ([]order.Counted, error)

// Stock serves the counts of products over HTTP.
type Stock struct {
	Counted Counted
	Changes database.StockTaking
}

// Routes adds the routes.
func (s Stock) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "stockCounts", Method: "GET", Path: "/stock/counts", Summary: "How many pieces of each counted product are left",
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "changeStock", Method: "POST", Path: "/stock/counts", Summary: "Goods have come in, or pieces are missing",
		Description: "Changes what may be sold of a counted product. What orders have taken stays with them. The action is kept with who and why.",
		Errors:      []int{400, 404, 409},
	}, s.change)
}

// Count is the count of a product as it is told.
type Count struct {
	SKU      string `json:"sku"`
	Received int64  `json:"received" doc:"All pieces that ever were there"`
	Taken    int64  `json:"taken" doc:"Those of orders that are neither declined nor cancelled"`
	Left     int64  `json:"left" doc:"What can be sold"`
	Low      bool   `json:"low" doc:"Whether few are left"`
}

func told(c order.Counted) Count {
	return Count{SKU: c.SKU, Received: c.Received, Taken: c.Taken, Left: c.Left(), Low: c.Few()}
}

type countsOutput struct {
	Body struct {
		Products []Count `json:"products"`
	}
}

func (s Stock) list(ctx context.Context, _ *struct{}) (*countsOutput, error) {
	counted, err := s.Counted(ctx)
	if err != nil {
		return nil, err
	}
	out := &countsOutput{}
	out.Body.Products = []Count{}
	for _, c := range counted {
		out.Body.Products = append(out.Body.Products, told(c))
	}
	return out, nil
}

type changeStockInput struct {
	Body struct {
		SKU      string `json:"sku" maxLength:"32" example:"LB001"`
		Pieces   int64  `json:"pieces" minimum:"-1000000" maximum:"1000000" doc:"How many more; less than 0 for fewer" example:"20"`
		Received int64  `json:"received" minimum:"0" doc:"What was received by now, as you know it. When it is another number, nothing is changed: so a change that is sent twice is made once"`
		Reason   string `json:"reason" minLength:"1" maxLength:"200" doc:"Why; it is kept with the name of who does it" example:"delivery note 4711"`
	}
}

type countOutput struct{ Body Count }

func (s Stock) change(ctx context.Context, in *changeStockInput) (*countOutput, error) {
	b := &in.Body
	counted, err := s.Counted(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range counted {
		if c.SKU == b.SKU {
			c.Stock, err = s.Changes.ChangeStock(ctx, stock.Change{SKU: b.SKU, Pieces: b.Pieces, Received: b.Received, Start: c.Begins})
			return &countOutput{told(c)}, err
		}
	}
	return nil, fault.New(fault.NotFound, "the rules have no product %q with a stock", b.SKU)
}

// maxNamed bounds how many products an alert names.
const maxNamed = 10

// StockLow reports counted products of which few pieces are left, or none.
func StockLow(counted Counted) Rule {
	return Rule{Name: "stock-low", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		all, err := counted(ctx)
		var few []string
		for _, c := range all {
			if c.Few() {
				few = append(few, fmt.Sprintf("%s (%d)", c.SKU, c.Left()))
			}
		}
		if err != nil || len(few) == 0 {
			return nil, err
		}
		named := strings.Join(few[:min(len(few), maxNamed)], ", ")
		if len(few) > maxNamed {
			named += " and others"
		}
		return []Condition{{
			Severity: Warning, What: "Few pieces are left: " + named,
			Do: "Order more. When they have come: webshop stock change SKU --pieces N --reason \"…\". A product that no one is to count has no stock in the rules.",
		}}, nil
	}}
}
