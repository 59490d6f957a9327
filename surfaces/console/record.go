package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

// maxDetail bounds the stored detail of an action.
const maxDetail = 600

// Recorder records what operators do.
type Recorder struct {
	// Store is nil in a process without the database: nothing is recorded there, and Check refuses what must be.
	Store interface {
		Record(ctx context.Context, a database.Action) error
		DeadLetter(ctx context.Context, r *event.Receipt) (database.DeadLetter, error)
	}
	Check func(ctx context.Context, a database.Action) error // refuses what is not allowed
	Log   *slog.Logger
}

// Recorded records the operators' actions, with who, before they are carried out; an action that cannot be recorded is
// refused. Refusals are recorded too. Bodies must already be bounded and in memory.
func (c *Recorder) Recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := c.read(r)
		if a == nil {
			next.ServeHTTP(w, r)
			return
		}
		refused, err := c.Begin(r.Context(), *a)
		if err != nil {
			fault.Write(w, err)
			return
		}
		seen := &outcome{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if seen.status >= http.StatusBadRequest {
			refused(fmt.Sprintf("answered %d", seen.status))
		}
	})
}

// Begin records an action before it is carried out. Call refused if it was refused. After an error it must not be carried
// out.
func (c *Recorder) Begin(ctx context.Context, a database.Action) (refused func(why string), err error) {
	a.Who = ops.Who(ctx)
	refused = func(why string) { c.refused(ctx, a, why) }
	if err := c.Check(ctx, a); err != nil {
		refused(string(fault.CodeOf(err)))
		return nil, err
	}
	if c.Store == nil {
		return refused, nil
	}
	if err := c.Store.Record(ctx, a); err != nil {
		return nil, fmt.Errorf("console: the action could not be written down: %w", err)
	}
	return refused, nil
}

func (c *Recorder) refused(ctx context.Context, a database.Action, why string) {
	if c.Store == nil {
		return
	}
	a.What, a.Detail = a.What+" refused", why
	if err := c.Store.Record(context.WithoutCancel(ctx), a); err != nil {
		c.Log.ErrorContext(ctx, "console: not written down that an action was refused", "what", a.What, "order", a.OrderID, "error", err)
	}
}

// outcome remembers the status of an answer.
type outcome struct {
	http.ResponseWriter
	status int
}

func (o *outcome) WriteHeader(status int) {
	o.status = status
	o.ResponseWriter.WriteHeader(status)
}

func (o *outcome) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// whats are the names of the operators' actions, by method and path. A path that ends in a slash covers all below it.
var whats = map[string]string{
	"POST /cancelOrder": "cancel", "POST /updateOrderStatus": "update-status", "POST /stock": "ask-stockist",
	"POST /approve": "approve", "POST /refuse": "refuse", "POST /refundOrder": "refund", "POST /approveRefund": "approve-refund", "POST /refuseRefund": "refuse-refund",
	"POST /placeOrder": "place", "POST /bookDelivery": "book-delivery", "POST /moveDelivery": "move-delivery", "POST /reportDelivery": "report-delivery", "POST /email": "mail-by-hand", "POST /finance": "book-by-hand", "POST /answerComplaint": "answer-complaint",
	"POST /ledger/corrections": "correct-ledger", "POST /stock/counts": "change-stock",
	"POST /correctOrder": "correct-order", "POST /privacy/export": "export-person", "POST /privacy/erase": "erase-person",
	"POST /rules/activate": "activate-rules", "POST /rules/rollback": "rollback-rules", "POST /deadletters/": "", "PUT /partners/": "knobs",
	"POST /partners/": "simulate-payment",
	"POST /notes":     "note", "POST /orderLink": "copy-link", "POST /renewLink": "renew-link", "POST /mails/": "mail-again",
	"POST /bulk": "start-job", "POST /bulk/stop": "stop-job",
}

// read returns the action of a request, or nil. It leaves the body unchanged.
func (c *Recorder) read(r *http.Request) *database.Action {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	what, one := whats[r.Method+" "+r.URL.Path]
	if !one {
		var below bool
		if what, below = whats[r.Method+" /"+parts[0]+"/"]; !below {
			return nil
		}
	}
	body, err := io.ReadAll(r.Body) // from memory
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	a := &database.Action{What: what}
	switch {
	case parts[0] == "rules":
		a.Detail = aboutRules(body)
	case parts[0] == "bulk":
		a.Detail = aboutJob(body)
	case one:
		a = about(a, body, parts[0])
	case parts[0] == "mails":
		a = about(a, body, parts[0])
		if len(parts) > 2 {
			a.EventID, a.Subscriber = parts[1], parts[2]
		}
	case parts[0] != "partners":
		a = c.letter(r.Context(), parts, body)
	case len(parts) == 3:
		a.Detail = parts[1] + " " + string(body)
		if parts[2] == "deliveries" {
			a.What, a.Detail = "simulate-delivery", parts[1]+" "+simulated(body)
		}
	}
	if a != nil {
		a.Detail = cut(a.Detail)
	}
	return a
}

