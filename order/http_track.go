package order

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// trackingRoutes adds the routes for people who have an order's tracking link, or one that was shared with them.
func (s *Service) trackingRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "trackOrder", Method: "GET", Path: "/trackOrder", Summary: "Where is my order",
		Description: "Needs the key from the order's tracking link, or from one that its customer shared: then it tells how far the order is, and no more.", Errors: []int{400, 401, 404},
	}, s.getTrackOrder)
	huma.Register(api, huma.Operation{
		OperationID: "trackOrderLive", Method: "GET", Path: "/trackOrder/live", Summary: "Where is my order, as it goes on",
		Description: "Server-sent events: the answer of /trackOrder at once and after each change, until the order is final.",
		Errors:      []int{400, 401, 404, 503}, Responses: eventStream(),
	}, s.getTrackOrderLive)
	huma.Register(api, huma.Operation{
		OperationID: "shareOrder", Method: "POST", Path: "/trackOrder/share", Summary: "A link to show others",
		Description: "Needs the key from the order's tracking link. Whoever has the link that is answered sees how far the order is, and no more.",
		Errors:      []int{400, 401, 404},
	}, s.postShareOrder)
}

type trackOrderInput struct {
	Key string `query:"key" required:"true" maxLength:"100" doc:"The key from the tracking link, or from a shared one"`
}

type shareOrderInput struct {
	Body struct {
		_   struct{} `additionalProperties:"true"`
		Key string   `json:"key" maxLength:"100" doc:"The key from the tracking link"`
	}
}

type shareOrderOutput struct {
	Body struct {
		URL string `json:"url" doc:"The order's page for others"`
	}
}

type trackOrderOutput struct{ Body tracked }

// tracked is what the holder of a tracking link may know; with a shared link, only the state.
type tracked struct {
	OrderID       int64        `json:"orderId"`
	Status        Status       `json:"status"`
	Final         bool         `json:"final" doc:"Whether the order never leaves this status"`
	Settled       bool         `json:"settled" doc:"Whether nothing more will happen by itself: the order is final, no money is on its way back, and no complaint waits for its answer"`
	Shared        bool         `json:"shared,omitempty" doc:"The key is from a shared link: products, totalPrice, currency, amount, agreed, cancelReason and refund are missing, and nothing can be done"`
	Products      string       `json:"products,omitempty" doc:"SKUs separated by commas, one for each piece"`
	TotalPrice    *int64       `json:"totalPrice,omitempty" doc:"The order's price in minor units of the catalog's currency"`
	Currency      string       `json:"currency,omitempty" doc:"The market's, ISO 4217"`
	Amount        *int64       `json:"amount,omitempty" doc:"The order's price in minor units of the currency"`
	Market        string       `json:"market"`
	Language      string       `json:"language"`
	Where         []string     `json:"where,omitempty" doc:"The address of delivery, in lines"`
	Notes         string       `json:"deliveryNotes,omitempty" doc:"What the driver should know"`
	GiftMessage   string       `json:"giftMessage,omitempty" doc:"The message for the recipient"`
	TimeZone      string       `json:"timeZone" doc:"IANA name of the market's time zone"`
	DeliveryTime  string       `json:"deliveryTime" doc:"Start of the booked slot, milliseconds since 1970; empty until one is booked"`
	DeliveryUntil string       `json:"deliveryUntil,omitempty" doc:"End of the booked window, in the same form; missing when it has none"`
	DeliveryURL   string       `json:"deliveryUrl" doc:"Where to book a delivery time, or to change it; empty when neither can be"`
	Cancellable   bool         `json:"cancellable" doc:"Whether the order can be cancelled now (/cancelOrder)"`
	ChangesUntil  string       `json:"changesUntil,omitempty" doc:"Of an order whose delivery is booked: until when that can be changed (/moveDelivery), and the order cancelled, milliseconds since 1970; missing when it never can"`
	CancelReason  string       `json:"cancelReason,omitempty" doc:"Why the order is CANCELLED: customer, operator, out-of-stock, organization-unverified, not-accepted or paid-too-late; or PAYMENT_DECLINED: not-confirmed after a doubt, not-paid when it was not paid in time, or one of the others when it was cancelled before it was paid"`
	Refund        string       `json:"refund,omitempty" enum:"under-way,done" doc:"Of a CANCELLED order that was paid: whether the provider has given the money back"`
	Payment       *toPay       `json:"payment,omitempty" doc:"Of an order that waits for its payment: what the customer has to do"`
	PayUntil      string       `json:"payUntil,omitempty" doc:"Of such an order: when the time to pay ends, milliseconds since 1970"`
	PaidBy        string       `json:"paidBy,omitempty" doc:"How the order was paid: card, cash-voucher or bank-transfer"`
	Methods       []string     `json:"paymentMethods,omitempty" doc:"Of an order that waits for its payment: the ways to pay it (/payOrder)"`
	Refunds       []refunded   `json:"refunds,omitempty" doc:"What is given back, oldest first"`
	Tracked       bool         `json:"tracked,omitempty" doc:"The delivery company reports about this order: it ends in DELIVERED"`
	Parcel        *parcel      `json:"parcel,omitempty" doc:"What the delivery company said last"`
	Steps         []step       `json:"steps" doc:"What has happened, oldest first"`
	Complaints    []complaint  `json:"complaints,omitempty" doc:"What the customer has complained about, oldest first"`
	Replaces      int64        `json:"replaces,omitempty" doc:"The number of the order that it replaces, for nothing"`
	MayComplain   *mayComplain `json:"mayComplain,omitempty" doc:"Of an order that can be complained about now (/complaints): until when"`
	Documents     []Issued     `json:"documents,omitempty" doc:"The invoice or receipt, once the books have issued it, and credit notes (/receipt)"`
	Quote         *quoted      `json:"agreed,omitempty" doc:"What the order costs and why, in the form of /quote; missing for a test order"`
}

