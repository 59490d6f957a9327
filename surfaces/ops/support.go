package ops

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Mail is a mail to a customer.
type Mail struct {
	ID      string `json:"id" doc:"The local part of its Message-ID"`
	To      string `json:"to"`
	ToName  string `json:"toName"`
	ReplyTo string `json:"replyTo,omitempty" doc:"Where answers go"`
	Subject string `json:"subject"`
	Text    string `json:"text" doc:"The mail as text; its HTML says the same"`
	HTML    string `json:"-"`
	Test    bool   `json:"test,omitempty"`
}

// Support serves what the support desk does for a customer: mails seen and sent again, links, and notes. Who did what is
// recorded by the caller.
type Support struct {
	Store interface {
		Order(ctx context.Context, id int64) (order.Order, error)
		History(ctx context.Context, id int64) ([]event.Envelope, error)
		RenewKeys(ctx context.Context, id int64) (order.Order, error)
		ReceiptsOf(ctx context.Context, orderID int64) ([]database.ReceiptState, error)
		CorrectionsOf(ctx context.Context, id int64) ([]order.Correction, error)
		MailSentAgain(ctx context.Context, id int64, m order.Mail) error
	}
	// Compose writes the mail of a subscriber about an event, and sends nothing.
	Compose func(ctx context.Context, env event.Envelope, subscriber string) (Mail, error)
	// Send passes a mail to the mail server, and returns where it can be read; "" for nowhere.
	Send func(ctx context.Context, m Mail) (preview string, err error)
	// Link is the customer's link to an order, or fault.Unavailable in a process that makes none.
	Link func(o ref.Order) (string, error)

	job string // that sends mails again; "": they are sent by hand
}

// Routes adds the routes.
func (s Support) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "showMail", Method: "GET", Path: "/mails/{event}/{subscriber}", Summary: "A mail to a customer, as it was written",
		Description: "Written again from its event, by the rules of its order and with the customer and address of then. Its links are new ones.", Errors: []int{404},
	}, s.show)
	huma.Register(api, huma.Operation{
		OperationID: "sendMailAgain", Method: "POST", Path: "/mails/{event}/{subscriber}/again", Summary: "Send a mail again",
		Description: "As it was, with new links, to the address that the order has now. Asking twice sends twice.", Errors: []int{400, 404, 503},
	}, s.again)
	huma.Register(api, huma.Operation{
		OperationID: "orderLink", Method: "POST", Path: "/orderLink", Summary: "The customer's link to an order, to be passed on", Errors: []int{404},
	}, s.link)
	huma.Register(api, huma.Operation{
		OperationID: "renewLink", Method: "POST", Path: "/renewLink", Summary: "Make all links to an order invalid, and mail new ones",
		Description: "The order's latest mail is sent again, with new links. An order without a mail so far gets none now.", Errors: []int{404, 503},
	}, s.renew)
	huma.Register(api, huma.Operation{
		OperationID: "noteOnOrder", Method: "POST", Path: "/notes", Summary: "Keep a note on an order, for operators only",
		Description: "Notes stand in the order's history, with who wrote them and when. They are not changed or taken away.",
		Errors:      []int{400, 404}, DefaultStatus: http.StatusNoContent,
	}, s.note)
}

