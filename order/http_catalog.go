package order

import (
	"cmp"
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/address"
	"acme.example/webshop/platform/fault"
)

// catalogRoutes adds the route of the catalog.
func (s *Service) catalogRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "catalog", Method: "GET", Path: "/catalog", Summary: "What there is to buy in a market, and what holds in each market",
		Errors: []int{400, 503},
	}, s.getCatalog)
}

type catalogInput struct {
	Market string `query:"market" default:"US" doc:"The market to price for"`
}

type catalogOutput struct {
	Body struct {
		Market        string          `json:"market"`
		Markets       []string        `json:"markets" doc:"All markets"`
		Currency      string          `json:"currency" doc:"ISO 4217"`
		Language      string          `json:"language"`
		TimeZone      string          `json:"timeZone" doc:"IANA name"`
		Products      []catalogEntry  `json:"products"`
		Codes         bool            `json:"codes" doc:"Whether there are offers that need a code"`
		Address       *askedAddress   `json:"address,omitempty" doc:"What the order form asks of an address in this market besides street and city; missing for nothing"`
		MarketDetails []marketDetails `json:"marketDetails" doc:"What holds in each market, in the order of markets"`
	}
}

type marketDetails struct {
	Market         string                `json:"market"`
	Currency       string                `json:"currency" doc:"ISO 4217"`
	Language       string                `json:"language" doc:"Of pages and mails, where neither the customer nor the browser names one that the shop has"`
	TimeZone       string                `json:"timeZone" doc:"IANA name"`
	CustomerTypes  []customerTypeDetails `json:"customerTypes" doc:"Who may order here; those who are asked for no organization number first"`
	Contact        Contact               `json:"contact" doc:"Whom customers can ask; empty where no one is named"`
	NothingCharged bool                  `json:"nothingCharged" doc:"Whether payments are simulated here: a shop for trying out"`
}

// askedAddress is what a market asks of an address.
type askedAddress struct {
	Country    string           `json:"country" doc:"ISO 3166-1" example:"US"`
	Required   []string         `json:"required" doc:"Which of neighborhood, postalCode and region an address needs"`
	Always     bool             `json:"always" doc:"Whether createOrder refuses an order without them"`
	PostalCode string           `json:"postalCode,omitempty" doc:"Regular expression that the whole postal code must be of; missing for any"`
	Regions    []address.Choice `json:"regions,omitempty" doc:"The country's regions; missing for any text"`
}

func (m *AddressRules) asked() *askedAddress {
	if m == nil {
		return nil
	}
	return &askedAddress{
		Country: m.Country, Required: append([]string{}, m.Required...), Always: m.Always, PostalCode: m.Pattern, Regions: m.Regions,
	}
}

type customerTypeDetails struct {
	Name      string            `json:"name" example:"B2C"`
	Payment   string            `json:"payment" enum:"at-once,invoice" doc:"How customers of this type pay"`
	Methods   []string          `json:"paymentMethods" doc:"Their ways to pay here, the usual one first: card, cash-voucher, bank-transfer or invoice"`
	OrgNumber *orgNumbers       `json:"orgNumber,omitempty" doc:"What an organization number is made of here; missing when none is asked for"`
	Label     map[string]string `json:"label,omitempty" doc:"What to call the type, by language; missing where the rules have none"`
	Details   []asked           `json:"details,omitempty" doc:"What else customers of this type are asked for"`
}

// asked is a detail that a customer type asks for.
type asked struct {
	Name     string            `json:"name" doc:"Its name in the details of an order" example:"reference"`
	Label    map[string]string `json:"label" doc:"By language"`
	Hint     map[string]string `json:"hint,omitempty" doc:"By language"`
	Pattern  string            `json:"pattern,omitempty" doc:"Regular expression that the whole text must be of (RE2); missing for any"`
	Check    string            `json:"check,omitempty" enum:"date,luhn,mod11,mod97" doc:"How its check digits are made, or date: it is a day such as 2027-12-31; missing for none"`
	Required bool              `json:"required"`
}

// orgNumbers is how an organization number is written in a market: so many digits, or by a pattern.
type orgNumbers struct {
	MinDigits int               `json:"minDigits,omitempty" doc:"The fewest digits; missing where there is a pattern"`
	MaxDigits int               `json:"maxDigits,omitempty" doc:"The most digits; missing where there is a pattern"`
	Pattern   string            `json:"pattern,omitempty" doc:"A regular expression that the whole number must be of (RE2), in capitals and without spaces and hyphens"`
	Label     map[string]string `json:"label,omitempty" doc:"What the number is called here, by language"`
	Hint      map[string]string `json:"hint,omitempty" doc:"By language"`
}

