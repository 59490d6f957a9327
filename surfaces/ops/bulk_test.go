package ops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// desk is a store with one job, and what is done with its orders.
type desk struct {
	database.Bulk
	job    database.BulkJob
	items  []database.BulkItem
	orders map[int64]order.Order
	did    []string // what was recorded, cancelled and sent
	fails  []error  // of the next things to do
}

func (d *desk) BulkRuns(context.Context) ([]database.BulkProgress, error) {
	if d.job.State != database.BulkRunning {
		return nil, nil
	}
	return []database.BulkProgress{{BulkJob: d.job}}, nil
}

func (d *desk) NextBulk(_ context.Context, _ string, limit int) (next []database.BulkItem, err error) {
	for _, i := range d.items {
		if i.State == database.BulkBegun || i.State == database.BulkWaiting {
			next = append(next, i)
		}
	}
	slices.SortStableFunc(next, func(a, b database.BulkItem) int { return strings.Compare(a.State, b.State) })
	return next[:min(limit, len(next))], nil
}

func (d *desk) at(id int64) *database.BulkItem {
	return &d.items[slices.IndexFunc(d.items, func(i database.BulkItem) bool { return i.OrderID == id })]
}

func (d *desk) BeginBulk(_ context.Context, i database.BulkItem) (bool, error) {
	item := d.at(i.OrderID)
	if item.State != database.BulkWaiting || d.job.State != database.BulkRunning {
		return false, nil
	}
	item.State, item.Tries = database.BulkBegun, i.Tries
	return true, nil
}

func (d *desk) EndBulk(_ context.Context, i database.BulkItem) error {
	*d.at(i.OrderID) = i
	return nil
}

func (d *desk) FinishBulk(context.Context, string) error {
	d.job.State = database.BulkDone
	return nil
}

func (d *desk) Search(context.Context, database.OrderQuery) (database.Found, error) {
	return database.Found{}, nil
}

func (d *desk) Order(_ context.Context, id int64) (order.Order, error) {
	if o, there := d.orders[id]; there {
		return o, nil
	}
	return order.Order{}, database.NoOrder(id)
}

func (d *desk) Record(_ context.Context, a database.Action) error {
	d.did = append(d.did, fmt.Sprintf("%s: %s %d %s", a.Who, a.What, a.OrderID, a.Detail))
	return nil
}

func (d *desk) ActionsOf(_ context.Context, id int64) (all []database.Action, err error) {
	for _, text := range d.did {
		if what := fmt.Sprintf("ann: %s %d ", d.job.Action, id); strings.HasPrefix(text, what) {
			all = append(all, database.Action{What: d.job.Action, Detail: strings.TrimPrefix(text, what)})
		}
	}
	return all, nil
}

func (d *desk) History(_ context.Context, id int64) ([]event.Envelope, error) {
	return []event.Envelope{{ID: "e", OrderID: id, Type: event.TypeOrderCreated}}, nil
}

func (d *desk) MailSentAgain(context.Context, int64, order.Mail) error { return nil }

func (d *desk) RenewKeys(ctx context.Context, id int64) (order.Order, error) { return d.Order(ctx, id) }

func (d *desk) ReceiptsOf(context.Context, int64) ([]database.ReceiptState, error) { return nil, nil }

func (d *desk) CorrectionsOf(context.Context, int64) ([]order.Correction, error) { return nil, nil }

// may fails with the next error, if there is one.
func (d *desk) may(what string) error {
	if len(d.fails) > 0 {
		err := d.fails[0]
		if d.fails = d.fails[1:]; err != nil {
			return err
		}
	}
	d.did = append(d.did, what)
	return nil
}

func (d *desk) wouldCancel(_ context.Context, o order.Order) (money.Amount, error) {
	if o.Status == order.Cancelled {
		return money.Amount{}, fault.New(fault.Conflict, "the order is CANCELLED already")
	}
	return o.Total, nil
}

