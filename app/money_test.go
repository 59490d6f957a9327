package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
)

// booked returns the kinds of the bookkeeping system's records, by their keys.
func (s *shop) booked() (kinds []string) {
	s.Helper()
	for _, key := range s.bookedUnder() {
		kind, _, _ := strings.Cut(key, ":")
		kinds = append(kinds, kind)
	}
	return kinds
}

// bookedUnder returns the keys of the bookkeeping system's records.
func (s *shop) bookedUnder() (keys []string) {
	s.Helper()
	var page struct{ Records []struct{ Key string } }
	s.call("GET", s.PrivateURL+"/partners/books/records?limit=100", nil).want(200).into(&page)
	for _, r := range page.Records {
		keys = append(keys, r.Key)
	}
	return keys
}

// parks waits until an order's event is a dead letter of a subscriber, and returns the dead letter's path.
func (s *shop) parks(id int64, subscriber string) string {
	s.Helper()
	s.eventually(subscriber+" is parked", func() bool { return s.receipt(id, subscriber).State == "parked" })
	return s.PrivateURL + "/deadletters/" + s.receipt(id, subscriber).Event + "/" + subscriber
}

// TestTheLedgerWaitsForNoPartner: what the bookkeeping system refuses is in the shop's own ledger nevertheless; only its
// posting is pending.
func TestTheLedgerWaitsForNoPartner(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("books", map[string]any{"refuseRate": 1})
	made := s.create(realOrder("Early"))
	letter := s.parks(made.OrderID, "finance.OrderPlaced")
	s.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 0, "revenue USD": -30000})
	s.call("POST", letter+"/discard", map[string]any{"reason": "the period is closed"}).want(http.StatusNoContent)
	s.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 0, "revenue USD": -30000})
	s.eventually("it can be cancelled", func() bool { return s.order(made.OrderID).Status == "STOCKED" })
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).want(200)
	letter = s.parks(made.OrderID, "finance.OrderCancelled")
	s.eventually("the money is back", func() bool { return s.receipt(made.OrderID, "order.OrderCancelled").State == "done" })
	s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "revenue USD": -30000, "refunds USD": 30000})
	if booked := s.booked(); len(booked) > 0 {
		t.Errorf("the books have %v: a reversal of what they refused", booked)
	}
	clean(t, s.audited())
	s.turn("books", map[string]any{"refuseRate": 0})
	s.call("POST", letter+"/replay", nil).want(http.StatusNoContent)
	s.eventually("it is sent", func() bool { return s.receipt(made.OrderID, "finance.OrderCancelled").State == "done" })
	if diff := cmp.Diff([]string{"sale", "reversal"}, s.booked()); diff != "" {
		t.Error(diff)
	}
	clean(t, s.audited())
}

// TestAWrongEntryIsCorrectedByAnother, which is kept with its author and reason.
func TestAWrongEntryIsCorrectedByAnother(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.create(realOrder("Wrong")).OrderID
	s.arrives(id, "STOCKED")
	s.sql(newEntry + fmt.Sprintf(`(%d, 'bonus', 'receivable', 'revenue', 5, 'USD', false, 1)`, id))
	if r := s.audited(); r.OK {
		t.Error("the audit finds nothing")
	}
	right := map[string]any{
		"orderId": id, "kind": "bonus", "number": 1, "debit": "revenue", "credit": "receivable", "amount": 5, "reason": "there is no bonus",
	}
	path := s.PrivateURL + "/ledger/corrections"
	for range 2 { // the same one counts once
		s.call("POST", path, right).want(http.StatusNoContent)
	}
	for field, wrong := range map[string]any{"kind": "sale/1", "number": 0, "debit": "purse", "credit": "revenue", "reason": ""} {
		broken := map[string]any{}
		for k, v := range right {
			broken[k] = v
		}
		broken[field] = wrong
		s.call("POST", path, broken).problem(fault.Invalid)
	}
	right["amount"] = 6
	s.call("POST", path, right).problem(fault.Conflict)
	right["orderId"] = 4711
	s.call("POST", path, right).problem(fault.NotFound)
	clean(t, s.audited())
	s.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 0, "revenue USD": -30000})
	told := false
	for _, m := range s.history(id).Moments {
		told = told || m.Title == "bonus/1" && strings.Contains(m.Text, "corrected by local: there is no bonus")
	}
	if actions := strings.Join(s.done(), "\n"); !told || !strings.Contains(actions, "correct-ledger") || !strings.Contains(actions, "there is no bonus") {
		t.Errorf("told %t, and done: %s", told, actions)
	}
}

const freeCode = `
offers:
  all:
    label: { en: All of it, es: Todo }
    code: FREE
    percent: "100"
`

// TestAnOrderThatCostsNothing asks no payment provider and has no entries, whatever happens to it.
func TestAnOrderThatCostsNothing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, append(slices.Clone(rules.Default), freeCode...), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.ShopFile = file })
	for _, partner := range []string{"payments-us", "books"} {
		s.turn(partner, map[string]any{"failureRate": 1})
	}
	_, kept := s.buy(realOrder("Kept", "codes", []string{"free"}))
	_, regret := s.buy(realOrder("Regret", "email", "regret@example.com", "codes", []string{"free"}))
	s.arrives(kept.OrderID, "STOCKED")
	s.arrives(regret.OrderID, "STOCKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(regret)}).want(200)
	s.arrives(regret.OrderID, "CANCELLED")
	s.call("POST", s.PrivateURL+"/finance", map[string]any{
		"detail-type": "OrderPlaced", "detail": map[string]any{"orderId": kept.OrderID, "totalPrice": 0},
	}).want(200)
	s.bookFirst(s.deliveryKey(s.mails("someone@example.com")))
	s.arrives(kept.OrderID, "DELIVERY_BOOKED")
	s.balanced(map[string]int64{})
	clean(t, s.audited())
	if made := s.history(kept.OrderID).Moments[0]; !strings.Contains(made.Text, "there is nothing to pay") {
		t.Errorf("%+v", made)
	}
}
