package pricing

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"acme.example/webshop/money"
)

// CodePattern is the form of codes.
const CodePattern = `^[A-Z0-9_-]{2,32}$`

var codePattern = regexp.MustCompile(CodePattern)

const (
	MaxOffers = 100 // of one shop
	MaxGifts  = 10  // pieces that one offer adds
	MaxNth    = 100 // of an offer for every nth piece
)

func (c *compiler) require(right bool, offer, field, problem string, args ...any) {
	if !right {
		c.wrong = append(c.wrong, Problem{Offer: offer, Field: field, Text: fmt.Sprintf(problem, args...)})
	}
}

// check checks an offer by itself.
func (c *compiler) check(name string, o Offer) {
	c.require(len(c.spec.Offers) <= MaxOffers, name, "", "there are more than %d offers", MaxOffers)
	c.effect(name, o)
	c.code(name, o)
	c.require(o.From.IsZero() || o.Until.IsZero() || o.From.wall.Before(o.Until.wall), name, "until", "must be later than from")
}

func (c *compiler) effect(name string, o Offer) {
	effects := 0
	for _, has := range []bool{o.Percent != 0, len(o.Amounts) > 0 || o.Amount != "", o.Free != Free{}} {
		if has {
			effects++
		}
	}
	c.require(effects == 1, name, "", "must have exactly one of percent, amount and free")
	c.require(o.Percent >= 0 && o.Percent <= money.Hundred, name, "percent", "must be more than 0 and at most 100")
	c.require(o.Nth == 0 || o.Nth >= 2 && o.Nth <= MaxNth, name, "nth", "must be 2 to %d", MaxNth)
	c.require(o.Nth == 0 || o.Percent != 0, name, "nth", "needs percent: which share of every nth piece is taken off")
	c.amounts(name, o)
	if o.Free != (Free{}) {
		_, known := c.set.categories[o.Free.SKU]
		c.require(known, name, "free", "there is no product %q", o.Free.SKU)
		c.require(o.Free.Quantity >= 1 && o.Free.Quantity <= MaxGifts, name, "free", "quantity must be 1 to %d", MaxGifts)
		c.require(o.Items == "", name, "items", "is not for an offer of a free piece; say when")
	}
}

// amounts checks that a fixed amount is given for each market's currency, and for no other.
func (c *compiler) amounts(name string, o Offer) {
	if len(o.Amounts) == 0 {
		return
	}
	currencies := map[money.Currency]bool{}
	for _, market := range slices.Sorted(maps.Keys(c.spec.Markets)) {
		currency := c.spec.Markets[market].Currency
		currencies[currency] = true
		_, has := o.Amounts[currency]
		c.require(has, name, "amount", "has none in %s, the currency of market %s", currency, market)
	}
	for _, currency := range slices.Sorted(maps.Keys(o.Amounts)) {
		c.require(currencies[currency], name, "amount", "%s is the currency of no market", currency)
		c.require(o.Amounts[currency] > 0, name, "amount", "must be positive in %s, in minor units", currency)
	}
}

func (c *compiler) code(name string, o Offer) {
	if o.Code == "" {
		return
	}
	c.require(codePattern.MatchString(o.Code), name, "code", "must be 2 to 32 of A-Z, 0-9, _ and -; customers may type small letters")
	other, taken := c.set.codes[o.Code]
	c.require(!taken, name, "code", "%s is the code of offer %s already", o.Code, other)
	c.set.codes[o.Code] = name
}

// exclusions checks which offers exclude each other, and sorts the offers so that each comes after those that exclude it, and
// after the rivals of these, which decide whether they count.
func (c *compiler) exclusions() {
	byName := map[string]*offer{}
	for _, o := range c.set.offers {
		byName[o.name] = o
		o.rivals = c.rivals(o)
	}
	for _, o := range c.set.offers {
		for _, other := range o.Excludes {
			excluded, known := byName[other]
			if c.require(known, o.name, "excludes", "there is no offer %q", other); known {
				c.require(o.Group == "" || o.Group != excluded.Group, o.name, "excludes", "%s is of the same group, of which one offer counts", other)
				excluded.excludedBy = append(excluded.excludedBy, o)
			}
		}
	}
	judged := map[*offer]bool{}
	ready := func(o *offer) bool {
		return !judged[o] && !slices.ContainsFunc(o.waitsFor(), func(other *offer) bool { return !judged[other] })
	}
	for at := slices.IndexFunc(c.set.offers, ready); at >= 0; at = slices.IndexFunc(c.set.offers, ready) {
		judged[c.set.offers[at]] = true
		c.set.judged = append(c.set.judged, c.set.offers[at])
	}
	c.circle(judged)
}

// rivals are the other offers of an offer's group.
func (c *compiler) rivals(o *offer) (others []*offer) {
	for _, other := range c.set.offers {
		if o.Group != "" && other.Group == o.Group && other != o {
			others = append(others, other)
		}
	}
	return others
}

// waitsFor are the offers that are judged before an offer.
func (o *offer) waitsFor() (all []*offer) {
	for _, by := range o.excludedBy {
		all = append(all, by)
		if o.Group == "" || by.Group != o.Group {
			all = append(all, by.rivals...)
		}
	}
	return all
}

// circle reports a cycle of exclusions among the offers that wait for each other.
func (c *compiler) circle(judged map[*offer]bool) {
	waits := slices.IndexFunc(c.set.offers, func(o *offer) bool { return !judged[o] })
	if waits < 0 {
		return
	}
	way, at := []string{}, c.set.offers[waits]
	for !slices.Contains(way, at.name) {
		way = append(way, at.name)
		by := at.waitsFor()
		at = by[slices.IndexFunc(by, func(other *offer) bool { return !judged[other] })]
	}
	way = append(way[slices.Index(way, at.name):], at.name)
	slices.Reverse(way)
	c.require(false, way[0], "excludes", "goes in a circle: %s", strings.Join(way, " excludes "))
}