func (d *desk) cancel(_ context.Context, id int64, reason string) (order.Order, error) {
	o := d.orders[id]
	if err := d.may(fmt.Sprintf("cancelled %d", id)); err != nil {
		return o, err
	}
	o.Status, o.CancelReason = order.Cancelled, reason
	d.orders[id] = o
	return o, nil
}

// bulkOf returns what works on a job with the orders 7 and 8.
func bulkOf(action string) (*Bulk, *desk) {
	d := &desk{
		job:    database.BulkJob{ID: "J", Action: action, By: "ann", State: database.BulkRunning},
		items:  []database.BulkItem{{Job: "J", OrderID: 7, State: database.BulkWaiting}, {Job: "J", OrderID: 8, State: database.BulkWaiting}},
		orders: map[int64]order.Order{}, fails: nil,
	}
	if action == database.BulkCancel {
		d.job.Reason = order.ByOperator
	}
	for _, id := range []int64{7, 8} {
		d.orders[id] = order.Order{ID: id, Status: order.Placed, Customer: order.Customer{Name: "Ann", Email: "ann@example.com"}, Total: money.Amount{Minor: 100 * id, Currency: "USD"}}
	}
	b := &Bulk{
		Store: d, WouldCancel: d.wouldCancel, Cancel: d.cancel,
		Send: func(_ context.Context, m Mail) error { return d.may("sent " + m.ID + " to " + m.To) },
		Desk: Support{Store: d, Compose: func(context.Context, event.Envelope, string) (Mail, error) { return Mail{}, nil }},
		Now:  func() time.Time { return time.UnixMilli(1_800_000_000_000) }, Log: slog.New(slog.DiscardHandler),
	}
	return b, d
}

// works works on the job, and says what became of its orders.
func (d *desk) works(t *testing.T, b *Bulk) (became string) {
	t.Helper()
	if err := b.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, i := range d.items {
		became += fmt.Sprintf("%d %s %d%s %s; ", i.OrderID, i.State, i.Amount, i.Currency, i.Why)
	}
	return became + d.job.State
}

func (d *desk) has(t *testing.T, became, want string, did ...string) {
	t.Helper()
	if became != want {
		t.Errorf("%s; want %s", became, want)
	}
	if diff := cmp.Diff(did, d.did); diff != "" {
		t.Error(diff)
	}
}

// TestAJobDoesEachOrder, with a record of who has it done; an order that is cancelled already is left out.
func TestAJobDoesEachOrder(t *testing.T) {
	b, d := bulkOf(database.BulkCancel)
	d.orders[8] = order.Order{ID: 8, Status: order.Cancelled, CancelReason: order.ByCustomer}
	d.has(t, d.works(t, b), "7 done 700USD ; 8 refused 0 the order is CANCELLED already; done",
		"ann: cancel 7 operator, job J", "cancelled 7")
	b, d = bulkOf(database.BulkMail)
	d.orders[8] = order.Order{ID: 8}
	d.has(t, d.works(t, b), "7 done 0 ; 8 refused 0 the order's personal data is erased; done",
		"ann: mail-again 7 job J", "sent bulk.J.7 to ann@example.com")
}

// TestWhatADeadProcessHasBegun: a cancellation is done again, which changes nothing, and recorded once. Whether a mail was sent is
// not known: it is not sent twice.
func TestWhatADeadProcessHasBegun(t *testing.T) {
	b, d := bulkOf(database.BulkCancel)
	d.items[0].State, d.items[0].Tries = database.BulkBegun, 1
	d.items[1].State, d.items[1].Tries = database.BulkBegun, 1
	d.did = []string{"ann: cancel 7 operator, job J", "ann: cancel 8 operator, job J"}
	d.orders[8] = order.Order{ID: 8, Status: order.Cancelled, CancelReason: order.ByOperator, Total: money.Amount{Currency: "USD"},
		Refunds: []order.Refund{{Amount: 300, Reason: order.OrderWasCancelled}, {Amount: 5, Reason: "broken"}}}
	d.has(t, d.works(t, b), "7 done 700USD ; 8 done 300USD ; done", "ann: cancel 7 operator, job J", "ann: cancel 8 operator, job J", "cancelled 7")

	b, d = bulkOf(database.BulkMail)
	d.items[0].State, d.items[0].Tries = database.BulkBegun, 1
	d.has(t, d.works(t, b), "7 unclear 0 the process ended while it was sent; see the order's mails before you send it again; 8 done 0 ; done",
		"ann: mail-again 8 job J", "sent bulk.J.8 to ann@example.com")
}

