package app

import (
	"cmp"
	"context"
	"slices"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/web"
)

// plants returns what the shop sells, with its price in the first market of a language, for what the pages say without scripts; none
// while it is not known.
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
		if err != nil {
			continue
		}
		plant := plantIn(p, language)
		plant.Price, plant.Offers = price.String(), offersOf(set, p)
		plant.SoldOut = slices.ContainsFunc(counted, func(c order.Counted) bool { return c.SKU == p.SKU && c.Left() <= 0 })
		all = append(all, plant)
	}
	return all
}

// plantIn is what the rules say of a product in a language.
func plantIn(p order.Product, language string) web.Plant {
	plant := web.Plant{
		SKU: p.SKU, Path: plantPath(p), Name: in(p.Name, language), About: in(p.Description, language),
		Drawing: p.Drawing, LeadDays: p.LeadDays, Facts: map[string]string{},
	}
	for name, versions := range p.Facts {
		plant.Facts[name] = in(versions, language)
	}
	return plant
}

// offersOf is what a product costs in each market.
func offersOf(set *rules.Set, p order.Product) (all []web.Offer) {
	for _, name := range set.Markets() {
		if price, err := set.Orders.Markets[name].PriceIn(p); err == nil {
			all = append(all, web.Offer{Market: name, Price: price.Decimal(), Currency: string(price.Currency)})
		}
	}
	return all
}

// plantPath is the path of a product's page, the same in every language.
func plantPath(p order.Product) string { return web.PlantPath(p.SKU, in(p.Name, texts.Fallback)) }

// in returns a text in a language, else in English.
func in(versions map[string]string, language string) string {
	return cmp.Or(versions[language], versions[texts.Fallback])
}
