package storetest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// handedOver returns an order that was paid, and delivered two hours ago.
func (f *fixture) handedOver() order.Order {
	f.Helper()
	o := f.givable()
	f.move(o.ID, order.Stocked)
	_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(time.Hour)}, delivery.Room{Slot: 1000})
	f.must(err)
	f.move(o.ID, order.DeliveryBooked)
	f.pass(3 * time.Hour)
	return f.order(o.ID)
}

func complaint(o order.Order, text string, photos ...[]byte) order.ComplaintWish {
	return order.ComplaintWish{OrderID: o.ID, Kind: order.ComplaintDamaged, Text: text, Photos: photos}
}

// countOf counts the events of a type that an order has.
func (f *fixture) countOf(id int64, t event.Type) (n int) {
	f.Helper()
	history, err := f.History(ctx, id)
	f.must(err)
	for _, env := range history {
		if env.Type == t {
			n++
		}
	}
	return n
}

// aComplaintIsKeptWithItsPhotos, once, found while it waits, and nothing of it is in the journal.
func aComplaintIsKeptWithItsPhotos(t *testing.T, f *fixture) {
	first, second := []byte{0xff, 0xd8, 0, '\'', 0xfe}, bytes.Repeat([]byte{7}, 100_000)
	o, other := f.handedOver(), f.handedOver()
	w := complaint(o, "Zoë's \"pot\"\nis broken 🌵", first, second)
	for range 2 {
		after, c, err := f.MakeComplaint(ctx, w)
		if err != nil || c.Number != 1 || c.Photos != 2 || c.Text != w.Text || len(after.Complaints) != 1 {
			t.Fatalf("%+v, %v", c, err)
		}
	}
	_, _, err := f.MakeComplaint(ctx, complaint(o, "another one"))
	f.wantCode(err, fault.Conflict)
	_, _, err = f.MakeComplaint(ctx, complaint(order.Order{ID: 1 << 30}, "nothing"))
	f.wantCode(err, fault.NotFound)
	for number, want := range [][]byte{first, second} {
		if got, err := f.ComplaintPhoto(ctx, o.ID, 1, number+1); err != nil || !bytes.Equal(got, want) {
			t.Errorf("photo %d has %d bytes, %v", number+1, len(got), err)
		}
	}
	for _, none := range [][3]int64{{o.ID, 1, 3}, {o.ID, 2, 1}, {other.ID, 1, 1}} {
		_, err := f.ComplaintPhoto(ctx, none[0], int(none[1]), int(none[2]))
		f.wantCode(err, fault.NotFound)
	}
	made := f.event(o.ID, event.TypeComplaintMade)
	if bytes.Contains(made.Data, []byte("pot")) {
		t.Errorf("the journal has what the customer wrote: %s", made.Data)
	}
	f.waitsForAnswer(o.ID)
	_, err = f.AnswerComplaint(ctx, order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintRefused, Text: "It was whole.", By: "ann"}, nil)
	f.must(err)
	f.waitsForAnswer()
	if answered := f.event(o.ID, event.TypeComplaintAnswered); bytes.Contains(answered.Data, []byte("whole")) {
		t.Errorf("the journal has what was answered: %s", answered.Data)
	}
	_, c, err := f.MakeComplaint(ctx, complaint(o, "another one"))
	if err != nil || c.Number != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}

// waitsForAnswer wants the orders whose complaints wait.
func (f *fixture) waitsForAnswer(want ...int64) {
	f.Helper()
	open, err := f.OpenComplaints(ctx, 10)
	f.must(err)
	var found, late []int64
	for _, o := range open {
		found = append(found, o.ID)
	}
	waiting, err := f.Complaining(ctx, f.now().Add(time.Second), 10)
	f.must(err)
	for _, w := range waiting {
		late = append(late, w.OrderID)
	}
	if early, err := f.Complaining(ctx, f.now(), 10); !slices.Equal(found, want) || !slices.Equal(late, want) || err != nil || len(early) != 0 {
		f.Errorf("%v wait, and late are %v, before that %v, %v; want %v", found, late, early, err, want)
	}
}

// aComplaintIsAnsweredOnce, however many answer at once: what is given back is given back once.
func aComplaintIsAnsweredOnce(t *testing.T, f *fixture) {
	o := f.handedOver()
	_, _, err := f.MakeComplaint(ctx, complaint(o, "broken"))
	f.must(err)
	var won atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			a := order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintPartlyRefunded, Amount: money.Amount{Minor: 1000}, Text: "Sorry.", By: fmt.Sprint("ann ", i)}
			switch _, err := f.AnswerComplaint(ctx, a, nil); fault.CodeOf(err) {
			case "":
				won.Add(1)
			case fault.Conflict:
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	now := f.order(o.ID)
	if won.Load() != 1 || len(now.Refunds) != 1 || now.Refunds[0].Amount != 1000 || f.countOf(o.ID, event.TypeComplaintAnswered) != 1 {
		t.Errorf("%d won, with %+v", won.Load(), now.Refunds)
	}
}

