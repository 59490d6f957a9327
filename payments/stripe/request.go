package stripe

import (
	"slices"
	"strconv"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
)

// ask writes a payment in Stripe's form. It depends on the request alone, as under the same key it must be the same.
func (p *Provider) ask(r payments.Request) *api.CheckoutSessionCreateParams {
	about := map[string]string{keyName: r.Key, orderName: orderOf(r)}
	asked := &api.CheckoutSessionCreateParams{
		Mode:               api.String("payment"),
		ClientReferenceID:  &r.Key,
		Metadata:           about,
		PaymentIntentData:  &api.CheckoutSessionCreatePaymentIntentDataParams{Metadata: about},
		LineItems:          []*api.CheckoutSessionCreateLineItemParams{p.line(r)},
		PaymentMethodTypes: []*string{api.String(methods[r.Method])},
		AdaptivePricing:    &api.CheckoutSessionCreateAdaptivePricingParams{Enabled: api.Bool(false)}, // no other currency
		Locale:             api.String(localeOf(r.Language)),
		SuccessURL:         &r.Back,
		CancelURL:          &r.Back,
		ExpiresAt:          closes(r),
		Expand:             withPayment(),
	}
	if r.Email != "" {
		asked.CustomerEmail = &r.Email
	}
	if r.Method == payments.CashVoucher {
		oxxo := &api.CheckoutSessionCreatePaymentMethodOptionsOXXOParams{ExpiresAfterDays: voucherDays(r)}
		asked.PaymentMethodOptions = &api.CheckoutSessionCreatePaymentMethodOptionsParams{OXXO: oxxo}
	}
	asked.SetIdempotencyKey(r.Key)
	return asked
}

func orderOf(r payments.Request) string { return strconv.FormatInt(r.OrderID, 10) }

// line is the order as one line of the page.
func (p *Provider) line(r payments.Request) *api.CheckoutSessionCreateLineItemParams {
	name := p.title + " " + orderOf(r)
	return &api.CheckoutSessionCreateLineItemParams{
		Quantity: api.Int64(1),
		PriceData: &api.CheckoutSessionCreateLineItemPriceDataParams{
			Currency:    api.String(codeOf(r.Amount.Currency)),
			UnitAmount:  &r.Amount.Minor,
			ProductData: &api.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: &name},
		},
	}
}

// withPayment asks for the session's payment with it.
func withPayment() []*string { return []*string{api.String("payment_intent")} }

// A page of Stripe's is open for 30 minutes to 24 hours from when Stripe hears of it; so much is left for a request that comes
// late, and for clocks that differ.
const (
	shortest = 45 * time.Minute
	longest  = 23 * time.Hour
)

// closes says when the page closes by itself: when the customer's time ends, as far as Stripe allows. Find closes it sooner.
func closes(r payments.Request) *int64 {
	if r.Begun.IsZero() || r.Until.IsZero() {
		return nil // after 24 hours
	}
	at := r.Until
	if first := r.Begun.Add(shortest); at.Before(first) {
		at = first
	}
	if last := r.Begun.Add(longest); at.After(last) {
		at = last
	}
	return api.Int64(at.Unix())
}

// mexico is where OXXO's days end. There is no summer time.
var mexico = time.FixedZone("America/Mexico_City", -6*60*60)

// voucherDays is how many days a voucher is good for: those that end, at midnight, before the customer's time does, and at
// least one; nil for as many as Stripe's account says.
func voucherDays(r payments.Request) *int64 {
	if r.Begun.IsZero() || r.Until.IsZero() {
		return nil
	}
	year, month, day := r.Begun.In(mexico).Date()
	days := int64(1)
	for days < 7 && !time.Date(year, month, day+int(days)+2, 0, 0, 0, 0, mexico).After(r.Until) {
		days++
	}
	return &days
}

// locales are the languages of Stripe's page.
var locales = []string{
	"bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv",
	"ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
}

// localeOf is a language as Stripe names it; it finds out itself about one that it does not have.
func localeOf(language string) string {
	if slices.Contains(locales, language) {
		return language
	}
	return "auto"
}
