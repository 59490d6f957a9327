package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/database"
	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// filled is a value each of whose fields is set, and no two alike as far as their types allow.
func filled[T any]() (value T) {
	n := 0
	fill(reflect.ValueOf(&value).Elem(), &n)
	return value
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 12, 0, *n, 123456789, time.UTC)))
		return
	case order.Status:
		v.SetString(string(order.Placed))
		return
	case json.RawMessage:
		v.SetBytes(fmt.Appendf(nil, `{"a" :  [1.50, "<é\u003c&🌵>", %d]}`, *n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text \"%d\" <&> \\ é 🌵\u2028", *n))
	case reflect.Int64:
		v.SetInt(1<<62 + int64(*n)) // more than a float holds
	case reflect.Int:
		v.SetInt(1<<30 + int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{fmt.Sprint("name ", *n): "é 🌵 <&>"}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("cannot fill a " + v.Type().String())
	}
}

// echo is a service that answers with what is filled, and keeps what it was told.
type echo struct {
	database.Services
	told []any
	err  error
}

func (e *echo) tell(ctx context.Context, what ...any) error {
	e.told = what
	if r := event.ReceiptOf(ctx); r != nil {
		e.told = append(e.told, r.EventID, r.Subscriber)
		r.Settle()
	}
	return e.err
}

func (e *echo) CreateOrder(ctx context.Context, o order.Order, c order.Claim) (order.Order, bool, error) {
	return filled[order.Order](), true, e.tell(ctx, o, c)
}
func (e *echo) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	return filled[order.Order](), e.tell(ctx, m)
}
func (e *echo) Refunded(ctx context.Context, id int64, reference string) error {
	return e.tell(ctx, id, reference)
}
func (e *echo) Book(ctx context.Context, id int64, at time.Time, room delivery.Room) (delivery.Booking, error) {
	return filled[delivery.Booking](), e.tell(ctx, id, at, room)
}
func (e *echo) StockCreated(ctx context.Context, id int64) error     { return e.tell(ctx, id) }
func (e *echo) RefuseStock(ctx context.Context, id int64) error      { return e.tell(ctx, id) }
func (e *echo) Enter(ctx context.Context, entry finance.Entry) error { return e.tell(ctx, entry) }
func (e *echo) MarkDone(ctx context.Context, r *event.Receipt) error {
	return e.tell(event.WithReceipt(ctx, r))
}
func (e *echo) Park(ctx context.Context, r *event.Receipt, f string) error {
	return e.tell(event.WithReceipt(ctx, r), f)
}
func (e *echo) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	return e.tell(event.WithReceipt(ctx, r), until)
}
func (e *echo) Retry(ctx context.Context, r *event.Receipt, f string, next time.Time) error {
	return e.tell(event.WithReceipt(ctx, r), f, next)
}
func (e *echo) Order(ctx context.Context, id int64) (order.Order, error) {
	return filled[order.Order](), e.tell(ctx, id)
}
func (e *echo) History(ctx context.Context, id int64) ([]event.Envelope, error) {
	return filled[[]event.Envelope](), e.tell(ctx, id)
}
func (e *echo) UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error) {
	return filled[[]order.Order](), e.tell(ctx, before, limit)
}
func (e *echo) UsedUp(ctx context.Context, uses []order.Use) ([]string, error) {
	return filled[[]string](), e.tell(ctx, uses)
}
func (e *echo) Booking(ctx context.Context, id int64) (delivery.Booking, error) {
	return filled[delivery.Booking](), e.tell(ctx, id)
}
func (e *echo) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]stock.Order, error) {
	return filled[[]stock.Order](), e.tell(ctx, before, again, limit)
}
func (e *echo) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
	return filled[[]event.OpenReview](), e.tell(ctx, step, before, again, limit)
}
func (e *echo) TakeUnsettled(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return filled[[]order.Order](), e.tell(ctx, before, share)
}
func (e *echo) TakeDeclined(ctx context.Context, after time.Time, share int) ([]order.Order, error) {
	return filled[[]order.Order](), e.tell(ctx, after, share)
}
func (e *echo) DropOrder(ctx context.Context, id int64, c order.Claim) error {
	return e.tell(ctx, id, c)
}
func (e *echo) PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error {
	return e.tell(ctx, asker, id, until, why)
}
func (e *echo) StockOrder(ctx context.Context, id int64) (stock.Order, error) {
	return filled[stock.Order](), e.tell(ctx, id)
}
func (e *echo) OpenReviews(ctx context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error) {
	return filled[[]event.OpenReview](), e.tell(ctx, step, before, limit)
}
func (e *echo) State(ctx context.Context, fact event.Event) error {
	data, err := json.Marshal(fact)
	return errors.Join(err, e.tell(ctx, fact.EventType(), fact.Order(), string(data)))
}
func (e *echo) Reviewed(ctx context.Context, id int64, step string, passed bool, by, note string) (bool, error) {
	return true, e.tell(ctx, id, step, passed, by, note)
}
func (e *echo) Sale(ctx context.Context, id int64) (finance.Sale, error) {
	return filled[finance.Sale](), e.tell(ctx, id)
}
func (e *echo) ReceiptsOf(ctx context.Context, id int64) ([]database.ReceiptState, error) {
	return filled[[]database.ReceiptState](), e.tell(ctx, id)
}
func (e *echo) ListDeadLetters(ctx context.Context, limit int) ([]database.DeadLetter, error) {
	return filled[[]database.DeadLetter](), e.tell(ctx, limit)
}
func (e *echo) EntriesOf(ctx context.Context, id int64) ([]database.LedgerEntry, error) {
	return filled[[]database.LedgerEntry](), e.tell(ctx, id)
}
func (e *echo) Balances(ctx context.Context) ([]database.Balance, error) {
	return filled[[]database.Balance](), e.tell(ctx)
}
func (e *echo) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	return filled[[]database.LedgerFault](), e.tell(ctx, newest)
}
func (e *echo) ActiveRules(ctx context.Context) (int64, error) { return 1<<62 + 1, e.tell(ctx) }
func (e *echo) RulesOf(ctx context.Context, version int64) (database.RulesVersion, error) {
	return filled[database.RulesVersion](), e.tell(ctx, version)
}
func (e *echo) AttendRules(ctx context.Context, r database.RulesReader) error { return e.tell(ctx, r) }
func (e *echo) Untried() database.Untried                                     { return filled[database.Untried]() }

