package ops

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const (
	// maxBulkRuns bounds the jobs that run at once: each gets its turn often enough not to look as if it stood still.
	maxBulkRuns = 10
	// bulkListed is how many jobs are listed.
	bulkListed = 20
	// bulkPages bounds the pages of a search that a dry run reads: some may be empty (database.Found).
	bulkPages = 20
)

// Bulk does the same action on many orders: its routes try, start and stop jobs, and Run works on them. Each order is done as by the
// single action, and recorded with the name of who started the job.
type Bulk struct {
	Store interface {
		database.Bulk
		Search(ctx context.Context, q database.OrderQuery) (database.Found, error)
		Order(ctx context.Context, id int64) (order.Order, error)
		Record(ctx context.Context, a database.Action) error
		ActionsOf(ctx context.Context, orderID int64) ([]database.Action, error)
	}
	Desk        Support
	Send        func(ctx context.Context, m Mail) error // sends a mail
	WouldCancel func(ctx context.Context, o order.Order) (money.Amount, error)
	Cancel      func(ctx context.Context, id int64, reason string) (order.Order, error)
	// Lead reports whether this process works on jobs; nil means that it does, since there is no other one.
	Lead func(ctx context.Context, at time.Time, term time.Duration) (bool, error)
	// Counted is called for each order that was done or refused.
	Counted func(action, outcome string)
	Now     func() time.Time
	Log     *slog.Logger
}

// Routes adds the routes.
func (b *Bulk) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "tryBulk", Method: "POST", Path: "/bulk/try", Summary: "What the same action on all orders of a search would do",
		Description: "Changes nothing. At most 500 orders, the newest first; go on below 'next' with another job.", Errors: []int{400, 503},
	}, b.try)
	huma.Register(api, huma.Operation{
		OperationID: "startBulk", Method: "POST", Path: "/bulk", Summary: "Do the same action on many orders",
		Description: "As a job in the background, which survives restarts and does each order once. Each order is checked again. A job that is started twice with the same orders runs once.",
		Errors:      []int{400, 409, 503},
	}, b.start)
	huma.Register(api, huma.Operation{
		OperationID: "stopBulk", Method: "POST", Path: "/bulk/stop", Summary: "Stop a job",
		Description: "The order in work is finished; the others stay as they are. A job that has ended stays so.", Errors: []int{400, 404},
	}, b.stop)
	huma.Register(api, huma.Operation{OperationID: "listBulk", Method: "GET", Path: "/bulk", Summary: "The newest jobs, and how far they are"}, b.list)
	huma.Register(api, huma.Operation{
		OperationID: "showBulk", Method: "GET", Path: "/bulk/jobs/{id}", Summary: "A job, and what became of each of its orders", Errors: []int{404},
	}, b.show)
}

// search is what the orders list of the console takes.
type search struct {
	Text   string       `json:"q,omitempty" maxLength:"254" doc:"What the search of the console takes"`
	Status order.Status `json:"status,omitempty" maxLength:"40" doc:"Only orders in this status"`
	Market string       `json:"market,omitempty" maxLength:"40" doc:"Only orders of this market"`
	Tests  string       `json:"tests,omitempty" enum:",only,all" doc:"only: test orders; all: these too"`
	Below  int64        `json:"below,omitempty" minimum:"0" doc:"Only orders with lower numbers: 'next' of the dry run before"`
}

func (s search) query() (database.OrderQuery, error) {
	q := database.TypedQuery(s.Text, s.Tests)
	q.Status, q.Market, q.Below = s.Status, s.Market, s.Below
	if q.ID == 0 && q.Text == "" && q.Customer == "" && q.Status == "" && q.Market == "" && !q.Tests {
		return q, fault.InvalidField("search", "must look for something: a job is not for all orders of the shop")
	}
	return q, nil
}

type tryBulkInput struct {
	Body struct {
		Action string `json:"action" enum:"cancel,mail-again" doc:"cancel gives the money back; mail-again sends each order's latest mail"`
		Search search `json:"search" doc:"Which orders"`
	}
}

type tryBulkOutput struct {
	Body struct {
		ID     string       `json:"id" doc:"To start the job with: whatever is sent twice, it is started once"`
		Found  int          `json:"found" doc:"Orders of the search that were looked at, at most 500"`
		Orders []int64      `json:"orders" doc:"Those with which it can be done"`
		Cannot []leftOut    `json:"cannot" doc:"The others"`
		Sums   []bulkAmount `json:"sums" doc:"What would be given back, for each currency"`
		Next   int64        `json:"next,omitempty" doc:"The search has more: orders below this number; missing at the end"`
		Most   int          `json:"most" doc:"How many orders a job takes at most"`
	}
}

type leftOut struct {
	OrderID int64  `json:"orderId"`
	Why     string `json:"why"`
}

type bulkAmount struct {
	Currency string `json:"currency"`
	Amount   int64  `json:"amount" doc:"Minor units"`
	Orders   int    `json:"orders" doc:"Of how many orders"`
}

