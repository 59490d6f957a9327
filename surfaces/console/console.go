// Package console is the operator's console: live traffic, each order's history, dead letters, partners and the ledger,
// as pages updated by server-sent events; and the record of the operators' actions.
//
// It guarantees: the pages contain no data and run no foreign code. However many consoles are open, the database is
// queried at most once a second, and not at all when none is open.
package console

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

// Store is what the console reads.
type Store interface {
	Order(ctx context.Context, id int64) (order.Order, error)
	History(ctx context.Context, id int64) ([]event.Envelope, error)
	ReceiptsOf(ctx context.Context, orderID int64) ([]database.ReceiptState, error)
	CorrectionsOf(ctx context.Context, orderID int64) ([]order.Correction, error)
	EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error)
	DocumentsOf(ctx context.Context, orderID int64) ([]books.Document, error)
	Counts(ctx context.Context) (database.Counts, error)
	DeadLetter(ctx context.Context, r *event.Receipt) (database.DeadLetter, error)
	TestsByStatus(ctx context.Context) (map[order.Status]int, error)
	database.ConsoleQueries
}

// Console serves the console.
type Console struct {
	Store     Store
	Alerts    func() ops.AlertList
	Partners  func() []ops.Vitals
	Audited   func(context.Context) (ops.Audited, error)
	Deadlines func() database.Deadlines
	Markets   func() []string
	Plant     func(sku string) string          // names a product for people
	Country   func(market string) string       // whose addresses a market has; "" where that is not known
	CutOff    func(order.Order) *cutoff.Before // until when its delivery can be changed
	Asks      func(market string) []string     // the fields of an address that a market asks for
	Zone      func(order.Order) string         // IANA name of its market's time zone
	Mail      func(id string) bool             // whether the viewer of mails has it
	Stopping  <-chan struct{}                  // closed when the shop stops
	Now       func() time.Time
	Log       *slog.Logger

	sampler sampler
	streams atomic.Int32 // open now
}

// Routes calls serve with the path and handler of each address of the console.
func (c *Console) Routes(serve func(path string, h http.Handler)) error {
	pages, err := newPages()
	if err != nil {
		return err
	}
	for _, path := range pagePaths {
		serve(path.path, pages.page(path.page))
	}
	serve("/console/assets/{file...}", http.HandlerFunc(pages.asset))
	serve("/console/live", http.HandlerFunc(c.live))
	serve("/console/api/shape", c.answer(c.shape))
	serve("/console/api/now", c.answer(c.now))
	serve("/console/api/orders", c.answer(c.search))
	serve("/console/api/orders/{id}", c.answer(c.history))
	serve("/console/api/inwork", c.answer(c.inWork))
	serve("/console/api/actions", c.answer(c.actions))
	return nil
}

// answer answers with JSON.
func (c *Console) answer(see func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen, err := see(r)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				c.Log.ErrorContext(r.Context(), "console", "path", r.URL.Path, "error", err)
			}
			fault.Write(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(seen) // the client may have gone
	})
}

func (c *Console) actions(r *http.Request) (any, error) {
	done, err := c.Store.LastActions(r.Context(), 100)
	return map[string]any{"actions": actionViews(done)}, err
}

// actionView is an action for the pages.
type actionView struct {
	At         time.Time `json:"at"`
	Who        string    `json:"who"`
	What       string    `json:"what"`
	OrderID    int64     `json:"orderId,omitempty"`
	Subscriber string    `json:"subscriber,omitempty"`
	Detail     string    `json:"detail,omitempty"`
}

func actionViews(done []database.Action) []actionView {
	views := []actionView{}
	for _, a := range done {
		views = append(views, actionView{At: a.Time, Who: a.Who, What: a.What, OrderID: a.OrderID, Subscriber: a.Subscriber, Detail: a.Detail})
	}
	return views
}
