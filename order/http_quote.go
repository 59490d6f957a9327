package order

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/pricing"
)

// quoteRoute adds the route that prices a cart.
func (s *Service) quoteRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "quote", Method: "POST", Path: "/quote", Summary: "What a cart costs, and why",
		Description: "Prices a cart as /createOrder does, and stores nothing. An order of it made now must have this totalPrice, or the total and its currency.",
		Errors:      []int{400, 409, 413, 503},
	}, s.postQuote)
}

type quoteInput struct {
	Body struct {
		_            struct{}          `additionalProperties:"true"`
		Market       string            `json:"market" example:"US"`
		CustomerType string            `json:"customerType" example:"B2C"`
		Products     string            `json:"products" maxLength:"9900" doc:"SKUs separated by commas, one for each piece" example:"BB001,LB001"`
		Email        string            `json:"email,omitempty" maxLength:"254" doc:"The customer's mail address; without it, a code that this customer has used up is not told"`
		Codes        []string          `json:"codes,omitempty" maxItems:"10" doc:"Codes of offers. Small and capital letters are the same"`
		Details      map[string]string `json:"details,omitempty" doc:"What the customer type asks for besides, as far as it is known; it is not checked"`
		Region       string            `json:"region,omitempty" maxLength:"100" doc:"The state or region that it goes to, by its name or code, for its taxes" example:"NY"`
		PostalCode   string            `json:"postalCode,omitempty" maxLength:"20" doc:"Where to, for its taxes; then the answer tells whether we deliver there" example:"10001"`
	}
}

type quoteOutput struct{ Body quoted }

// quoted is a cart's price. All amounts but totalPrice are in minor units of the currency.
type quoted struct {
	Market       string         `json:"market"`
	Currency     string         `json:"currency" doc:"ISO 4217"`
	RulesVersion int64          `json:"rulesVersion" doc:"The version of the rules that it was made with"`
	Lines        []quotedLine   `json:"lines" doc:"Products by SKU, gifts last"`
	Subtotal     int64          `json:"subtotal" doc:"Unit price by quantity of all lines: before offers, charges and added taxes"`
	Offers       []quotedOff    `json:"offers" doc:"What each offer takes off, in the order in which they were applied"`
	Charges      []quotedCharge `json:"charges" doc:"Fixed amounts that are added, such as shipping"`
	Taxes        []quotedTax    `json:"taxes" doc:"Each tax at each rate"`
	Jurisdiction string         `json:"jurisdiction,omitempty" doc:"Whose taxes they are, where the market has several: by the address or, without one, the market's default"`
	Total        int64          `json:"total" doc:"What is to be paid: the sum of the lines and charges"`
	TotalPrice   int64          `json:"totalPrice" doc:"The total in minor units of the catalog's currency"`
	Codes        []quotedCode   `json:"codes" doc:"What came of each code"`
	Methods      []string       `json:"paymentMethods,omitempty" doc:"How the cart can be paid, the usual way first: card, cash-voucher, bank-transfer, invoice, or free for one that costs nothing"`
	Deliverable  *bool          `json:"deliverable,omitempty" doc:"Whether we deliver to the postal code; missing without one"`
	Zone         string         `json:"zone,omitempty" doc:"The zone of deliveries that the postal code is in, where the market has zones"`
}

type quotedLine struct {
	SKU       string            `json:"sku"`
	Name      map[string]string `json:"name" doc:"By language"`
	Drawing   string            `json:"drawing,omitempty" doc:"Name of its drawing on the pages" example:"lush-bracken"`
	Quantity  int64             `json:"quantity"`
	UnitPrice int64             `json:"unitPrice" doc:"Before offers and added taxes"`
	Gift      bool              `json:"gift" doc:"Whether an offer added the pieces"`
	Off       []quotedOff       `json:"off" doc:"What offers take off"`
	Tax       int64             `json:"tax" doc:"All taxes on it, added or included"`
	Total     int64             `json:"total" doc:"What is paid for it, with all taxes"`
}

type quotedOff struct {
	Offer  string            `json:"offer"`
	Label  map[string]string `json:"label" doc:"By language"`
	Amount int64             `json:"amount"`
	Gift   string            `json:"gift,omitempty" doc:"The product that the offer gives: its price is spread over all lines, since what is paid is paid for the gift too"`
}

type quotedCharge struct {
	Name   string            `json:"name" doc:"In the rules, e.g. shipping"`
	Label  map[string]string `json:"label" doc:"What customers call it, by language"`
	Amount int64             `json:"amount" doc:"Before added taxes"`
	Tax    int64             `json:"tax" doc:"All taxes on it, added or included"`
	Total  int64             `json:"total" doc:"What is paid for it, with all taxes"`
}

type quotedTax struct {
	event.Tax
	Text map[string]string `json:"text,omitempty" doc:"What the bill says of it, by language; missing for nothing"`
}