func (b *Bulk) try(ctx context.Context, in *tryBulkInput) (*tryBulkOutput, error) {
	q, err := in.Body.Search.query()
	if err != nil {
		return nil, err
	}
	found, next, err := b.find(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &tryBulkOutput{}
	body := &out.Body
	body.ID = b.Now().UTC().Format("20060102") + "-" + rand.Text()[:8]
	body.Found, body.Next, body.Most, body.Orders, body.Cannot, body.Sums = len(found), next, database.MaxBulk, []int64{}, []leftOut{}, []bulkAmount{}
	for _, o := range found {
		back, err := b.check(ctx, in.Body.Action, o)
		switch {
		case fault.CodeOf(err) == fault.Internal, fault.CodeOf(err) == fault.Unavailable:
			return nil, err
		case err != nil:
			body.Cannot = append(body.Cannot, leftOut{OrderID: o.ID, Why: publicly(err)})
		default:
			body.Orders = append(body.Orders, o.ID)
			body.Sums = plus(body.Sums, back)
		}
	}
	return out, nil
}

// find returns the first orders of a search, and where it goes on: 0 if there are no more.
func (b *Bulk) find(ctx context.Context, q database.OrderQuery) (found []order.Order, next int64, err error) {
	seen := map[int64]bool{} // orders named by their number are on the first page, and again on theirs
	for range bulkPages {
		q.Limit = min(database.MaxFound, database.MaxBulk-len(found))
		page, err := b.Store.Search(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, o := range page.Orders {
			if !seen[o.ID] {
				found = append(found, o)
			}
			seen[o.ID] = true
		}
		if q.Below = page.Next; page.Next == 0 || len(found) >= database.MaxBulk {
			break
		}
	}
	return found, q.Below, nil
}

// check returns how much money an action would give back, or why it cannot be done with an order.
func (b *Bulk) check(ctx context.Context, action string, o order.Order) (money.Amount, error) {
	if action == database.BulkCancel {
		return b.WouldCancel(ctx, o)
	}
	if o.Erased() {
		return money.Amount{}, fault.New(fault.Conflict, "the order's personal data is erased")
	}
	_, subscriber, err := b.Desk.latest(ctx, o)
	if err == nil && subscriber == "" {
		err = fault.New(fault.Conflict, "the order has no mail yet")
	}
	return money.Amount{}, err
}

// plus adds an amount to sums, which are sorted by currency.
func plus(sums []bulkAmount, a money.Amount) []bulkAmount {
	if a.Minor == 0 {
		return sums
	}
	i, there := slices.BinarySearchFunc(sums, string(a.Currency), func(s bulkAmount, c string) int { return strings.Compare(s.Currency, c) })
	if !there {
		sums = slices.Insert(sums, i, bulkAmount{Currency: string(a.Currency)})
	}
	sums[i].Amount += a.Minor
	sums[i].Orders++
	return sums
}

// publicly says why something was refused, without anything internal or personal.
func publicly(err error) string {
	const most = 200
	why := "the shop's own fault; the log says more"
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Code != fault.Internal {
		why = e.Message
		if len(e.Fields) > 0 {
			why = e.Fields[0].Name + " " + e.Fields[0].Detail
		}
	}
	return strings.ToValidUTF8(why[:min(len(why), most)], "") // a letter that was cut through goes
}

type startBulkInput struct {
	Body struct {
		ID     string  `json:"id" pattern:"^[0-9]{8}-[A-Z2-7]{8}$" doc:"From the dry run" example:"20261130-K7QM2XAB"`
		Action string  `json:"action" enum:"cancel,mail-again"`
		Reason string  `json:"reason,omitempty" enum:"customer,operator,out-of-stock,organization-unverified" default:"operator" doc:"Why orders are cancelled; the customers are told"`
		Orders []int64 `json:"orders" minItems:"1" maxItems:"500" uniqueItems:"true" doc:"The orders, as the dry run names them"`
	}
}

// bulkJob is a job as it is told.
type bulkJob struct {
	ID        string     `json:"id"`
	Action    string     `json:"action"`
	Reason    string     `json:"reason,omitempty"`
	By        string     `json:"by" doc:"Who started it"`
	State     string     `json:"state" enum:"running,done,stopped"`
	Created   time.Time  `json:"created"`
	Ended     *time.Time `json:"ended,omitempty"`
	StoppedBy string     `json:"stoppedBy,omitempty"`
	Waiting   int        `json:"waiting" doc:"How many orders are still to be done"`
	Done      int        `json:"done"`
	Refused   int        `json:"refused" doc:"With how many it could not be done"`
	Unclear   int        `json:"unclear" doc:"With how many it may have been done: the process ended meanwhile"`
}

func jobView(p database.BulkProgress) bulkJob {
	v := bulkJob{
		ID: p.ID, Action: p.Action, Reason: p.Reason, By: p.By, State: p.State, Created: p.Created, StoppedBy: p.StoppedBy,
		Waiting: p.Waiting, Done: p.Made, Refused: p.Refused, Unclear: p.Unclear,
	}
	if !p.Ended.IsZero() {
		v.Ended = &p.Ended
	}
	return v
}

type bulkOutput struct{ Body bulkJob }

func (b *Bulk) start(ctx context.Context, in *startBulkInput) (*bulkOutput, error) {
	j := database.BulkJob{ID: in.Body.ID, Action: in.Body.Action, By: Who(ctx)}
	switch j.Action {
	case database.BulkCancel:
		j.Reason = in.Body.Reason
	case database.BulkMail:
		if _, err := b.Desk.Link("1"); err != nil { // this process writes no mails
			return nil, err
		}
	}
	known, err := b.known(ctx, j, in.Body.Orders)
	if err == nil && !known {
		err = b.begin(ctx, j, in.Body.Orders)
	}
	if err != nil {
		return nil, err
	}
	return b.told(ctx, j.ID)
}

// known reports whether a job was started already. It is an error if that was another one.
func (b *Bulk) known(ctx context.Context, j database.BulkJob, orders []int64) (bool, error) {
	was, err := b.Store.BulkJob(ctx, j.ID)
	if fault.CodeOf(err) == fault.NotFound {
		return false, nil
	}
	items, listed := b.Store.BulkItems(ctx, j.ID)
	if err := errors.Join(err, listed); err != nil {
		return false, err
	}
	same := was.Action == j.Action && was.Reason == j.Reason && len(items) == len(orders)
	for _, i := range items {
		same = same && slices.Contains(orders, i.OrderID)
	}
	if !same {
		return false, fault.New(fault.Conflict, "job %s was started already, with other orders or another action", j.ID)
	}
	return true, nil
}

func (b *Bulk) begin(ctx context.Context, j database.BulkJob, orders []int64) error {
	runs, err := b.Store.BulkRuns(ctx)
	if err == nil && len(runs) >= maxBulkRuns {
		err = fault.New(fault.Conflict, "%d jobs run already; wait until one has ended, or stop one", len(runs))
	}
	if err != nil {
		return err
	}
	return b.Store.StartBulk(ctx, j, orders)
}

func (b *Bulk) told(ctx context.Context, id string) (*bulkOutput, error) {
	p, err := b.Store.BulkJob(ctx, id)
	return &bulkOutput{jobView(p)}, err
}

func (b *Bulk) stop(ctx context.Context, in *struct {
	Body struct {
		ID string `json:"id" maxLength:"20" doc:"The job"`
	}
}) (*bulkOutput, error) {
	if err := b.Store.StopBulk(ctx, in.Body.ID, Who(ctx)); err != nil {
		return nil, err
	}
	return b.told(ctx, in.Body.ID)
}

type bulkListOutput struct {
	Body struct {
		Jobs []bulkJob `json:"jobs" doc:"The newest first, at most 20"`
	}
}

func (b *Bulk) list(ctx context.Context, _ *struct{}) (*bulkListOutput, error) {
	jobs, err := b.Store.BulkJobs(ctx, bulkListed)
	out := &bulkListOutput{}
	out.Body.Jobs = []bulkJob{}
	for _, j := range jobs {
		out.Body.Jobs = append(out.Body.Jobs, jobView(j))
	}
	return out, err
}

type showBulkOutput struct {
	Body struct {
		bulkJob
		Orders []bulkItem   `json:"orders" doc:"By number"`
		Sums   []bulkAmount `json:"sums" doc:"What goes back, for each currency"`
	}
}

// bulkItem is what became of an order of a job.
type bulkItem struct {
	OrderID  int64      `json:"orderId"`
	State    string     `json:"state" enum:"waiting,begun,done,refused,unclear"`
	Why      string     `json:"why,omitempty" doc:"Why it was refused, or still waits"`
	Amount   int64      `json:"amount,omitempty" doc:"What goes back, in minor units"`
	Currency string     `json:"currency,omitempty"`
	At       *time.Time `json:"at,omitempty" doc:"When it was done or refused"`
}

func (b *Bulk) show(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"20"`
}) (*showBulkOutput, error) {
	p, err := b.Store.BulkJob(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	items, err := b.Store.BulkItems(ctx, in.ID)
	out := &showBulkOutput{}
	out.Body.bulkJob, out.Body.Orders, out.Body.Sums = jobView(p), []bulkItem{}, []bulkAmount{}
	for _, i := range items {
		v := bulkItem{OrderID: i.OrderID, State: i.State, Why: i.Why, Amount: i.Amount, Currency: i.Currency}
		if !i.At.IsZero() {
			v.At = &i.At
		}
		out.Body.Orders = append(out.Body.Orders, v)
		if i.State == database.BulkMade {
			out.Body.Sums = plus(out.Body.Sums, money.Amount{Minor: i.Amount, Currency: money.Currency(i.Currency)})
		}
	}
	return out, err
}