type orderInput struct {
	Body struct {
		OrderID int64 `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
	}
}

type linkOutput struct {
	Body struct {
		URL     string `json:"url" doc:"Opens the order for whoever has it"`
		Mailed  string `json:"mailed,omitempty" doc:"The address that the new links were mailed to"`
		Preview string `json:"previewUrl,omitempty" doc:"Where that mail can be read; empty for a mail that went out into the world"`
	}
}

func (s Support) link(ctx context.Context, in *orderInput) (*linkOutput, error) {
	o, err := s.Store.Order(ctx, in.Body.OrderID)
	if err != nil {
		return nil, err
	}
	out := &linkOutput{}
	out.Body.URL, err = s.Link(o.Ref())
	return out, err
}

// renew makes the order's links invalid, and sends its latest mail again.
func (s Support) renew(ctx context.Context, in *orderInput) (*linkOutput, error) {
	if _, err := s.Link("1"); err != nil { // nothing ends when nothing new can be made
		return nil, err
	}
	o, err := s.Store.RenewKeys(ctx, in.Body.OrderID)
	if err != nil {
		return nil, err
	}
	out := &linkOutput{}
	if out.Body.URL, err = s.Link(o.Ref()); err != nil {
		return nil, err
	}
	sent, preview, err := s.SendLatest(ctx, o)
	if out.Body.Preview = preview; sent {
		out.Body.Mailed = o.Customer.Email
	}
	return out, err
}

// SendLatest sends the latest mail of an order again, with new links, and reports whether there is one.
func (s Support) SendLatest(ctx context.Context, o order.Order) (sent bool, preview string, err error) {
	env, subscriber, err := s.latest(ctx, o)
	if err != nil || subscriber == "" {
		return false, "", err
	}
	preview, err = s.send(ctx, o, env, subscriber)
	return err == nil, preview, err
}

// latest returns the event and the subscriber of an order's latest mail; "" if there is none.
func (s Support) latest(ctx context.Context, o order.Order) (event.Envelope, string, error) {
	history, err := s.Store.History(ctx, o.ID)
	if err != nil {
		return event.Envelope{}, "", err
	}
	for _, env := range slices.Backward(history) {
		for _, subscriber := range event.SubscribersOf(env.Type) {
			if isMail(subscriber) {
				return env, subscriber, nil
			}
		}
	}
	return event.Envelope{}, "", nil
}

func isMail(subscriber string) bool { return strings.HasPrefix(subscriber, "email.") }

type mailInput struct {
	Event      string `path:"event" maxLength:"64"`
	Subscriber string `path:"subscriber" maxLength:"64"`
	OrderID    int64  `query:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
}

type mailOutput struct {
	Body struct {
		Mail
		Written time.Time `json:"written" doc:"When its event happened"`
	}
}

func (s Support) show(ctx context.Context, in *mailInput) (*mailOutput, error) {
	env, err := s.event(ctx, in.OrderID, in.Event, in.Subscriber)
	if err != nil {
		return nil, err
	}
	if env, err = s.asWritten(ctx, env, in.Subscriber); err != nil {
		return nil, err
	}
	out := &mailOutput{}
	out.Body.Written = env.Time
	out.Body.Mail, err = s.Compose(ctx, env, in.Subscriber)
	return out, err
}

// event returns the event of an order that a mail is about.
func (s Support) event(ctx context.Context, orderID int64, id, subscriber string) (event.Envelope, error) {
	history, err := s.Store.History(ctx, orderID)
	if err != nil {
		return event.Envelope{}, err
	}
	for _, env := range history {
		for _, name := range event.SubscribersOf(env.Type) {
			if env.ID == id && name == subscriber && isMail(name) {
				return env, nil
			}
		}
	}
	return event.Envelope{}, fault.New(fault.NotFound, "order %d has no such mail", orderID)
}

type againInput struct {
	Event      string `path:"event" maxLength:"64"`
	Subscriber string `path:"subscriber" maxLength:"64"`
	orderInput
}

type againOutput struct {
	Body struct {
		To      string `json:"to" doc:"The address that it was sent to"`
		Preview string `json:"previewUrl" doc:"Where it can be read; empty for a mail that went out into the world"`
	}
}

func (s Support) again(ctx context.Context, in *againInput) (*againOutput, error) {
	o, err := s.Store.Order(ctx, in.Body.OrderID)
	if err != nil {
		return nil, err
	}
	env, err := s.event(ctx, o.ID, in.Event, in.Subscriber)
	if err != nil {
		return nil, err
	}
	out := &againOutput{}
	if env, err = s.asWritten(ctx, env, in.Subscriber); err != nil {
		return nil, err
	}
	out.Body.To = o.Customer.Email
	out.Body.Preview, err = s.send(ctx, o, env, in.Subscriber)
	return out, err
}

// asWritten returns the event of a mail as it was when the mail was sent, before later corrections of its order.
func (s Support) asWritten(ctx context.Context, env event.Envelope, subscriber string) (event.Envelope, error) {
	corrections, err := s.Store.CorrectionsOf(ctx, env.OrderID)
	if err != nil || len(corrections) == 0 {
		return env, err
	}
	o, err := s.Store.Order(ctx, env.OrderID)
	if err != nil {
		return env, err
	}
	receipts, err := s.Store.ReceiptsOf(ctx, env.OrderID)
	if err != nil {
		return env, err
	}
	for _, r := range receipts {
		if r.EventID == env.ID && r.Subscriber == subscriber && r.State == "done" {
			o = o.AsOf(r.ChangedAt, corrections)
		}
	}
	if env.Data, err = event.Blank(env.Type, env.Data); err != nil {
		return env, err
	}
	env.Data, err = event.Complete(env.Type, env.Data, o.Personal)
	return env, err
}

// send sends a mail to the address that its order has now.
func (s Support) send(ctx context.Context, o order.Order, env event.Envelope, subscriber string) (preview string, err error) {
	m, err := s.Compose(ctx, env, subscriber)
	if err != nil {
		return "", err
	}
	if !m.Test || strings.Contains(o.Customer.Email, "@") { // a test may have a placeholder, which Compose has completed
		m.To, m.ToName = o.Customer.Email, o.Customer.Name
	}
	m.ID = ref.AgainID(rand.Text(), o.ID)
	if s.job != "" {
		m.ID = ref.BulkID(s.job, o.ID)
	}
	if preview, err = s.Send(ctx, m); err != nil {
		return "", err
	}
	again := order.Mail{ID: m.ID, Again: ref.MessageID(env.ID, subscriber), SentBy: Who(ctx)}
	return preview, s.Store.MailSentAgain(ctx, o.ID, again)
}

type noteInput struct {
	Body struct {
		OrderID int64  `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Note    string `json:"note" minLength:"1" maxLength:"500" doc:"For operators only"`
	}
}

// note checks a note; it is kept as an action.
func (s Support) note(ctx context.Context, in *noteInput) (*struct{}, error) {
	if strings.TrimSpace(in.Body.Note) == "" {
		return nil, fault.InvalidField("note", "must say something")
	}
	_, err := s.Store.Order(ctx, in.Body.OrderID)
	return nil, err
}