// TestNothingIsLostOnTheWay: each field of what is asked and answered arrives as it is.
func TestNothingIsLostOnTheWay(t *testing.T) {
	const id = 1<<62 + 1
	e := &echo{}
	s := connect(t, client.Config{URLs: []string{serve(t, service(e))}})
	at, o, claim, move, entry := filled[time.Time](), filled[order.Order](), filled[order.Claim](), filled[order.Move](), filled[finance.Entry]()
	entry.Author, entry.Reason = "", "" // corrections do not cross processes
	unnumbered := o
	unnumbered.ID, unnumbered.Unique = 0, "" // the store gives them
	reader := filled[database.RulesReader]()
	key := &event.Receipt{EventID: "an event", Subscriber: "a subscriber"}
	ctx := t.Context()
	for name, c := range map[string]struct {
		call func(context.Context) (any, error)
		told []any
		want any
	}{
		"CreateOrder": {func(ctx context.Context) (any, error) { o, _, err := s.CreateOrder(ctx, o, claim); return o, err }, []any{unnumbered, claim}, o},
		"MoveOrder":   {func(ctx context.Context) (any, error) { return s.MoveOrder(ctx, move) }, []any{move}, o},
		"Refunded":    {func(ctx context.Context) (any, error) { return nil, s.Refunded(ctx, id, "r") }, []any{int64(id), "r"}, nil},
		"Book": {func(ctx context.Context) (any, error) {
			return s.Book(ctx, id, at, delivery.Room{Slot: 7, Customer: 8})
		}, []any{int64(id), at, delivery.Room{Slot: 7, Customer: 8}}, filled[delivery.Booking]()},
		"StockCreated": {func(ctx context.Context) (any, error) { return nil, s.StockCreated(ctx, id) }, []any{int64(id)}, nil},
		"State": {func(ctx context.Context) (any, error) {
			return nil, s.State(ctx, event.StockCreated{OrderID: 7, TestID: 352})
		},
			[]any{event.TypeStockCreated, int64(7), `{"orderId":7,"testId":352}`}, nil},
		"Reviewed":    {func(ctx context.Context) (any, error) { return s.Reviewed(ctx, id, "a", true, "b", "c") }, []any{int64(id), "a", true, "b", "c"}, true},
		"RefuseStock": {func(ctx context.Context) (any, error) { return nil, s.RefuseStock(ctx, id) }, []any{int64(id)}, nil},
		"Enter":       {func(ctx context.Context) (any, error) { return nil, s.Enter(ctx, entry) }, []any{entry}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []*event.Receipt{nil, {EventID: "e", Subscriber: "s"}} {
				got, err := c.call(event.WithReceipt(ctx, r))
				want := c.told
				if r != nil {
					want = append(append([]any{}, want...), "e", "s")
				}
				if diff := cmp.Diff(want, e.told); diff != "" || err != nil {
					t.Errorf("it was told (- sent, + arrived) %v:\n%s", err, diff)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("it answered (- sent, + arrived):\n%s", diff)
				}
				if r != nil && !r.Settled() {
					t.Error("the receipt is not settled")
				}
			}
		})
	}
	for name, c := range map[string]struct {
		call func() (any, error)
		told []any
		want any
	}{
		"Order":           {func() (any, error) { return s.Order(ctx, id) }, []any{int64(id)}, o},
		"OrderRef":        {func() (any, error) { return s.OrderRef(ctx, id) }, []any{int64(id)}, o.Ref()},
		"History":         {func() (any, error) { return s.History(ctx, id) }, []any{int64(id)}, filled[[]event.Envelope]()},
		"UnsettledOrders": {func() (any, error) { return s.UnsettledOrders(ctx, at, 20) }, []any{at, 20}, filled[[]order.Order]()},
		"UsedUp":          {func() (any, error) { return s.UsedUp(ctx, claim.Uses) }, []any{claim.Uses}, filled[[]string]()},
		"Booking":         {func() (any, error) { return s.Booking(ctx, id) }, []any{int64(id)}, filled[delivery.Booking]()},
		"StockOrder":      {func() (any, error) { return s.StockOrder(ctx, id) }, []any{int64(id)}, filled[stock.Order]()},
		"TakeUnanswered":  {func() (any, error) { return s.TakeUnanswered(ctx, at, time.Hour, 20) }, []any{at, time.Hour, 20}, filled[[]stock.Order]()},
		"TakeReviews": {
			func() (any, error) { return s.TakeReviews(ctx, "a", at, time.Hour, 20) },
			[]any{"a", at, time.Hour, 20}, filled[[]event.OpenReview](),
		},
		"TakeUnsettled":   {func() (any, error) { return s.TakeUnsettled(ctx, at, 20) }, []any{at, 20}, filled[[]order.Order]()},
		"TakeDeclined":    {func() (any, error) { return s.TakeDeclined(ctx, at, 20) }, []any{at, 20}, filled[[]order.Order]()},
		"DropOrder":       {func() (any, error) { return nil, s.DropOrder(ctx, 7, claim) }, []any{int64(7), claim}, nil},
		"PutOff":          {func() (any, error) { return nil, s.PutOff(ctx, "a", 7, at, "b") }, []any{"a", int64(7), at, "b"}, nil},
		"OpenReviews":     {func() (any, error) { return s.OpenReviews(ctx, "a", at, 20) }, []any{"a", at, 20}, filled[[]event.OpenReview]()},
		"Sale":            {func() (any, error) { return s.Sale(ctx, id) }, []any{int64(id)}, filled[finance.Sale]()},
		"ReceiptsOf":      {func() (any, error) { return s.ReceiptsOf(ctx, id) }, []any{int64(id)}, filled[[]database.ReceiptState]()},
		"ListDeadLetters": {func() (any, error) { return s.ListDeadLetters(ctx, 20) }, []any{20}, filled[[]database.DeadLetter]()},
		"EntriesOf":       {func() (any, error) { return s.EntriesOf(ctx, id) }, []any{int64(id)}, filled[[]database.LedgerEntry]()},
		"Balances":        {func() (any, error) { return s.Balances(ctx) }, nil, filled[[]database.Balance]()},
		"LedgerFaults":    {func() (any, error) { return s.LedgerFaults(ctx, 20) }, []any{20}, filled[[]database.LedgerFault]()},
		"ActiveRules":     {func() (any, error) { return s.ActiveRules(ctx) }, nil, int64(1<<62 + 1)},
		"RulesOf":         {func() (any, error) { return s.RulesOf(ctx, id) }, []any{int64(id)}, filled[database.RulesVersion]()},
		"AttendRules":     {func() (any, error) { return nil, s.AttendRules(ctx, reader) }, []any{reader}, nil},
		"MarkDone":        {func() (any, error) { return nil, s.MarkDone(ctx, key) }, []any{key.EventID, key.Subscriber}, nil},
		"Hold":            {func() (any, error) { return nil, s.Hold(ctx, key, at) }, []any{at, key.EventID, key.Subscriber}, nil},
		"Retry":           {func() (any, error) { return nil, s.Retry(ctx, key, "é", at) }, []any{"é", at, key.EventID, key.Subscriber}, nil},
		"Park":            {func() (any, error) { return nil, s.Park(ctx, key, "é") }, []any{"é", key.EventID, key.Subscriber}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.call()
			if diff := cmp.Diff(c.told, e.told); diff != "" || err != nil {
				t.Errorf("it was told (- sent, + arrived) %v:\n%s", err, diff)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("it answered (- sent, + arrived):\n%s", diff)
			}
		})
	}
}