// in is the form of the numbers in a market.
func (n *OrgNumbers) in(market string) *orgNumbers {
	if form, own := n.Markets[market]; own {
		return &orgNumbers{Pattern: form.Pattern, Label: form.Label, Hint: form.Hint}
	}
	return &orgNumbers{MinDigits: n.Min, MaxDigits: n.Max}
}

type catalogEntry struct {
	SKU         string            `json:"sku"`
	Name        map[string]string `json:"name" doc:"By language"`
	Description map[string]string `json:"description" doc:"By language"`
	Category    string            `json:"category,omitempty" doc:"Kind of product, for offers and taxes"`
	Drawing     string            `json:"drawing,omitempty" doc:"Name of its drawing on the pages" example:"lush-bracken"`
	Page        string            `json:"page,omitempty" doc:"Path of its page; missing where the shop has none of plants" example:"/plants/LB001-lush-bracken"`
	Available   bool              `json:"available" doc:"False: sold out"`
	Left        *int64            `json:"left,omitempty" doc:"How many are left, where one order could want more; missing otherwise"`
	Few         bool              `json:"few,omitempty" doc:"Whether so few are left that customers should know"`
	Price       int64             `json:"price" doc:"Minor units of the market's currency, before offers; with the taxes that are included, without those that are added"`
}

func (s *Service) getCatalog(ctx context.Context, in *catalogInput) (*catalogOutput, error) {
	rules, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	market, ok := rules.Markets[in.Market]
	if !ok {
		return nil, fault.InvalidField("market", "there is no market %q", in.Market)
	}
	counted, err := s.counted(ctx, rules)
	if err != nil {
		return nil, err
	}
	out := &catalogOutput{}
	b := &out.Body
	b.Market, b.Markets, b.Currency = in.Market, sortedKeys(rules.Markets), string(market.Currency)
	b.Language, b.TimeZone, b.Codes = market.Language, market.Zone.String(), rules.codes()
	for _, p := range rules.Catalog {
		price, err := market.PriceIn(p)
		if err != nil {
			continue // it cannot be bought here (Rules.priced): rules from before prices were bounded
		}
		entry := catalogEntry{SKU: p.SKU, Name: p.Name, Description: p.Description, Category: p.Category, Drawing: p.Drawing, Price: price.Minor}
		if s.Page != nil {
			entry.Page = s.Page(p)
		}
		entry.show(counted, rules.MaxPieces)
		b.Products = append(b.Products, entry)
	}
	b.Address = market.Address.asked()
	for _, name := range b.Markets {
		d := rules.details(name)
		d.NothingCharged = slices.Contains(s.Simulated, rules.Markets[name].Provider)
		b.MarketDetails = append(b.MarketDetails, d)
	}
	return out, nil
}

// codes reports whether an offer needs a code.
func (r *Rules) codes() bool {
	for _, o := range r.Offers {
		if o.Code != "" {
			return true
		}
	}
	return false
}

// details is what the rules say of a market.
func (r *Rules) details(name string) marketDetails {
	market := r.Markets[name]
	d := marketDetails{
		Market: name, Currency: string(market.Currency), Language: market.Language, TimeZone: market.Zone.String(),
		CustomerTypes: []customerTypeDetails{}, Contact: market.Contact,
	}
	for _, customer := range sortedKeys(r.CustomerTypes) {
		if t := r.CustomerTypes[customer]; slices.Contains(t.Markets, name) {
			details := t.details(customer, name)
			for _, m := range r.MethodsFor(name, customer, 1) {
				details.Methods = append(details.Methods, m.Name)
			}
			d.CustomerTypes = append(d.CustomerTypes, details)
		}
	}
	slices.SortStableFunc(d.CustomerTypes, func(a, b customerTypeDetails) int { return cmp.Compare(a.questions(), b.questions()) })
	return d
}

func (t CustomerType) details(name, market string) customerTypeDetails {
	d := customerTypeDetails{Name: name, Payment: "invoice", Label: t.Label}
	if t.PaysAtOnce {
		d.Payment = "at-once"
	}
	if t.OrgNumber != nil {
		d.OrgNumber = t.OrgNumber.in(market)
	}
	for _, a := range t.Details {
		d.Details = append(d.Details, asked{Name: a.Name, Label: a.Label, Hint: a.Hint, Pattern: a.Pattern, Check: a.Check, Required: a.Required})
	}
	return d
}

// questions counts what is asked of customers of a type beyond what is asked of all.
func (d customerTypeDetails) questions() int {
	if d.OrgNumber == nil {
		return len(d.Details)
	}
	return 1 + len(d.Details)
}
