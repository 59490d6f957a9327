package app

import (
	"cmp"
	"context"
	"slices"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/surfaces/web"
)

// plants returns what the shop sells in the first market of a language, for pages without scripts; none while it is not known.
func (s *system) plants(ctx context.Context, language string) (all []web.Plant) {
	set := s.rules.Latest()
	names := set.Markets()
	i := slices.IndexFunc(names, func(name string) bool { return set.Orders.Markets[name].Language == language })
	if len(names) == 0 {
		return nil
	}
	market := set.Orders.Markets[names[max(i, 0)]]
	counted, err := s.orders.Counted(ctx)
	if err != nil {
		return nil // the page says more when its script asks
	}
	for _, p := range set.Orders.Catalog {
		price, err := market.PriceIn(p)
		if err != nil || slices.ContainsFunc(counted, func(c order.Counted) bool { return c.SKU == p.SKU && c.Left() <= 0 }) {
			continue
		}
		all = append(all, web.Plant{Name: in(p.Name, language), About: in(p.Description, language), Price: price.String()})
	}
	return all
}

// in returns a text in a language, else in English.
func in(versions map[string]string, language string) string {
	return cmp.Or(versions[language], versions[texts.Fallback])
}