// TestErrorsArriveAsTheyAre: with their code, message, fields and time; what is internal is not told.
func TestErrorsArriveAsTheyAre(t *testing.T) {
	e := &echo{}
	s := connect(t, client.Config{URLs: []string{serve(t, service(e))}})
	soon := fault.New(fault.Unavailable, "soon")
	soon.RetryAfter = 1500 * time.Millisecond
	for _, want := range []*fault.Error{
		fault.New(fault.Conflict, "the order is \"PLACED\"; it can be: STOCKED"), fault.New(fault.NotFound, "none"), fault.New(fault.KeyReused, "é"),
		fault.New(fault.SlotTaken, "full"), fault.New(fault.AlreadyBooked, "x"), fault.New(fault.NotReady, "x"), soon,
		fault.InvalidFields(fault.Field{Name: "a", Detail: "b; c: d"}, fault.Field{Name: "c", Detail: "d"}),
	} {
		e.err = fmt.Errorf("around it: %w", fault.Wrap(errors.New("secret"), want.Code, "%s", want.Message))
		if inner := new(fault.Error); errors.As(e.err, &inner) {
			inner.Fields, inner.RetryAfter = want.Fields, want.RetryAfter
		}
		got, _ := errors.AsType[*fault.Error](s.Refunded(t.Context(), 1, ""))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	e.err = errors.New("secret")
	if err := s.Refunded(t.Context(), 1, ""); fault.CodeOf(err) != fault.Internal || err.Error() == "secret" {
		t.Errorf("an error without a code became %v", err)
	}
	e.err = nil
	if _, err := s.UnsettledOrders(t.Context(), time.Now(), -1); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a list without a bound: %v", err)
	}
}
