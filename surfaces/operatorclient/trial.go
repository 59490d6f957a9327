package operatorclient

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
)

// TryRules prints what would differ if the last orders had been made under a text or a version: as a table that lists
// some orders, or all as JSON.
func (c Client) TryRules(ctx context.Context, text string, version int64, last, show int, asJSON bool) error {
	var got rules.Trial
	err := c.call(ctx, http.MethodPost, "/rules/try", map[string]any{"text": text, "version": version, "last": last}, &got)
	if err != nil {
		return err
	}
	if asJSON {
		out := json.NewEncoder(c.Out)
		out.SetIndent("", "  ")
		return out.Encode(got)
	}
	return writeTrial(c.Out, got, show)
}

func writeTrial(out io.Writer, t rules.Trial, show int) error {
	fmt.Fprintf(out, "%d orders were made again: %d would be the same, %d others.\n", t.Orders, t.Orders-t.Differ, t.Differ)
	if t.Differ == 0 {
		return nil
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, kind := range rules.Kinds {
		fmt.Fprintf(table, "%s\t%d\n", kind, t.By[kind])
	}
	for _, s := range t.Sums {
		fmt.Fprintf(table, "%s\t%s instead of %s\n", s.Currency, amount(s.Would, s.Currency), amount(s.Was, s.Currency))
	}
	fmt.Fprintln(table, "\nORDER\tMARKET\tTYPE\tWAS\tWOULD BE\tBECAUSE")
	for _, one := range t.Differences[:min(show, len(t.Differences))] {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", one.OrderID, one.Market, one.CustomerType,
			price(one.Was), price(one.Would), strings.Join(because(one), "; "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, offer := range slices.Sorted(maps.Keys(t.Failed)) {
		fmt.Fprintf(out, "The offer %s failed for %d orders, which went without it.\n", offer, t.Failed[offer])
	}
	if more := len(t.Differences) - show; more > 0 {
		fmt.Fprintf(out, "… and %d more (--show, --json).\n", more)
	}
	return nil
}

func amount(minor int64, currency string) string {
	return money.Amount{Minor: minor, Currency: money.Currency(currency)}.Decimal()
}

func price(o rules.Outcome) string {
	if o.Refused != nil {
		return "refused"
	}
	return amount(o.Total, o.Currency) + " " + o.Currency
}

// because describes how an order differs.
func because(d rules.Difference) (all []string) {
	for _, kind := range d.In {
		switch kind {
		case rules.DiffersInRefusal:
			all = append(all, fields(d.Would.Refused))
		case rules.DiffersInOffers:
			all = append(all, changed("offers", offers(d.Was), offers(d.Would)))
		case rules.DiffersInTax:
			all = append(all, changed("tax", taxes(d.Was), taxes(d.Would)))
		case rules.DiffersInRoute:
			all = append(all, changed("route", route(d.Was), route(d.Would)))
		}
	}
	if len(all) == 0 {
		all = []string{"price"}
	}
	return all
}

func changed(what, was, would string) string { return what + " " + was + " → " + would }

func fields(all []fault.Field) string {
	var texts []string
	for _, f := range all {
		texts = append(texts, f.Name+" "+f.Detail)
	}
	return strings.Join(texts, ", ")
}

func offers(o rules.Outcome) string {
	var texts []string
	for _, off := range o.Offers {
		texts = append(texts, off.Offer+" -"+amount(off.Amount, o.Currency))
	}
	return list(texts)
}

func taxes(o rules.Outcome) string {
	var texts []string
	for _, t := range o.Taxes {
		texts = append(texts, t.Name+" "+t.Rate+"% "+amount(t.Amount, o.Currency))
	}
	return list(texts)
}

func route(o rules.Outcome) string {
	return strings.Join(append([]string{o.Route.Payment}, o.Route.Reviews...), "+")
}

func list(texts []string) string {
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}
