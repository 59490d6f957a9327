package finance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// books keep what they are told, but what they refuse.
type books struct {
	refuse string // a key
	has    []string
}

func (b *books) Record(_ context.Context, p finance.Posting) error {
	if p.Key == b.refuse {
		return fault.New(fault.Conflict, "the period is closed")
	}
	if !slices.Contains(b.has, p.Key) {
		b.has = append(b.has, p.Key)
	}
	return nil
}

// store has one order, and keeps which entries it is asked for.
type store struct {
	sale    finance.Sale
	entered []finance.Kind
}

func (s *store) Sale(context.Context, int64) (finance.Sale, error) { return s.sale, nil }

func (s *store) PostEntries(_ context.Context, e finance.Entry) error {
	s.entered = append(s.entered, e.Kind)
	return nil
}

func newService(total int64, refuse string) (*finance.Service, *books, *store) {
	b := &books{refuse: refuse}
	s := &store{sale: finance.Sale{OrderID: 7, Ref: "7", Amount: money.Amount{Minor: total, Currency: "USD"}, Placed: true}}
	return &finance.Service{Store: s, Bookkeeping: b}, b, s
}

func placed(total int64) event.OrderPlaced {
	return event.OrderPlaced{OrderID: 7, TotalPrice: total, Currency: "USD"}
}

// TestTheBooksHaveNoReversalOfWhatTheyDoNotHave, whichever event comes first, and whatever they refuse.
func TestTheBooksHaveNoReversalOfWhatTheyDoNotHave(t *testing.T) {
	for refuse, want := range map[string][]string{"": {"sale:7", "reversal:7"}, "sale:7": nil, "reversal:7": {"sale:7"}} {
		for _, cancelledFirst := range []bool{true, false} {
			service, b, _ := newService(100, refuse)
			var failed bool
			handle := []func() error{
				func() error { return service.OnOrderPlaced(t.Context(), placed(100)) },
				func() error { return service.OnOrderCancelled(t.Context(), event.OrderCancelled{OrderID: 7}) },
			}
			if cancelledFirst {
				slices.Reverse(handle)
			}
			for _, one := range handle {
				failed = one() != nil || failed
			}
			if diff := cmp.Diff(want, b.has); diff != "" || failed != (refuse != "") {
				t.Errorf("refusing %q, cancelled first %t: %s, failed %t", refuse, cancelledFirst, diff, failed)
			}
		}
	}
}

func TestNoOneIsToldOfWhatCostsNothing(t *testing.T) {
	service, b, s := newService(0, "")
	for _, err := range []error{
		service.OnOrderPlaced(t.Context(), placed(0)), service.OnOrderCancelled(t.Context(), event.OrderCancelled{OrderID: 7}),
		service.BookOrder(t.Context(), 7, 0, ""),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if len(b.has)+len(s.entered) > 0 {
		t.Errorf("books %v, entered %v", b.has, s.entered)
	}
}

func TestCorrections(t *testing.T) {
	good := finance.Correction{Number: 1, Of: "tax:GST", Debit: "revenue", Credit: "tax:CA:GST", Minor: 5, Author: "ana", Reason: "typed wrong"}
	of := finance.Sale{OrderID: 7, Ref: "7", Amount: money.Amount{Minor: 100, Currency: "USD"}, Test: true}
	want := finance.Entry{
		OrderID: 7, Kind: "tax:GST/1", Debit: "revenue", Credit: "tax:CA:GST", Amount: money.Amount{Minor: 5, Currency: "USD"}, Test: true,
		Author: "ana", Reason: "typed wrong",
	}
	if got, err := good.Entry(of); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for field, wrong := range map[string]func(*finance.Correction){
		"number": func(c *finance.Correction) { c.Number = 0 },
		"kind":   func(c *finance.Correction) { c.Of = "sale/1" },
		"debit":  func(c *finance.Correction) { c.Debit = "cash" },
		"credit": func(c *finance.Correction) { c.Credit = c.Debit },
		"amount": func(c *finance.Correction) { c.Minor = -5 },
		"author": func(c *finance.Correction) { c.Author = "" },
		"reason": func(c *finance.Correction) { c.Reason = " " },
	} {
		c := good
		wrong(&c)
		if _, err := c.Entry(of); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}