// refunded is what a customer may know of a refund.
type refunded struct {
	Amount int64                `json:"amount" doc:"Minor units of the currency"`
	Reason string               `json:"reason" doc:"cancelled, paid-twice, complaint, or the words of the shop's staff"`
	State  payments.RefundState `json:"state" enum:"pending,done,failed"`
	Time   string               `json:"time" doc:"Milliseconds since 1970"`
}

// parcel is what a customer may know of the delivery company's reports.
type parcel struct {
	Number     string `json:"number,omitempty" doc:"The delivery company's number for it"`
	Time       string `json:"time" doc:"When what it said last happened, milliseconds since 1970"`
	ReceivedBy string `json:"receivedBy,omitempty" doc:"Who took it"`
	LeftAt     string `json:"leftAt,omitempty" doc:"Where it was left"`
	Reason     string `json:"reason,omitempty" doc:"Why it could not be delivered"`
}

type step struct {
	Event event.Type `json:"event"`
	Time  string     `json:"time" doc:"Milliseconds since 1970"`
}

func (s *Service) getTrackOrder(ctx context.Context, in *trackOrderInput) (*trackOrderOutput, error) {
	o, k, err := s.openedPage(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	seen, err := s.tell(ctx, o, k.Shared)
	return &trackOrderOutput{seen}, err
}

func (s *Service) postShareOrder(ctx context.Context, in *shareOrderInput) (*shareOrderOutput, error) {
	o, err := s.opened(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	out := &shareOrderOutput{}
	out.Body.URL = s.Links.Shared(o.Ref())
	return out, nil
}

// opened returns the order that a tracking key opens.
func (s *Service) opened(ctx context.Context, key string) (Order, error) {
	k, err := s.Links.OpenTracking(key)
	if err != nil {
		return Order{}, err
	}
	return s.held(ctx, k)
}

// openedPage returns the order whose page a key opens, and what the key says.
func (s *Service) openedPage(ctx context.Context, key string) (Order, ref.Opened, error) {
	k, err := s.Links.OpenPage(key)
	if err != nil {
		return Order{}, k, err
	}
	o, err := s.held(ctx, k)
	return o, k, err
}

// held returns the order of a key. A key that was replaced by newer ones is fault.LinkReplaced.
func (s *Service) held(ctx context.Context, k ref.Opened) (Order, error) {
	o, err := s.named(ctx, k.Order, k.Number)
	if err == nil && k.Replaced(o.KeysFrom) {
		return Order{}, fault.ReplacedLink()
	}
	return o, err
}

// named returns the order of a reference and its number. One that was lost with an older state of the database is
// fault.NotFound, also when another order has its number by now.
func (s *Service) named(ctx context.Context, to ref.Order, id int64) (Order, error) {
	o, err := s.Store.Order(ctx, id)
	if err == nil && o.Ref() != to {
		return Order{}, fault.New(fault.NotFound, "there is no order %s", to)
	}
	return o, err
}

// track tells where an order is.
func (s *Service) track(ctx context.Context, id int64, shared bool) (tracked, error) {
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return tracked{}, err
	}
	return s.tell(ctx, o, shared)
}

func (s *Service) tell(ctx context.Context, o Order, shared bool) (tracked, error) {
	history, err := s.Store.History(ctx, o.ID)
	if err != nil {
		return tracked{}, err
	}
	rules, err := s.Rules.Of(ctx, o.Rules)
	if err != nil {
		return tracked{}, err
	}
	market := rules.Markets[o.Market]
	seen := tracked{
		OrderID: o.ID, Status: o.Status, Final: o.Final(), Shared: shared, Market: o.Market, Language: cmp.Or(o.Language, market.Language), TimeZone: market.Zone.String(),
		DeliveryTime: millis(o.DeliveryTime), DeliveryUntil: millis(o.DeliveryUntil), Tracked: o.Tracked(), Steps: []step{},
	}
	for _, env := range history {
		if env.Type != event.TypeOrderCorrected && (!shared || !private(env.Type)) {
			seen.Steps = append(seen.Steps, step{env.Type, millis(env.Time)})
		}
	}
	if !shared {
		cutOff, err := s.cutOff(ctx, o)
		if err != nil {
			return seen, err
		}
		s.tellCustomer(&seen, o, rules, cutOff)
		if seen.Documents, err = s.issued(ctx, o); err != nil {
			return seen, err
		}
	}
	seen.Settled = seen.Final && !seen.awaited()
	return seen, nil
}

// awaited reports whether the customer waits for money or for an answer.
func (t tracked) awaited() bool {
	return t.Refund == refundUnderWay ||
		slices.ContainsFunc(t.Refunds, func(r refunded) bool { return r.State == payments.RefundPending }) ||
		slices.ContainsFunc(t.Complaints, func(c complaint) bool { return c.State == ComplaintOpen })
}

// private reports whether an event is of those that only the customer hears of: about money alone, and complaints.
func private(t event.Type) bool { return slices.Contains(ofCustomer, t) }

var ofCustomer = []event.Type{event.TypePaymentRequested, event.TypeRefundDone, event.TypeComplaintMade, event.TypeComplaintAnswered}

// tellCustomer adds what only the order's customer may know and do.
func (s *Service) tellCustomer(seen *tracked, o Order, rules *Rules, cutOff *cutoff.Before) {
	seen.Where, seen.Notes, seen.GiftMessage = o.Address.Lines(o.Customer.Street, o.Customer.City, rules.Markets[o.Market].Country()), o.Address.DeliveryNotes, o.Address.GiftMessage
	seen.Products, seen.TotalPrice = o.Products.String(), new(o.CatalogTotal())
	seen.Currency, seen.Amount = string(o.Total.Currency), new(o.Total.Minor)
	seen.Cancellable, seen.CancelReason, seen.Refund = o.Cancellable(cutOff, false, s.Now()) && o.Terms.Imported == nil, o.CancelReason, o.refund()
	seen.Quote = rules.quoteOf(o)
	if t := o.Tracking; !t.At.IsZero() {
		seen.Parcel = &parcel{Number: t.Number, Time: millis(t.At), ReceivedBy: t.ReceivedBy, LeftAt: t.LeftAt, Reason: t.Reason}
	}
	o.tellPayment(seen, rules)
	o.tellComplaints(seen, rules.Markets[o.Market], s.Now())
	waits := o.BookedHere() && (o.Status == Stocked || o.Status == DeliveryBooked)
	if waits {
		seen.ChangesUntil = millis(cutOff.Until(o.DeliveryTime))
	}
	if o.Status == Stocked && o.DeliveryTime.IsZero() || o.Status == DeliveryFailed || waits && cutOff.Check(o.DeliveryTime, s.Now()) == nil {
		seen.DeliveryURL = s.Links.Delivery(o.Ref())
	}
}

// tellPayment adds how the order is or was paid, and what is given back. A refund that a second person may still refuse, or did, is not told.
func (o Order) tellPayment(seen *tracked, rules *Rules) {
	for _, r := range o.GivenBack() {
		if r.WaitsForSecond() || r.State.Dropped() {
			continue
		}
		seen.Refunds = append(seen.Refunds, refunded{Amount: r.Amount, Reason: r.Reason, State: r.State, Time: millis(r.At)})
	}
	if p, paid := o.payment(); paid {
		seen.PaidBy = p.Method
	}
	if o.Status != PaymentPending || o.PayUntil.IsZero() {
		return
	}
	seen.PayUntil = millis(o.PayUntil)
	if p, open := o.Current(); open {
		seen.Payment = p.toPay()
	}
	for _, m := range rules.MethodsFor(o.Market, o.CustomerType, o.Total.Minor) {
		if m.Provider != "" {
			seen.Methods = append(seen.Methods, m.Name)
		}
	}
}

// millis is a time in milliseconds since 1970 as a decimal string; "" for the zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
