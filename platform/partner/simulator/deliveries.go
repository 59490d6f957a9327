package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"acme.example/webshop/platform/fault"
)

// Statuses of a consignment after booked.
const (
	outForDelivery = "out-for-delivery"
	delivered      = "delivered"
	notDelivered   = "failed"
)

// move is what the delivery company's operator can report: from which statuses, to which one, and the message of that.
type move struct {
	action, to, says string
	from             []string
}

var moves = []move{
	{action: "start", to: outForDelivery, says: "delivery.started", from: []string{booked, notDelivered}},
	{action: "deliver", to: delivered, says: "delivery.done", from: []string{outForDelivery}},
	{action: "fail", to: notDelivered, says: "delivery.failed", from: []string{outForDelivery}},
}

// Delivery is a consignment on the page as the delivery company's operator sees it.
type Delivery struct {
	Key     string   `json:"key"`
	OrderID int64    `json:"orderId"`
	Name    string   `json:"name"`
	City    string   `json:"city"`
	Status  string   `json:"status"`
	Actions []string `json:"actions"` // of the operator
}

// proof is what the operator reports with an action.
type proof struct {
	Key        string `json:"key"`
	Action     string `json:"action"`
	ReceivedBy string `json:"receivedBy,omitempty"`
	LeftAt     string `json:"leftAt,omitempty"`
	Photo      string `json:"photo,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

func (c consignment) delivery(r Record) Delivery {
	return Delivery{Key: r.Key, OrderID: c.OrderID, Name: c.Name, City: c.City, Status: r.Status, Actions: toReport(r.Status)}
}

func toReport(status string) []string {
	all := []string{}
	for _, m := range moves {
		if slices.Contains(m.from, status) {
			all = append(all, m.action)
		}
	}
	return all
}

// consigned returns the consignment of a record that reports to a shop.
func consigned(r Record) (c consignment, reports bool, err error) {
	if r.Kind != "consignment" {
		return c, false, nil
	}
	if err := json.Unmarshal(r.Request, &c); err != nil {
		return c, false, fmt.Errorf("simulator: %w", err)
	}
	return c, c.CallbackURL != "", nil
}

// deliveries returns the newest deliveries that are not done.
func (d *partner) deliveries() (all []Delivery, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all = []Delivery{}
	for s := d.book.last; s > max(d.book.forgotten(), d.book.last-mostLooked) && len(all) < mostShown; s-- {
		r := d.book.at(s)
		c, reports, err := consigned(r)
		if err != nil {
			return nil, err
		}
		if reports && len(toReport(r.Status)) > 0 {
			all = append(all, c.delivery(r))
		}
	}
	return all, nil
}

// report carries out an action, and tells the shop.
func (d *partner) report(p proof) (Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, found := d.book.find(p.Key)
	c, reporting, err := consigned(r)
	i := slices.IndexFunc(moves, func(m move) bool { return m.action == p.Action && slices.Contains(m.from, r.Status) })
	switch {
	case err != nil:
		return Delivery{}, err
	case !found || !reporting || d.callbacks == nil:
		return Delivery{}, fault.New(fault.NotFound, "there is no delivery %.80q that is reported", p.Key)
	case i < 0:
		return Delivery{}, fault.New(fault.Conflict, "this cannot be done with a delivery that is %s", r.Status)
	}
	if err := d.tellShop(r, c, moves[i].says, p); err != nil {
		return Delivery{}, err
	}
	r.Status = moves[i].to
	d.book.change(r)
	return c.delivery(r), nil
}

// callOff ends a delivery. The caller holds the lock.
func (d *partner) callOff(key string) {
	if r, found := d.book.find(key); found && r.Kind == "consignment" {
		r.Status = calledOff
		d.book.change(r)
	}
}

// tellShop sends a report. The caller holds the lock.
func (d *partner) tellShop(r Record, c consignment, says string, p proof) error {
	at := d.now().UTC()
	body := said(says, at, map[string]any{
		"orderId": c.OrderID, "key": r.Key, "at": at, "trackingNumber": r.Reference, "receivedBy": p.ReceivedBy, "leftAt": p.LeftAt, "photo": p.Photo, "reason": p.Reason,
	})
	id := fmt.Sprintf("msg_%s-%08x", r.Reference, d.dice.Uint32()) // a delivery may start and fail several times
	return d.callbacks.start(0, c.CallbackURL, id, func() []byte { return body })
}

// tellDeliveries serves the operator's list. It is empty for other partners, and for one that reports nothing.
func (d *partner) tellDeliveries(w http.ResponseWriter, _ *http.Request) {
	all, err := d.deliveries()
	if err != nil {
		fault.Write(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string][]Delivery{"deliveries": all})
}

func (d *partner) operateDelivery(w http.ResponseWriter, r *http.Request) {
	asked, err := readJSON[proof](w, r)
	if err != nil {
		fault.Write(w, err)
		return
	}
	done, err := d.report(asked)
	if err != nil {
		fault.Write(w, err)
		return
	}
	writeJSON(w, http.StatusOK, done)
}
