package stripe

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// tolerance is how old or how far ahead a webhook's signature may be.
const tolerance = 5 * time.Minute

// Events lists the types of events that the shop follows, for the webhook at Stripe.
var Events = []api.EventType{
	api.EventTypeCheckoutSessionCompleted, api.EventTypeCheckoutSessionAsyncPaymentSucceeded,
	api.EventTypeCheckoutSessionAsyncPaymentFailed, api.EventTypeCheckoutSessionExpired,
	api.EventTypeChargeRefunded, api.EventTypeRefundUpdated, api.EventTypeRefundFailed,
	api.EventTypeChargeDisputeCreated, api.EventTypeChargeDisputeClosed,
}

// event is what the shop reads of an event.
type event struct {
	Object     string        `json:"object"`
	Type       api.EventType `json:"type"`
	APIVersion string        `json:"api_version"`
	Livemode   bool          `json:"livemode"`
	Data       struct {
		Object subject `json:"object"`
	} `json:"data"`
}

// subject is what the shop reads of what an event is about: a session, a charge, a refund or a dispute.
type subject struct {
	ID       string            `json:"id"`
	Metadata map[string]string `json:"metadata"`
	Intent   api.PaymentIntent `json:"payment_intent"` // its id
	Amount   int64             `json:"amount"`
	Currency api.Currency      `json:"currency"`
	Reason   string            `json:"reason"`
	Status   api.DisputeStatus `json:"status"`
}

// Event reads a webhook. Its signature says whether it is of real or of test orders, and its content must agree.
func (p *Provider) Event(ctx context.Context, header http.Header, body []byte) (payments.Notice, error) {
	test, err := p.signed(header, body)
	if err != nil {
		return payments.Notice{}, err
	}
	e, err := read(body)
	if err != nil {
		return payments.Notice{}, err
	}
	if e.Livemode == test {
		return payments.Notice{}, fault.New(fault.Unauthorized, "the event and the secret that signed it are not of the same mode")
	}
	if !slices.Contains(Events, e.Type) {
		return payments.Notice{Test: test}, nil
	}
	return p.notice(ctx, e.Type, e.Data.Object, test)
}

// signed finds out whose secret signed a webhook.
func (p *Provider) signed(header http.Header, body []byte) (test bool, err error) {
	values := header.Values("Stripe-Signature")
	if len(values) != 1 {
		return false, fault.New(fault.Unauthorized, "there must be one Stripe-Signature header")
	}
	for _, s := range p.secrets {
		if api.ValidatePayload(body, values[0], s.text, api.WithIgnoreTolerance()) == nil {
			return s.test, p.recent(values[0])
		}
	}
	return false, fault.New(fault.Unauthorized, "no secret of the shop's has signed this")
}

// recent checks the time in a signature that is right. Of several, the last one is signed, as the library reads it.
func (p *Provider) recent(signature string) error {
	var at int64
	for part := range strings.SplitSeq(signature, ",") {
		if text, ok := strings.CutPrefix(part, "t="); ok {
			at, _ = strconv.ParseInt(text, 10, 64) // the library has read it
		}
	}
	if p.now().Sub(time.Unix(at, 0)).Abs() > tolerance {
		return fault.New(fault.Unauthorized, "the signature is more than %d minutes old, or ahead", int(tolerance.Minutes()))
	}
	return nil
}

// read reads an event in the API version of the library, or another of the same release, which only adds to it.
func read(body []byte) (event, error) {
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fault.Wrap(err, fault.Malformed, "the body is not an event of Stripe's")
	}
	if e.Object != "event" || e.Type == "" {
		return e, fault.InvalidField("object", "must be an event with its content; other kinds of webhooks are not read")
	}
	if _, release, _ := strings.Cut(e.APIVersion, "."); release != api.APIMajorVersion {
		return e, fault.InvalidField("api_version", "must be of release %s: give the webhook at Stripe the version %s", api.APIMajorVersion, api.APIVersion)
	}
	return e, nil
}

// notice says what an event is about. A dispute does not have the payment's key, nor has what was done by hand: then the
// payment is asked for.
func (p *Provider) notice(ctx context.Context, t api.EventType, s subject, test bool) (payments.Notice, error) {
	key := s.Metadata[keyName]
	if key == "" && s.Intent.ID != "" && !strings.HasPrefix(string(t), "checkout.session.") {
		var err error
		if key, err = p.keyOf(ctx, s.Intent.ID, test); err != nil {
			return payments.Notice{}, err
		}
	}
	n := payments.Notice{Key: key, Test: test}
	if key == "" || t != api.EventTypeChargeDisputeCreated && t != api.EventTypeChargeDisputeClosed {
		return n, nil
	}
	n.Dispute = &payments.Dispute{Reference: s.ID, Amount: amountOf(s.Amount, s.Currency), Reason: s.Reason, State: disputeState(s.Status)}
	if s.ID == "" || s.Amount <= 0 || !n.Dispute.Amount.Currency.Known() {
		return payments.Notice{}, fault.InvalidField("data.object", "must be a dispute with its amount")
	}
	return n, nil
}

// keyOf asks for the key of a payment; "" for one that is not the shop's.
func (p *Provider) keyOf(ctx context.Context, intent string, test bool) (string, error) {
	a, err := p.account(test)
	if err != nil {
		return "", err
	}
	i := new(api.PaymentIntent)
	if err := a.call(ctx, http.MethodGet, api.FormatURLPath("/v1/payment_intents/%s", intent), &api.PaymentIntentRetrieveParams{}, i); err != nil {
		return "", err
	}
	return i.Metadata[keyName], a.is(i.Object, "payment_intent", i.ID)
}

// disputeState reads the status of a dispute. A question of the bank's is open as well, and won when it ends there.
func disputeState(s api.DisputeStatus) string {
	switch s {
	case api.DisputeStatusLost:
		return payments.DisputeLost
	case api.DisputeStatusWon, api.DisputeStatusWarningClosed, api.DisputeStatusPrevented:
		return payments.DisputeWon
	}
	return payments.DisputeOpen
}
