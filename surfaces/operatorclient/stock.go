package operatorclient

import (
	"context"
	"fmt"
	"net/http"
	"text/tabwriter"

	"acme.example/webshop/surfaces/ops"
)

// Stock prints the counts of the counted products.
func (c Client) Stock(ctx context.Context) error {
	counts, err := c.counts(ctx)
	if err != nil {
		return err
	}
	if len(counts) == 0 {
		_, err := fmt.Fprintln(c.Out, "No product is counted: none has a stock in the rules.")
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SKU\tRECEIVED\tTAKEN\tLEFT")
	for _, p := range counts {
		few := ""
		if p.Low {
			few = "  few"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d%s\n", p.SKU, p.Received, p.Taken, p.Left, few)
	}
	return table.Flush()
}

// ChangeStock changes the count of a product by a number of pieces.
func (c Client) ChangeStock(ctx context.Context, sku string, pieces int64, reason string) error {
	counts, err := c.counts(ctx)
	if err != nil {
		return err
	}
	wish := map[string]any{"sku": sku, "pieces": pieces, "received": 0, "reason": reason}
	for _, p := range counts {
		if p.SKU == sku {
			wish["received"] = p.Received
		}
	}
	var got ops.Count
	if err := c.call(ctx, http.MethodPost, "/stock/counts", wish, &got); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "%d pieces of %s are left: %d received, %d taken by orders.\n", got.Left, got.SKU, got.Received, got.Taken)
	return err
}

func (c Client) counts(ctx context.Context) ([]ops.Count, error) {
	var got struct{ Products []ops.Count }
	err := c.get(ctx, "/stock/counts", &got)
	return got.Products, err
}
