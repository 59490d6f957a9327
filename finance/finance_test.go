package finance_test

import (
	"context"
	"fmt"
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
	// amounts are the same, with how much.
	amounts []string
}

func (b *books) Record(_ context.Context, p finance.Posting) error {
	if p.Key == b.refuse {
		return fault.New(fault.Conflict, "the period is closed")
	}
	if !slices.Contains(b.has, p.Key) {
		b.has = append(b.has, p.Key)
		b.amounts = append(b.amounts, fmt.Sprint(p.Key, " ", p.Amount.Minor))
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

// TestAPartOfASaleIsTakenBackUnderItsOwnKey, and the rest when the order is cancelled, whichever of the events comes first.
func TestAPartOfASaleIsTakenBackUnderItsOwnKey(t *testing.T) {
	part := event.RefundDone{OrderID: 7, Refund: 2, Amount: 30, Currency: "USD", TotalPrice: 100, OfSale: true}
	for name, c := range map[string]struct {
		parts  []finance.Part
		events []any
		want   []string
	}{
		"a part":                 {nil, []any{part}, []string{"sale:7 100", "reversal:7.2 30"}},
		"a part, and the rest":   {[]finance.Part{{Refund: 2, Minor: 30}}, []any{part, event.OrderCancelled{OrderID: 7}}, []string{"sale:7 100", "reversal:7.2 30", "reversal:7 70"}},
		"the rest, and a part":   {[]finance.Part{{Refund: 2, Minor: 30}}, []any{event.OrderCancelled{OrderID: 7}, part}, []string{"sale:7 100", "reversal:7.2 30", "reversal:7 70"}},
		"all of it in parts":     {[]finance.Part{{Refund: 1, Minor: 70}, {Refund: 2, Minor: 30}}, []any{event.OrderCancelled{OrderID: 7}}, []string{"sale:7 100", "reversal:7.1 70", "reversal:7.2 30"}},
		"what is not of a sale":  {nil, []any{event.RefundDone{OrderID: 7, Refund: 1, Amount: 100, Currency: "USD", TotalPrice: 100}}, nil},
		"a sale that is refused": {nil, []any{part}, nil},
	} {
		refuse := map[bool]string{name == "a sale that is refused": "sale:7"}[true]
		service, b, s := newService(100, refuse)
		s.sale.TakenBack = c.parts
		for _, e := range c.events {
			var err error
			switch e := e.(type) {
			case event.RefundDone:
				err = service.OnRefundDone(t.Context(), e)
			case event.OrderCancelled:
				err = service.OnOrderCancelled(t.Context(), e)
			}
			if (err != nil) != (refuse != "") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(c.want, b.amounts); diff != "" {
			t.Errorf("%s: %s", name, diff)
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
	for kind, account := range map[finance.Kind]finance.Account{"tax:PST@7": "tax:CA:PST@7", "tax-reversal:QST@9,975.2": "tax:CA:QST@9,975", "chargeback.1": "chargebacks", "chargeback-won.1.2": "chargebacks", "refund.2": "receivable"} {
		c := good
		c.Of, c.Debit, c.Credit = kind, account, "cash:payments-us"
		if got, err := c.Entry(of); err != nil || got.Kind != kind+"/1" {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
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