type quotedCode struct {
	Code  string            `json:"code" doc:"In capital letters"`
	State pricing.CodeState `json:"state" enum:"applied,not-applicable,unknown,used-up"`
}

func (s *Service) postQuote(ctx context.Context, in *quoteInput) (*quoteOutput, error) {
	b := &in.Body
	draft := Draft{Market: b.Market, CustomerType: b.CustomerType, Products: b.Products, Email: b.Email, Codes: b.Codes, Details: b.Details}
	draft.Region, draft.PostalCode = b.Region, b.PostalCode
	rules, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	if err := s.guessed(ctx, rules, draft); err != nil {
		return nil, err
	}
	q, err := s.Quote(ctx, rules, draft)
	if err != nil {
		return nil, err
	}
	if err := s.enough(ctx, rules, b.Products); err != nil {
		return nil, err
	}
	out := &quoteOutput{rules.present(b.Market, q)}
	out.Body.Jurisdiction = rules.Markets[b.Market].Jurisdiction(draft.Address)
	for _, m := range rules.MethodsFor(b.Market, b.CustomerType, q.Total) {
		out.Body.Methods = append(out.Body.Methods, m.Name)
	}
	if b.PostalCode != "" {
		zone, deliverable := rules.Zone(b.Market, b.PostalCode)
		out.Body.Zone, out.Body.Deliverable = zone, &deliverable
	}
	return out, nil
}

// Quote prices the cart of a draft under some rules, and stores nothing. Of the draft it needs market, customer type and
// products, and takes what else there is; a wrong one is fault.Invalid.
func (s *Service) Quote(ctx context.Context, r *Rules, d Draft) (pricing.Quote, error) {
	var wrong problems
	if _, known := r.Markets[d.Market]; !known {
		wrong.add("market", "must be one of %s", strings.Join(sortedKeys(r.Markets), ", "))
	}
	if _, known := r.CustomerTypes[d.CustomerType]; !known {
		wrong.add("customerType", "must be one of %s", strings.Join(sortedKeys(r.CustomerTypes), ", "))
	}
	if strings.TrimSpace(d.Products) == "" {
		wrong.add("products", "must not be empty")
	}
	items, _ := r.parseProducts(d.Products, false, &wrong)
	if len(wrong) > 0 {
		return pricing.Quote{}, fault.InvalidFields(wrong...)
	}
	usedUp, err := s.usedUp(ctx, r, d)
	if err != nil {
		return pricing.Quote{}, err
	}
	q, _ := r.quote(d, items, usedUp, s.Now(), s.offerFailed(ctx), &wrong)
	if len(wrong) > 0 {
		return pricing.Quote{}, fault.InvalidFields(wrong...)
	}
	return q, nil
}

// usedUp returns the codes of a draft that have no uses left.
func (s *Service) usedUp(ctx context.Context, r *Rules, d Draft) ([]string, error) {
	var uses []Use
	for _, code := range pricing.Codes(d.Codes) {
		if use, known := r.use(code, d.Email); known && len(uses) < maxCodes {
			uses = append(uses, use)
		}
	}
	if len(uses) == 0 {
		return nil, nil
	}
	return s.Store.UsedUp(ctx, uses)
}

// present is a quote for customers.
func (r *Rules) present(market string, q pricing.Quote) quoted {
	out := quoted{
		Market: market, Currency: string(q.Currency), RulesVersion: r.Version, Lines: []quotedLine{}, Subtotal: q.Subtotal,
		Offers: r.off(q.Offers), Charges: []quotedCharge{}, Taxes: []quotedTax{}, Total: q.Total, TotalPrice: r.InCatalog(market, q.Total), Codes: []quotedCode{},
	}
	labels := r.Markets[market].ChargeLabels()
	for _, l := range q.Lines {
		if l.Charge != "" {
			out.Charges = append(out.Charges, quotedCharge{Name: l.Charge, Label: labels[l.Charge], Amount: l.UnitPrice * l.Quantity, Tax: l.Tax, Total: l.Total})
			continue
		}
		p, _ := r.product(l.SKU)
		out.Lines = append(out.Lines, quotedLine{SKU: l.SKU, Name: p.Name, Drawing: p.Drawing, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Gift: l.Gift, Off: r.off(l.Off), Tax: l.Tax, Total: l.Total})
	}
	texts := r.Markets[market].Tax.Texts()
	for _, t := range q.Taxes {
		out.Taxes = append(out.Taxes, quotedTax{t, texts[t.Name+" "+t.Treatment]})
	}
	for _, c := range q.Codes {
		out.Codes = append(out.Codes, quotedCode{c.Code, c.State})
	}
	return out
}

func (r *Rules) off(all []event.Off) []quotedOff {
	out := []quotedOff{}
	for _, o := range all {
		out = append(out, quotedOff{Offer: o.Offer, Label: r.Offers[o.Offer].Label, Amount: o.Amount, Gift: o.Gift})
	}
	return out
}
