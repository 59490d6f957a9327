package order

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// payRoutes adds the routes with which a customer pays an order that waits for its payment, and those that providers call.
func (s *Service) payRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "payOrder", Method: "POST", Path: "/payOrder", Summary: "Pay an order that waits for its payment",
		Description: "Needs the key from the order's tracking link. Goes on with the payment that was begun, or begins another one, in the same or another way.",
		Errors:      []int{400, 401, 402, 404, 409, 503},
	}, s.postPayOrder)
	huma.Register(api, huma.Operation{
		OperationID: "checkPayment", Method: "POST", Path: "/checkPayment", Summary: "Whether an order is paid by now",
		Description: "Needs the key from the order's tracking link. Asks the payment provider: for a customer who comes back from its page.",
		Errors:      []int{400, 401, 404, 503},
	}, s.postCheckPayment)
	for _, name := range sortedKeys(s.Payments) {
		huma.Register(api, huma.Operation{
			OperationID: "callback-" + name, Method: "POST", Path: PaymentCallback(name), Summary: "The payment provider " + name + " tells that something has changed",
			Description: "Signed as the provider signs. Coming twice, late or out of order changes nothing: the shop asks the provider.",
			Errors:      []int{400, 401, 404, 409, 503}, DefaultStatus: http.StatusNoContent,
		}, func(ctx context.Context, in *paymentCallback) (*struct{}, error) {
			return nil, s.CalledBack(ctx, name, in.header, in.RawBody)
		})
	}
}

// PaymentCallback is the path of a provider's webhook.
func PaymentCallback(provider string) string { return "/callbacks/" + provider }

// toPay is what the customer has to do to pay.
type toPay struct {
	Method  string            `json:"method" doc:"card, cash-voucher or bank-transfer"`
	State   payments.State    `json:"state" enum:"pending,action-required"`
	URL     string            `json:"url,omitempty" doc:"The provider's page"`
	Voucher *payments.Voucher `json:"voucher,omitempty" doc:"What to pay with elsewhere"`
	Until   string            `json:"until,omitempty" doc:"When the time to pay ends, milliseconds since 1970"`
}

func (p Payment) toPay() *toPay {
	return &toPay{Method: p.Method, State: p.State, URL: p.Action.URL, Voucher: p.Action.Voucher, Until: millis(p.Until)}
}

// toPayAt is where the customer is sent to pay: the provider's page, or the order's own, which shows the voucher.
func (s *Service) toPayAt(o Order, p Payment) string {
	return cmp.Or(p.Action.URL, s.tracking(o, p.Begun))
}

// tracking is the address of the order's own page as it was given at a time, or when newer keys replaced those: a request that comes
// again gets the answer it had, and asks the provider for the same.
func (s *Service) tracking(o Order, made time.Time) string {
	if made.Before(o.KeysFrom) {
		made = o.KeysFrom
	}
	return s.Links.TrackingAt(o.Ref(), made)
}

type payOrderInput struct {
	Body struct {
		_      struct{} `additionalProperties:"true"`
		Key    string   `json:"key" maxLength:"100" doc:"The key from the tracking link"`
		Method string   `json:"paymentMethod,omitempty" maxLength:"20" doc:"How to pay. Missing: as before" example:"card"`
	}
}

type payOrderOutput struct {
	Body struct {
		RedirectURL string `json:"redirectUrl" doc:"Where to send the customer"`
		Payment     *toPay `json:"payment,omitempty" doc:"What the customer has to do to pay; missing when the order is paid"`
	}
}

func (s *Service) postPayOrder(ctx context.Context, in *payOrderInput) (*payOrderOutput, error) {
	o, err := s.opened(ctx, in.Body.Key)
	if err == nil {
		o, err = s.PayOrder(ctx, o, in.Body.Method)
	}
	if err != nil {
		return nil, err
	}
	out := &payOrderOutput{}
	out.Body.RedirectURL = s.Links.Tracking(o.Ref())
	if p, open := o.ToPay(in.Body.Method); open && o.Status == PaymentPending {
		out.Body.Payment, out.Body.RedirectURL = p.toPay(), s.toPayAt(o, p)
	}
	return out, nil
}

type checkPaymentInput struct {
	Body struct {
		_   struct{} `additionalProperties:"true"`
		Key string   `json:"key" maxLength:"100" doc:"The key from the tracking link"`
	}
}

type checkPaymentOutput struct{ Body tracked }

func (s *Service) postCheckPayment(ctx context.Context, in *checkPaymentInput) (*checkPaymentOutput, error) {
	o, err := s.opened(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	if len(o.openAttempts()) > 0 { // also of an order that another payment has paid: it may be paid twice
		s.askWhetherPaid(ctx, o)
	}
	seen, err := s.track(ctx, o.ID, false)
	return &checkPaymentOutput{seen}, err
}

// askWhetherPaid asks the providers about an order that waits for its payment, and stores what they say. When they do not answer,
// Settle asks again.
func (s *Service) askWhetherPaid(ctx context.Context, o Order) {
	if err := s.askAll(ctx, o); err != nil && !came(err) {
		s.Log.WarnContext(ctx, "a customer asks about a payment, and the provider does not answer; Settle asks", "order", o.ID, "error", err)
	}
}

// askAll asks the providers about all payments of an order that may still be paid.
func (s *Service) askAll(ctx context.Context, o Order) error {
	for _, p := range o.openAttempts() {
		if err := s.ask(ctx, o, p); err != nil {
			return err
		}
	}
	return nil
}

// ask asks a provider about a payment, and stores what has changed.
func (s *Service) ask(ctx context.Context, o Order, p Payment) error {
	out, err := s.provider(p).Find(ctx, s.request(o, p))
	if fault.CodeOf(err) == fault.NotFound || err == nil && !p.changedBy(out) {
		return nil
	}
	_, err = s.settle(ctx, o, p, out, err, false)
	return err
}

// paymentCallback is what a provider sends: signed in its own way, so that only its adapter can read it.
type paymentCallback struct {
	RawBody []byte
	header  http.Header
}

// Resolve keeps the headers, in which the signature is.
func (c *paymentCallback) Resolve(ctx huma.Context) []error {
	c.header = http.Header{}
	ctx.EachHeader(c.header.Add)
	return nil
}

// CalledBack handles a provider's webhook: it is a reason to ask the provider, and no proof.
func (s *Service) CalledBack(ctx context.Context, provider string, header http.Header, body []byte) error {
	notice, err := s.Payments[provider].Event(ctx, header, body)
	if err != nil || notice.Key == "" {
		return err
	}
	to, id, number, ok := ParsePaymentKey(notice.Key)
	if !ok {
		return fault.New(fault.NotFound, "there is no payment %q", notice.Key)
	}
	o, err := s.named(ctx, to, id)
	if err != nil {
		return err
	}
	p, found := o.Attempt(number)
	if !found || p.Provider != provider {
		return fault.New(fault.NotFound, "there is no payment %q", notice.Key)
	}
	return s.noticed(ctx, o, p, notice)
}

func (s *Service) noticed(ctx context.Context, o Order, p Payment, notice payments.Notice) error {
	switch {
	case notice.Test && o.TestID == 0:
		return fault.New(fault.NotFound, "there is no payment %q of a test order", notice.Key)
	case notice.Dispute != nil:
		return s.Store.RecordDispute(ctx, o.ID, p.Number, *notice.Dispute)
	case p.State == payments.Paid:
		return s.giveBack(ctx, o, Refund.due)
	}
	if err := s.ask(ctx, o, p); err != nil && !came(err) {
		return err
	}
	return nil
}
