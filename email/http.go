package email

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// maxBody is the maximum size of a request.
const maxBody = 64 << 10

// defaultMarket is the market of a request without one, as from the seed.
const defaultMarket = "US"

// MailRequest requests a mail by hand, in the seed's form.
type MailRequest struct {
	_            struct{}   `additionalProperties:"true"` // clients of the seed may send more
	Transaction  string     `json:"transaction" enum:"OrderCreated,OrderDeliverable,DeliveryBooked" doc:"Which mail: that of the event of this name" example:"DeliveryBooked"`
	OrderID      ref.Number `json:"orderId" doc:"The order's number" example:"142124"`
	Name         string     `json:"name" minLength:"1" maxLength:"200" doc:"The customer's name" example:"Someone"`
	Email        string     `json:"email" maxLength:"254" doc:"The customer's mail address" example:"someone@example.com"`
	Phone        string     `json:"phone,omitempty" maxLength:"32" doc:"The customer's telephone number" example:"123123123123"`
	Street       string     `json:"street,omitempty" maxLength:"200" doc:"Street and house number to deliver to" example:"ThatWay 1"`
	City         string     `json:"city,omitempty" maxLength:"100" doc:"City to deliver to" example:"ThereCity"`
	DeliveryTime string     `json:"deliveryTime,omitempty" maxLength:"16" doc:"Start of the delivery, milliseconds since 1970 as a decimal string; DeliveryBooked needs it" example:"1200"`
	Time         string     `json:"time,omitempty" maxLength:"16" doc:"The same as deliveryTime, which is taken where both are given"`
	Market       string     `json:"market,omitempty" maxLength:"32" doc:"Whose language and clock the mail has; US where it is not given" example:"US"`
	Products     string     `json:"products,omitempty" maxLength:"42900" doc:"The SKUs ordered, separated by commas, one for each piece" example:"LB001,LB001,BB002"`
	TotalPrice   int64      `json:"totalPrice,omitempty" minimum:"0" maximum:"2147483647" doc:"Price of the whole order in minor units of the currency; shown only with a currency" example:"42500"`
	Currency     string     `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217 code of the currency" example:"USD"`
	TestID       int64      `json:"testId,omitempty" minimum:"0" maximum:"2147483647" doc:"Not 0: the mail goes to the built-in receiver and says that it is a test"`
}

// MailAnswer is the result of a mail requested by hand.
type MailAnswer struct {
	Status     string `json:"status" doc:"SUCCESS: the mail server has taken the mail" example:"SUCCESS"`
	MessageID  string `json:"messageId" doc:"The local part of the mail's Message-ID"`
	PreviewURL string `json:"previewUrl" doc:"Where the mail can be read; empty for a mail that went out into the world"`
}

// Plain returns the seed's answer: where the mail can be read.
func (a MailAnswer) Plain() string { return a.PreviewURL }

type requestInput struct{ Body MailRequest }

type answerOutput struct{ Body MailAnswer }

// PrivateRoutes adds POST /email to the private listener's API. Its callers can send links that open any order to any
// address, so strangers must not reach it.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "sendEmail", Method: http.MethodPost, Path: "/email", Tags: []string{"email"},
		Summary: "Send one of the customer's mails by hand",
		Description: "Sends the mail that an event of this name would cause. Nothing is stored, and nothing is sent " +
			"when a field is wrong. Asking twice sends twice.",
		MaxBodyBytes: maxBody,
		Errors:       []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable},
	}, s.postEmail)
}

func (s *Service) postEmail(ctx context.Context, in *requestInput) (*answerOutput, error) {
	r := in.Body.complete()
	rules, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	if wrong := r.check(rules); len(wrong) > 0 {
		return nil, fault.InvalidFields(wrong...)
	}
	o, err := s.Store.OrderRef(ctx, int64(r.OrderID))
	if fault.CodeOf(err) == fault.NotFound {
		o, err = ref.Of(int64(r.OrderID), ""), nil // belongs to no order; its links open nothing
	}
	if err != nil {
		return nil, err
	}
	id, err := s.sendRequested(ctx, r, o, rules.Version)
	if err != nil {
		return nil, err
	}
	return &answerOutput{MailAnswer{"SUCCESS", id, s.Mailer.Preview(id, r.TestID != 0)}}, nil
}

// sendRequested sends a checked request as the event that it stands for.
func (s *Service) sendRequested(ctx context.Context, r MailRequest, o ref.Order, rules int64) (string, error) {
	switch event.Type(r.Transaction) {
	case event.TypeOrderCreated:
		return s.sendOrderCreated(ctx, event.OrderCreated{
			OrderID: int64(r.OrderID), Ref: o, Name: r.Name, Email: r.Email, Phone: r.Phone, Street: r.Street, City: r.City,
			Market: r.Market, Products: r.Products, TotalPrice: r.TotalPrice, Currency: r.Currency, TestID: r.TestID, RulesVersion: rules,
		})
	case event.TypeOrderDeliverable:
		return s.sendOrderDeliverable(ctx, event.OrderDeliverable{
			OrderID: int64(r.OrderID), Ref: o, Name: r.Name, Email: r.Email, Market: r.Market, TestID: r.TestID, RulesVersion: rules,
		})
	default:
		return s.sendDeliveryBooked(ctx, event.DeliveryBooked{
			OrderID: int64(r.OrderID), Ref: o, Name: r.Name, Email: r.Email, Phone: r.Phone, Street: r.Street, City: r.City,
			Market: r.Market, DeliveryTime: r.DeliveryTime, TestID: r.TestID, RulesVersion: rules,
		})
	}
}

// complete sets what a request may omit.
func (r MailRequest) complete() MailRequest {
	if r.Market == "" {
		r.Market = defaultMarket
	}
	if r.DeliveryTime == "" {
		r.DeliveryTime = r.Time
	}
	return r
}
