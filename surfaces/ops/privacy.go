package ops

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Privacy corrects, hands over and erases what the shop has of a person, over HTTP.
type Privacy struct {
	Store interface {
		database.Privacy
		Order(ctx context.Context, id int64) (order.Order, error)
		History(ctx context.Context, id int64) ([]event.Envelope, error)
		ReceiptsOf(ctx context.Context, id int64) ([]database.ReceiptState, error)
		EntriesOf(ctx context.Context, id int64) ([]database.LedgerEntry, error)
		ActionsOf(ctx context.Context, id int64) ([]database.Action, error)
	}
	// Correct corrects an order's customer (order.Service.CorrectOrder).
	Correct func(ctx context.Context, id int64, c order.CustomerChange, why string) (order.Order, error)
	Log     *slog.Logger
}

// personBatch is how many orders of a person one call handles.
const personBatch = 50

// Routes adds the routes.
func (p Privacy) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "correctOrder", Method: "POST", Path: "/correctOrder", Summary: "Correct an order's name, mail address, phone or address",
		Description: "Mails that wait and later ones go by what is corrected, and the delivery company is told. What was there is kept with its time. Once a delivery is booked, all but the mail address can be corrected until the cut-off of its changes.",
		Errors:      []int{400, 404, 409},
	}, p.correct)
	huma.Register(api, huma.Operation{
		OperationID: "exportPerson", Method: "POST", Path: "/privacy/export", Summary: "All that is stored about a person's orders",
		Description: "At most 50 orders in one answer; go on from 'next' until there is none.", Errors: []int{400, 404},
	}, p.export)
	huma.Register(api, huma.Operation{
		OperationID: "erasePerson", Method: "POST", Path: "/privacy/erase", Summary: "Erase the personal data of a person's orders that have ended",
		Description: "Orders that are under way are left, and named. The books, the counts and the partners' accounts stay. At most 50 orders in one call; go on from 'next' until there is none.",
		Errors:      []int{400, 404},
	}, p.erase)
	huma.Register(api, huma.Operation{
		OperationID: "listErasures", Method: "GET", Path: "/privacy/erasures", Summary: "Which orders are erased, to erase them again after a restore",
		Description: "References and times, without anything personal. At most 1000 in one answer; go on from 'next' until there is none.",
	}, p.erasures)
}

type customerInput struct {
	Body struct {
		OrderID  int64                `json:"orderId" minimum:"1" maximum:"2147483647"`
		Customer order.CustomerChange `json:"customer" doc:"What is to be there; what is missing stays"`
		Reason   string               `json:"reason" minLength:"1" maxLength:"500" doc:"Why. It is kept with the name of who corrects it; write nothing personal"`
	}
}

type customerOutput struct {
	Body struct {
		OrderID int64         `json:"orderId"`
		Name    string        `json:"name"`
		Email   string        `json:"email"`
		Phone   string        `json:"phone"`
		Street  string        `json:"street"`
		City    string        `json:"city"`
		Address order.Address `json:"address"`
		Earlier int           `json:"earlier" doc:"How many earlier states are kept"`
	}
}