// TestAJobWaitsForWhatIsAway, and goes on when it is back. What fails for no known reason is tried three times.
func TestAJobWaitsForWhatIsAway(t *testing.T) {
	b, d := bulkOf(database.BulkMail)
	away := fault.New(fault.Unavailable, "the mail server is away")
	d.fails = []error{away, away}
	d.has(t, d.works(t, b), "7 waiting 0 the mail server is away; 8 waiting 0 ; running", "ann: mail-again 7 job J")
	d.works(t, b)
	d.has(t, d.works(t, b), "7 done 0 ; 8 done 0 ; done",
		"ann: mail-again 7 job J", "sent bulk.J.7 to ann@example.com", "ann: mail-again 8 job J", "sent bulk.J.8 to ann@example.com")

	b, d = bulkOf(database.BulkCancel)
	broken := errors.New("ann@example.com is in here")
	d.fails = []error{broken, nil, broken, broken}
	d.has(t, d.works(t, b), "7 waiting 0 the shop's own fault; the log says more; 8 done 800USD ; running",
		"ann: cancel 7 operator, job J", "ann: cancel 8 operator, job J", "cancelled 8")
	d.works(t, b)
	d.has(t, d.works(t, b), "7 refused 0 the shop's own fault; the log says more; 8 done 800USD ; done",
		"ann: cancel 7 operator, job J", "ann: cancel 8 operator, job J", "cancelled 8", "ann: cancel refused 7 answered internal, job J")
}

// TestOneProcessWorksOnJobs: one that does not lead does nothing, and one that stops gives the lead up.
func TestOneProcessWorksOnJobs(t *testing.T) {
	b, d := bulkOf(database.BulkCancel)
	var terms []time.Duration
	leads := false
	b.Lead = func(_ context.Context, _ time.Time, term time.Duration) (bool, error) {
		terms = append(terms, term)
		return leads, nil
	}
	d.has(t, d.works(t, b), "7 waiting 0 ; 8 waiting 0 ; running")
	leads = true
	if became := d.works(t, b); !strings.HasSuffix(became, "; done") {
		t.Error(became)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	b.Run(stopped)
	if want := []time.Duration{bulkTerm, bulkTerm, bulkTerm, 0}; !slices.Equal(terms, want) {
		t.Errorf("terms %v; want %v", terms, want)
	}
}

// TestAJobThatStandsStillIsTold after five minutes.
func TestAJobThatStandsStillIsTold(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	rule := BulkStandsStill(runs{
		{BulkJob: database.BulkJob{ID: "old", Action: "cancel"}, Waiting: 3, Changed: now.Add(-bulkStands)},
		{BulkJob: database.BulkJob{ID: "new", Action: "cancel"}, Waiting: 2, Changed: now.Add(time.Second - bulkStands)},
	})
	found, err := rule.Check(t.Context(), now)
	if err != nil || len(found) != 1 || found[0].Key != "old" || found[0].Severity != Warning || found[0].Count != 3 || !strings.Contains(found[0].What, "3 orders wait") {
		t.Errorf("%+v, %v", found, err)
	}
}

type runs []database.BulkProgress

func (r runs) BulkRuns(context.Context) ([]database.BulkProgress, error) { return r, nil }
