// Package ops watches the shop for its operators: alerts and their channels, dead letters, and the ledger's faults.
package ops

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// maxDeadLetters bounds one list.
const maxDeadLetters = 1000

// DeadLetters serves the dead letters over HTTP.
type DeadLetters struct{ Store database.DeadLetters }

// DeadLetter is a dead letter as served.
type DeadLetter struct {
	EventID    string          `json:"eventId"`
	Subscriber string          `json:"subscriber" example:"email.OrderCreated"`
	OrderID    int64           `json:"orderId"`
	Ref        ref.Order       `json:"ref" doc:"What the keys of partners are made of"`
	Type       event.Type      `json:"type"`
	Happened   time.Time       `json:"happened" doc:"When the event became true"`
	Attempts   int             `json:"attempts" doc:"Tries that failed"`
	LastError  string          `json:"lastError"`
	ParkedAt   time.Time       `json:"parkedAt"`
	Does       string          `json:"does,omitempty" doc:"What its subscriber would do when it is replayed; only when one dead letter is shown"`
	Data       json.RawMessage `json:"data,omitempty" doc:"The event's payload; only when one dead letter is shown"`
}

// Routes adds the routes: list, show, replay and discard.
func (d DeadLetters) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "listDeadLetters", Method: "GET", Path: "/deadletters", Summary: "Events that a subscriber could not handle, oldest first",
	}, d.list)
	huma.Register(api, huma.Operation{
		OperationID: "showDeadLetter", Method: "GET", Path: "/deadletters/{event}/{subscriber}", Summary: "One dead letter, with its event's payload", Errors: []int{404},
	}, d.show)
	huma.Register(api, huma.Operation{
		OperationID: "replayDeadLetter", Method: "POST", Path: "/deadletters/{event}/{subscriber}/replay", Summary: "Try it again, from the beginning",
		Errors: []int{409}, DefaultStatus: http.StatusNoContent,
	}, d.replay)
	huma.Register(api, huma.Operation{
		OperationID: "replayDeadLetters", Method: "POST", Path: "/deadletters/replay", Summary: "Try all of one subscriber again, from the beginning",
		Description: "The oldest first, at most 1000 in one call. What was done already is not done twice.", Errors: []int{400},
	}, d.replayAll)
	huma.Register(api, huma.Operation{
		OperationID: "discardDeadLetter", Method: "POST", Path: "/deadletters/{event}/{subscriber}/discard", Summary: "Give it up, and keep the reason",
		Errors: []int{400, 409}, DefaultStatus: http.StatusNoContent,
	}, d.discard)
}

type listOutput struct {
	Body struct {
		DeadLetters []DeadLetter `json:"deadLetters" doc:"At most 1000"`
	}
}

func (d DeadLetters) list(ctx context.Context, _ *struct{}) (*listOutput, error) {
	letters, err := d.Store.ListDeadLetters(ctx, maxDeadLetters)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.DeadLetters = []DeadLetter{}
	for _, l := range letters {
		out.Body.DeadLetters = append(out.Body.DeadLetters, letterOf(l))
	}
	return out, nil
}

func letterOf(l database.DeadLetter) DeadLetter {
	return DeadLetter{
		EventID: l.Envelope.ID, Subscriber: l.Subscriber, OrderID: l.Envelope.OrderID, Ref: refOf(l.Envelope), Type: l.Envelope.Type,
		Happened: l.Envelope.Time, Attempts: l.Attempts, LastError: l.LastError, ParkedAt: l.ParkedAt,
	}
}

// refOf returns the order's reference from an event. Events whose subscribers call no partner have none.
func refOf(env event.Envelope) ref.Order {
	var payload struct{ Ref ref.Order }
	_ = json.Unmarshal(env.Data, &payload) // it was valid when it was journalled
	return payload.Ref.Or(env.OrderID)
}

type oneInput struct {
	Event      string `path:"event" maxLength:"64"`
	Subscriber string `path:"subscriber" maxLength:"64"`
}

func (in oneInput) receipt() *event.Receipt {
	return &event.Receipt{EventID: in.Event, Subscriber: in.Subscriber}
}

type oneOutput struct{ Body DeadLetter }

func (d DeadLetters) show(ctx context.Context, in *oneInput) (*oneOutput, error) {
	l, err := d.Store.DeadLetter(ctx, in.receipt())
	if err != nil {
		return nil, err
	}
	out := &oneOutput{letterOf(l)}
	out.Body.Does, out.Body.Data = strings.ReplaceAll(doing(l.Subscriber), "ORDER", string(out.Body.Ref)), l.Envelope.Data
	return out, nil
}

func (d DeadLetters) replay(ctx context.Context, in *oneInput) (*struct{}, error) {
	return nil, d.Store.Replay(ctx, in.receipt())
}

type replayAllInput struct {
	Body struct {
		Subscriber string `json:"subscriber" maxLength:"64" example:"email.OrderCreated"`
	}
}

type replayAllOutput struct {
	Body Replayed
}

// Replayed is the number of dead letters that are tried again.
type Replayed struct {
	Replayed int `json:"replayed" doc:"How many are tried again now"`
	Left     int `json:"left" doc:"How many dead letters of the subscriber are left: call again"`
}

// replayAll replays a bounded number of one subscriber's dead letters, and counts those left afterwards, which may have
// been parked again.
func (d DeadLetters) replayAll(ctx context.Context, in *replayAllInput) (*replayAllOutput, error) {
	if doing(in.Body.Subscriber) == "" {
		return nil, fault.InvalidField("subscriber", "is not the name of a subscriber, e.g. email.OrderCreated")
	}
	n, err := d.Store.ReplayAll(ctx, in.Body.Subscriber, maxDeadLetters)
	if err != nil {
		return nil, err
	}
	parked, err := d.Store.Parked(ctx)
	out := &replayAllOutput{Replayed{Replayed: n}}
	for _, b := range parked {
		if b.Subscriber == in.Body.Subscriber {
			out.Body.Left = b.Count
		}
	}
	return out, err
}

type discardInput struct {
	Event      string `path:"event" maxLength:"64"`
	Subscriber string `path:"subscriber" maxLength:"64"`
	Body       struct {
		Reason string `json:"reason" maxLength:"500" doc:"Why it may be given up"`
	}
}

func (d DeadLetters) discard(ctx context.Context, in *discardInput) (*struct{}, error) {
	if in.Body.Reason == "" {
		return nil, fault.InvalidField("reason", "must say why the event may be given up")
	}
	return nil, d.Store.Discard(ctx, &event.Receipt{EventID: in.Event, Subscriber: in.Subscriber}, in.Body.Reason)
}

// doing returns what a subscriber does.
func doing(subscriber string) string {
	for _, sub := range event.Subscriptions {
		if sub.Subscriber == subscriber {
			return sub.Does
		}
	}
	return ""
}