func (p Privacy) correct(ctx context.Context, in *customerInput) (*customerOutput, error) {
	o, err := p.Correct(ctx, in.Body.OrderID, in.Body.Customer, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	earlier, err := p.Store.CorrectionsOf(ctx, o.ID)
	out := &customerOutput{}
	b := &out.Body
	b.OrderID, b.Name, b.Email, b.Phone, b.Street, b.City = o.ID, o.Customer.Name, o.Customer.Email, o.Customer.Phone, o.Customer.Street, o.Customer.City
	b.Address, b.Earlier = o.Address, len(earlier)
	return out, err
}

// Person names whose orders are meant.
type Person struct {
	Email   string `json:"email,omitempty" maxLength:"254" doc:"Orders with this mail address, in either case"`
	Phone   string `json:"phone,omitempty" maxLength:"40" doc:"Orders with this telephone number, as the order has it"`
	OrderID int64  `json:"orderId,omitempty" minimum:"0" maximum:"2147483647" doc:"This order alone"`
	Ref     string `json:"ref,omitempty" maxLength:"80" doc:"With orderId: only if the order has this reference, since a number can be given again after a restore"`
	From    int64  `json:"from,omitempty" minimum:"0" doc:"Where to go on: 'next' of the answer before"`
}

// orders returns a page of the person's orders, and where to go on.
func (p Privacy) orders(ctx context.Context, who Person) ([]order.Order, int64, error) {
	given := 0
	for _, is := range []bool{who.Email != "", who.Phone != "", who.OrderID != 0} {
		if is {
			given++
		}
	}
	if given != 1 {
		return nil, 0, fault.InvalidField("email", "give one of email, phone and orderId")
	}
	if who.OrderID != 0 {
		o, err := p.Store.Order(ctx, who.OrderID)
		if err == nil && who.Ref != "" && who.Ref != string(o.Ref()) {
			err = fault.New(fault.NotFound, "there is no order %s", who.Ref)
		}
		return []order.Order{o}, 0, err
	}
	return p.Store.OrdersOfPerson(ctx, database.Person{Email: who.Email, Phone: who.Phone}, who.From, personBatch)
}

type exportInput struct{ Body Person }

type exportOutput struct {
	Body struct {
		Orders []held `json:"orders"`
		Next   int64  `json:"next,omitempty" doc:"Where to go on; missing at the end"`
	}
}

// held is all that the shop's database has of an order.
type held struct {
	Order       map[string]any          `json:"order" doc:"The row, by column"`
	Events      []heldEvent             `json:"events"`
	Receipts    []database.ReceiptState `json:"receipts" doc:"Who handled each event, and when"`
	Corrections []order.Correction      `json:"corrections" doc:"What stood in the order before"`
	Ledger      []heldEntry             `json:"ledger"`
	Photos      []string                `json:"photos" doc:"Where the photos are that the customer sent with complaints, whose words are in the row"`
	Actions     []database.Action       `json:"actions" doc:"What operators did"`
}

type heldEvent struct {
	ID   string          `json:"id"`
	Type event.Type      `json:"type"`
	Time time.Time       `json:"time"`
	Data json.RawMessage `json:"data"`
}

type heldEntry struct {
	Kind   string    `json:"kind"`
	Amount string    `json:"amount"`
	Time   time.Time `json:"time"`
}

func (p Privacy) export(ctx context.Context, in *exportInput) (*exportOutput, error) {
	all, next, err := p.orders(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	out := &exportOutput{}
	out.Body.Orders, out.Body.Next = []held{}, next
	for _, o := range all {
		h, err := p.held(ctx, o)
		if err != nil {
			return nil, err
		}
		out.Body.Orders = append(out.Body.Orders, h)
	}
	return out, nil
}

// photosOf lists the addresses of the photos of an order's complaints, on this listener.
func photosOf(o order.Order) []string {
	all := []string{}
	for _, c := range o.Complaints {
		for i := range c.Photos {
			all = append(all, fmt.Sprintf("%s/photo?orderId=%d&complaint=%d&photo=%d", order.ComplaintsPath, o.ID, c.Number, i+1))
		}
	}
	return all
}

func (p Privacy) held(ctx context.Context, o order.Order) (h held, err error) {
	if h.Order, err = database.Orders.Row(&o); err != nil {
		return h, err
	}
	h.Photos = photosOf(o)
	history, err := p.Store.History(ctx, o.ID)
	if err != nil {
		return h, err
	}
	for _, env := range history {
		h.Events = append(h.Events, heldEvent{ID: env.ID, Type: env.Type, Time: env.Time, Data: env.Data})
	}
	if h.Receipts, err = p.Store.ReceiptsOf(ctx, o.ID); err != nil {
		return h, err
	}
	if h.Corrections, err = p.Store.CorrectionsOf(ctx, o.ID); err != nil {
		return h, err
	}
	entries, err := p.Store.EntriesOf(ctx, o.ID)
	if err != nil {
		return h, err
	}
	for _, e := range entries {
		h.Ledger = append(h.Ledger, heldEntry{Kind: string(e.Kind), Amount: fmt.Sprint(e.Amount), Time: e.Time})
	}
	h.Actions, err = p.Store.ActionsOf(ctx, o.ID)
	return h, err
}

type eraseInput struct {
	Body struct {
		Person
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why. It is kept with the name of who erases; write nothing personal"`
		DryRun bool   `json:"dryRun,omitempty" doc:"Only tell which orders would be erased, and which not"`
	}
}

type eraseOutput struct {
	Body struct {
		Erased []int64 `json:"erased" doc:"Orders whose personal data is erased, or with dryRun would be"`
		Left   []left  `json:"left" doc:"Orders that are under way"`
		Next   int64   `json:"next,omitempty" doc:"Where to go on; missing at the end"`
	}
}

type left struct {
	OrderID int64  `json:"orderId"`
	Why     string `json:"why"`
}

func (p Privacy) erase(ctx context.Context, in *eraseInput) (*eraseOutput, error) {
	all, next, err := p.orders(ctx, in.Body.Person)
	if err != nil {
		return nil, err
	}
	out := &eraseOutput{}
	out.Body.Erased, out.Body.Left, out.Body.Next = []int64{}, []left{}, next
	for _, o := range all {
		if in.Body.DryRun {
			err = p.Store.Erasable(ctx, o.ID)
		} else {
			err = p.eraseOne(ctx, o, in.Body.Reason)
		}
		switch {
		case fault.CodeOf(err) == fault.Conflict:
			out.Body.Left = append(out.Body.Left, left{OrderID: o.ID, Why: err.Error()})
		case err != nil:
			return nil, err
		default:
			out.Body.Erased = append(out.Body.Erased, o.ID)
		}
	}
	return out, nil
}

// eraseOne erases an order, and logs its reference: after a restore, the log has what the last list of erasures had not yet.
func (p Privacy) eraseOne(ctx context.Context, o order.Order, reason string) error {
	err := p.Store.Erase(ctx, o.ID, Who(ctx), reason)
	if err == nil {
		p.Log.InfoContext(ctx, "personal data erased", "order", o.Ref(), "by", Who(ctx))
	}
	return err
}

// erasurePage is how many erasures one answer lists.
const erasurePage = 1000

type erasuresOutput struct {
	Body struct {
		Erasures []erasure `json:"erasures"`
		Next     int64     `json:"next,omitempty" doc:"Where to go on; missing at the end"`
	}
}

type erasure struct {
	OrderID int64     `json:"orderId"`
	Ref     ref.Order `json:"ref"`
	At      time.Time `json:"at"`
}

func (p Privacy) erasures(ctx context.Context, in *struct {
	From int64 `query:"from" minimum:"0" doc:"Where to go on: 'next' of the answer before"`
}) (*erasuresOutput, error) {
	all, err := p.Store.Erasures(ctx, in.From, erasurePage)
	out := &erasuresOutput{}
	out.Body.Erasures = []erasure{}
	for _, e := range all {
		out.Body.Erasures = append(out.Body.Erasures, erasure{OrderID: e.OrderID, Ref: ref.Of(e.OrderID, e.Unique), At: e.At})
	}
	if len(all) == erasurePage {
		out.Body.Next = all[len(all)-1].OrderID + 1
	}
	return out, err
}