// named is what a body says about an order.
type named struct {
	OrderID                          json.Number
	Status, Reason, Time, Step, Note string
	Kind, Debit, Credit              string
	SKU, TrackingNumber              string
	Number, Amount, Pieces           json.Number
	DetailType                       string `json:"detail-type"`
	DeliveryTime                     json.RawMessage
}

// about returns an action about the order that the body names, where its route reads it; 0 if it names none.
func about(a *database.Action, body []byte, route string) *database.Action {
	var request struct {
		named
		Detail *named
	}
	_ = json.Unmarshal(body, &request) // the handler refuses what cannot be parsed
	n := &request.named
	switch {
	case route == "placeOrder", route == "finance", route == "updateOrderStatus" && request.Detail != nil:
		n = request.Detail
	}
	if n == nil {
		return a
	}
	if id, err := n.OrderID.Int64(); err == nil && id > 0 {
		a.OrderID = id
	}
	a.Detail = strings.Join(strings.Fields(strings.Join([]string{
		n.Status, n.SKU, n.Pieces.String(), n.Kind, n.Number.String(), n.Debit, n.Credit, n.Amount.String(), n.Reason, n.Step, n.Note, n.TrackingNumber, request.DetailType,
		moment(strings.Trim(string(n.DeliveryTime), `"`)),
	}, " ")), " ")
	return a
}

// moment is a time in milliseconds since 1970 as people read it; anything else stays.
func moment(millis string) string {
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return millis
	}
	return time.UnixMilli(n).UTC().Format("2006-01-02 15:04 UTC")
}

// aboutJob describes a job on many orders, whose records name it too.
func aboutJob(body []byte) string {
	var request struct {
		ID, Action, Reason string
		Orders             []json.Number
	}
	_ = json.Unmarshal(body, &request) // as above
	about := request.ID
	if request.Action != "" {
		about = fmt.Sprintf("%s: %s %s, %d orders", about, request.Action, request.Reason, len(request.Orders))
	}
	return strings.ReplaceAll(about, " ,", ",")
}

// simulated describes a report of the simulated delivery company, without who took a parcel.
func simulated(body []byte) string {
	var request struct{ Key, Action string }
	_ = json.Unmarshal(body, &request) // as above
	return request.Action + " " + request.Key
}

// orderOf returns the order of a dead letter; 0 if unknown.
func (c *Recorder) orderOf(ctx context.Context, eventID, subscriber string) int64 {
	if c.Store == nil {
		return 0
	}
	letter, err := c.Store.DeadLetter(ctx, &event.Receipt{EventID: eventID, Subscriber: subscriber})
	if err != nil {
		return 0
	}
	return letter.Envelope.OrderID
}

// letter returns an action about dead letters: /deadletters/EVENT/SUBSCRIBER/replay, …/discard, or /deadletters/replay.
func (c *Recorder) letter(ctx context.Context, parts []string, body []byte) *database.Action {
	var request struct{ Subscriber, Reason string }
	_ = json.Unmarshal(body, &request) // as above
	switch {
	case len(parts) == 2 && parts[1] == "replay" && request.Subscriber != "":
		return &database.Action{What: "replay-all", Subscriber: request.Subscriber}
	case len(parts) == 4 && (parts[3] == "replay" || parts[3] == "discard"):
		a := &database.Action{What: parts[3], EventID: parts[1], Subscriber: parts[2], Detail: request.Reason}
		a.OrderID = c.orderOf(ctx, parts[1], parts[2])
		return a
	}
	return nil
}

// aboutRules describes which rules are to be activated: a stored version, or a new one.
func aboutRules(body []byte) string {
	var request struct {
		Version, Expect json.Number
		Text, Note      string
	}
	_ = json.Unmarshal(body, &request) // as above
	what := "instead of version " + request.Expect.String()
	switch {
	case request.Text != "":
		what = fmt.Sprintf("new rules of %d bytes %s: %s", len(request.Text), what, request.Note)
	case request.Version != "" && request.Version != "0":
		what = "version " + request.Version.String() + " " + what
	}
	return what
}
