package storetest

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// using creates an order of a customer with a code.
func (f *fixture) using(code, address string, limit, perCustomer int64) (order.Order, error) {
	o := f.draft()
	o.Customer.Email, o.Terms.Codes = address, []string{code}
	uses := o.Uses()
	uses[0].Limit, uses[0].PerCustomer = limit, perCustomer
	stored, _, err := f.CreateOrder(ctx, o, order.IdempotencyKey{Uses: uses})
	return stored, err
}

// aCodeIsNeverOverUsed by concurrent callers: customers of one address, orders that are cancelled meanwhile, and two
// codes in one order.
func aCodeIsNeverOverUsed(t *testing.T, f *fixture) {
	const asking, limit, each = 60, 7, 2
	var group sync.WaitGroup
	var made, cancelled atomic.Int64
	ofCustomer := make([]atomic.Int64, 5)
	for n := range asking {
		group.Go(func() {
			o, err := f.using("MANY", fmt.Sprintf("%d@example.com", n%len(ofCustomer)), limit, each)
			if err != nil {
				f.wantCode(err, fault.Invalid)
				return
			}
			made.Add(1)
			if n%4 == 0 {
				f.move(o.ID, order.Cancelled)
				cancelled.Add(1)
				return
			}
			ofCustomer[n%len(ofCustomer)].Add(1)
		})
	}
	group.Wait()
	kept := made.Load() - cancelled.Load()
	if kept > limit || made.Load() < limit {
		t.Errorf("%d orders, %d cancelled, have a code for %d", made.Load(), cancelled.Load(), limit)
	}
	for n := range ofCustomer {
		if used := ofCustomer[n].Load(); used > each {
			t.Errorf("customer %d used it %d times", n, used)
		}
	}
	for n := kept; n < limit; n++ { // returned uses are available again
		if _, err := f.using("MANY", fmt.Sprintf("new %d@example.com", n), limit, each); err != nil {
			t.Errorf("use %d: %v", n, err)
		}
	}
	_, err := f.using("MANY", "last@example.com", limit, each)
	f.wantCode(err, fault.Invalid)
}

func codesComeBack(t *testing.T, f *fixture) {
	for name, back := range map[string]func(o order.Order){
		"cancelled": func(o order.Order) { f.move(o.ID, order.Cancelled) },
		"declined":  func(o order.Order) { f.move(o.ID, order.PaymentDeclined) },
		"refused":   func(o order.Order) { f.move(o.ID, order.Created); f.move(o.ID, order.Placed); f.refuse(o.ID) },
	} {
		use := order.Use{Code: name, Limit: 1}
		o := f.draft()
		o.Status, o.Terms.Codes = order.PaymentPending, []string{name}
		use.Customer = o.Uses()[0].Customer
		key := order.IdempotencyKey{Uses: []order.Use{use}}
		stored, _, err := f.CreateOrder(ctx, o, key)
		if err != nil {
			t.Fatal(err)
		}
		other := use
		other.Limit = 2
		if used, err := f.UsedUp(ctx, []order.Use{use, {Code: "another", Limit: 1}, other}); err != nil || !slices.Equal(used, []string{name}) {
			t.Errorf("%s: used up are %v, %v", name, used, err)
		}
		if name == "cancelled" {
			f.move(stored.ID, order.Created)
		}
		back(stored)
		if used, err := f.UsedUp(ctx, []order.Use{use}); err != nil || len(used) != 0 {
			t.Errorf("%s, and used up are %v, %v", name, used, err)
		}
		if _, _, err := f.CreateOrder(ctx, o, key); err != nil {
			t.Errorf("%s, and then: %v", name, err)
		}
	}
}

func aRepeatUsesNoCode(t *testing.T, f *fixture) {
	o := f.draft()
	o.Terms.Codes = []string{"ONCE", "TWICE"}
	key := order.IdempotencyKey{Key: "key:1", Fingerprint: "a", ValidFor: time.Hour, Uses: o.Uses()}
	key.Uses[0].Limit, key.Uses[1].PerCustomer = 1, 2
	first, fresh, err := f.CreateOrder(ctx, o, key)
	if err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	again, fresh, err := f.CreateOrder(ctx, o, key)
	if err != nil || fresh || again.ID != first.ID {
		t.Errorf("again: order %d, %t, %v", again.ID, fresh, err)
	}
	key.Key = "key:2"
	_, _, err = f.CreateOrder(ctx, o, key)
	f.wantCode(err, fault.Invalid)
	if used, err := f.UsedUp(ctx, key.Uses); err != nil || !slices.Equal(used, []string{"ONCE"}) {
		t.Errorf("used up are %v, %v: what was refused may use nothing", used, err)
	}
	key.Uses = key.Uses[1:]
	if _, fresh, err := f.CreateOrder(ctx, o, key); err != nil || !fresh {
		t.Errorf("the second use of two: %t, %v", fresh, err)
	}
}

// earlierUsesCount: a use that an earlier release counted under another digest of the same address counts, and can be
// returned.
func earlierUsesCount(t *testing.T, f *fixture) {
	o := f.draft()
	o.Customer.Email, o.Terms.Codes = "a.n.n+1@gmail.com", []string{"ONCE"}
	now := o.Uses()[0]
	now.PerCustomer = 1
	before := now
	before.Customer = now.Older
	first, _, err := f.CreateOrder(ctx, o, order.IdempotencyKey{Uses: []order.Use{before}})
	if err != nil || now.Customer == now.Older {
		t.Fatal(now, err)
	}
	if used, err := f.UsedUp(ctx, []order.Use{now}); err != nil || len(used) != 1 {
		t.Errorf("used up are %v, %v", used, err)
	}
	_, _, err = f.CreateOrder(ctx, o, order.IdempotencyKey{Uses: []order.Use{now}})
	f.wantCode(err, fault.Invalid)
	f.move(first.ID, order.Cancelled)
	if _, _, err := f.CreateOrder(ctx, o, order.IdempotencyKey{Uses: []order.Use{now}}); err != nil {
		t.Errorf("after it was cancelled: %v", err)
	}
}

func (f *fixture) refuse(id int64) {
	f.Helper()
	if err := f.RefuseStock(ctx, id); err != nil {
		f.Error(err)
	}
}
