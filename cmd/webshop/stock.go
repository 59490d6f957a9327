package main

import "context"

type stockCommand struct {
	privateFlags `embed:""`

	List   stockListCommand   `cmd:"" default:"1" help:"List the counts (the default)."`
	Change stockChangeCommand `cmd:"" help:"Goods have come in, or pieces are missing."`
}

// Help is shown by webshop stock -h.
func (stockCommand) Help() string {
	return `A product with a stock in the rules is counted: orders take pieces when they are made, and give them back when they are
declined or cancelled. More than are left cannot be ordered.`
}

type stockListCommand struct{}

func (stockListCommand) Run(ctx context.Context, all *commands) error {
	return all.Stock.client().Stock(ctx)
}

type stockChangeCommand struct {
	SKU    string `arg:"" name:"sku" help:"The product."`
	Pieces int64  `help:"How many more: 20 came in. Fewer: --pieces=-3." required:""`
	Reason string `help:"Why, e.g. the number of the delivery note; it is kept with who did it." required:""`
}

func (c stockChangeCommand) Run(ctx context.Context, all *commands) error {
	return all.Stock.client().ChangeStock(ctx, c.SKU, c.Pieces, c.Reason)
}