// anAnswerWaitsForTheSecondPerson with its refund: until then the customer is told nothing.
func anAnswerWaitsForTheSecondPerson(t *testing.T, f *fixture) {
	alone := int64(500)
	o := f.handedOver()
	_, _, err := f.MakeComplaint(ctx, complaint(o, "broken"))
	f.must(err)
	a := order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintRefunded, Text: "Sorry.", By: "ann", Alone: &alone}
	_, err = f.AnswerComplaint(ctx, a, nil)
	f.must(err)
	_, err = f.AnswerComplaint(ctx, order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintRefused, Text: "No.", By: "bob"}, nil)
	f.wantCode(err, fault.Conflict)
	_, err = f.RefuseRefund(ctx, o.ID, 1, "bob", "too much")
	f.must(err)
	if c := f.order(o.ID).Complaints[0]; c.State != order.ComplaintOpen || c.Answer != "" || f.countOf(o.ID, event.TypeComplaintAnswered) != 0 {
		t.Fatalf("after a refusal: %+v", c)
	}
	_, err = f.AnswerComplaint(ctx, a, nil)
	f.must(err)
	_, err = f.ApproveRefund(ctx, o.ID, 2, "bob")
	f.must(err)
	if c := f.order(o.ID).Complaints[0]; c.State != order.ComplaintRefunded || c.Refund != 2 || c.AnsweredAt.IsZero() {
		t.Errorf("after a yes: %+v", c)
	}
	told, err := event.Open[event.ComplaintAnswered](f.event(o.ID, event.TypeComplaintAnswered))
	if err != nil || told.Amount != o.Total.Minor || told.Outcome != string(order.ComplaintRefunded) || told.Refund != 2 {
		t.Errorf("%+v, %v", told, err)
	}
}

// complaintsAreErased: an answered complaint is erased, with its photos.
func complaintsAreErased(t *testing.T, f *fixture) {
	o := f.handedOver()
	_, _, err := f.MakeComplaint(ctx, complaint(o, "broken", []byte("a photo")))
	f.must(err)
	f.heard(o.ID)
	f.wantCode(f.Erase(ctx, o.ID, "ann", "asked"), fault.Conflict)
	_, err = f.AnswerComplaint(ctx, order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintRefunded, Text: "Sorry, Zoë.", By: "ann"}, nil)
	f.must(err)
	f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	f.heard(o.ID)
	f.must(f.Erase(ctx, o.ID, "ann", "asked"))
	c := f.order(o.ID).Complaints[0]
	if c.Text+c.Answer+c.Digest != "" || c.Photos != 0 || c.State != order.ComplaintRefunded || c.Refund != 1 {
		t.Errorf("it keeps %+v", c)
	}
	_, err = f.ComplaintPhoto(ctx, o.ID, 1, 1)
	f.wantCode(err, fault.NotFound)
}

// aReplacementIsMadeOnce, for nothing, with its pieces of counted products; both orders name each other, and nobody pays.
func aReplacementIsMadeOnce(t *testing.T, f *fixture) {
	o := f.handedOver()
	_, _, err := f.MakeComplaint(ctx, complaint(o, "broken"))
	f.must(err)
	before := f.balances()
	answer := func(by string, left int64) error {
		pieces := []order.Pieces{{SKU: "LB002", Quantity: 1}}
		a := order.ComplaintAnswer{OrderID: o.ID, Complaint: 1, Outcome: order.ComplaintReplaced, Text: "Another one comes.", By: by}
		a.Replacement = &order.Replacement{Products: event.ParseItems("LB002"), Reserved: pieces, Tracked: true}
		_, err := f.AnswerComplaint(ctx, a, []order.Stock{{SKU: "LB002", Received: left}})
		return err
	}
	f.wantCode(answer("ann", 0), fault.SoldOut)
	if f.order(o.ID).Complaints[0].State != order.ComplaintOpen || f.countOf(o.ID, event.TypeComplaintAnswered) != 0 {
		t.Fatal("it is answered with what is sold out")
	}
	var won atomic.Int64
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			switch err := answer(fmt.Sprint("ann ", i), 5); fault.CodeOf(err) {
			case "":
				won.Add(1)
			case fault.Conflict:
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	c := f.order(o.ID).Complaints[0]
	made := f.order(c.Replacement)
	if won.Load() != 1 || c.State != order.ComplaintReplaced || made.Terms.Replaces != o.ID || made.Total.Minor != 0 || made.Status != order.Created || made.Unique == "" {
		t.Errorf("%d won: %+v, and %+v", won.Load(), c, made)
	}
	if made.Customer != o.Customer || made.Address != o.Address || made.Products.String() != "LB002" || !made.Tracked() || len(made.Tallies()) != 0 {
		t.Errorf("it is %+v", made)
	}
	f.wantCount("LB002", 5, 1)
	created, err := event.Open[event.OrderCreated](f.event(made.ID, event.TypeOrderCreated))
	if err != nil || created.Replaces != o.ID || created.TotalPrice != 0 {
		t.Errorf("%+v, %v", created, err)
	}
	f.move(made.ID, order.Placed)
	if after := f.balances(); !maps.Equal(before, after) {
		t.Errorf("the ledger was %v, and is %v", before, after)
	}
}
